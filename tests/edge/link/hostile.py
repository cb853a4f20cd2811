"""Words as somebody else might bring them: the bytes a broker hands to the agent's receiver."""

from tests.edge.rig import Rig
from wire import codec, settings
from wire.codes import Op
from wire.messages import Command, Desired, DesiredDoc, Go, ZoneSettings
from wire.topics import Down, down

ID = "command0001"
WATER = Command(id=ID, iat=0, exp=0, op=Op.WATER, zone="z1", litres=8.0, max_s=600.0, by="account")


def stop(number: int) -> Command:
    return Command(id="stop000001", iat=0, exp=0, op=Op.STOP, n=number, by="account")


def desired(version: int, strategy: str = "monitor") -> Desired:
    zone = ZoneSettings.model_validate({"strategy": strategy})
    return settings.desired(version, DesiredDoc(zones={"z1": zone}))


def written(
    rig: Rig,
    message: Command | Go | Desired,
    *,
    device: str | None = None,
    key: bytes | None = None,
) -> bytes:
    """A message as the cloud writes it, or as another would who has other keys."""
    kind = {Command: Down.CMD, Go: Down.GO, Desired: Down.DESIRED}[type(message)]
    topic = down(device or rig.identity.device, kind)
    return codec.encode(codec.sign(message, topic, key or bytes.fromhex(rig.identity.command_key)))


def bring(rig: Rig, kind: Down, payload: bytes) -> None:
    rig.runtime.uplink._receive(down(rig.identity.device, kind), payload)
