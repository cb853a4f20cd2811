"""What the cloud says to devices, each word only after the commit it speaks of."""

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Final, Protocol, TypeVar

from pydantic import BaseModel

from cloud.clock import Clock, unix_ms
from cloud.devices.link import KnownDevice
from cloud.devices.vault import Vault
from cloud.telemetry.batch import Outcome
from cloud.telemetry.store import Epoch
from wire import backfill, codec, topics
from wire.messages import Ack, Command, Desired, Reads
from wire.topics import Down

ACK_EVERY_S: Final = 1.0
"""One cumulative acknowledgement a second says as much as a hundred."""

_ONCE: Final = 0  # an acknowledgement that is lost is followed by the next one
_SURELY: Final = 1
_READS: Final = codec.encode(Reads(h=backfill.NEWEST))

_log = logging.getLogger(__name__)

M = TypeVar("M", bound=BaseModel)


class Outbox(Protocol):
    """Whatever carries a payload to a topic."""

    def send(self, topic: str, payload: bytes, qos: int, *, retain: bool = False) -> None: ...


class Speaker:
    """Signs and sends; holds acknowledgements back to one a second for each device."""

    def __init__(
        self,
        outbox: Outbox,
        vault: Vault,
        clock: Clock,
        waited: Callable[[float], None] = lambda _seconds: None,
    ) -> None:
        self._outbox = outbox
        self._vault = vault
        self._clock = clock
        self._waited = waited
        self._waiting: dict[Epoch, Ack] = {}
        self._since: dict[Epoch, float] = {}
        self._said: dict[str, float] = {}

    def take(self, outcome: Outcome, known: Mapping[str, KnownDevice]) -> None:
        """A committed batch: births and questions are answered at once, rows soon."""
        for device, ack in outcome.births:
            self._outbox.send(topics.down(device, Down.READS), _READS, _SURELY)
            self._send_ack(device, ack)
        for device, go in outcome.goes:
            self._send_signed(known[device], Down.GO, go)
            _log.info("confirmed", extra={"command": go.id, "device": device})
        self._waiting |= outcome.acks
        now = self._clock.mono()
        for epoch in outcome.acks:
            self._since.setdefault(epoch, now)

    def command(self, device: KnownDevice, command: Command) -> None:
        self._send_signed(device, Down.CMD, command)
        _log.info(
            "sent", extra={"command": command.id, "device": device.id, "op": command.op.value}
        )

    def desired(self, device: KnownDevice, desired: Desired) -> None:
        """The broker keeps it for a device that is away; one that forgets is told at its birth."""
        self._send_signed(device, Down.DESIRED, desired, retain=True)

    def speak(self) -> None:
        """Send the acknowledgements whose time has come."""
        now = self._clock.mono()
        self._send_waiting(
            epoch
            for epoch in self._waiting
            if now - self._said.get(epoch[0], -ACK_EVERY_S) >= ACK_EVERY_S
        )

    def flush(self) -> None:
        self._send_waiting(self._waiting)

    def _send_waiting(self, epochs: Iterable[Epoch]) -> None:
        for epoch in list(epochs):
            self._send_ack(epoch[0], self._waiting.pop(epoch))
            self._said[epoch[0]] = now = self._clock.mono()
            self._waited(now - self._since.pop(epoch, now))

    def _send_ack(self, device: str, ack: Ack) -> None:
        fresh = ack.model_copy(update={"now": unix_ms(self._clock.now())})
        self._outbox.send(topics.down(device, Down.ACK), codec.encode(fresh), _ONCE)

    def _send_signed(
        self, device: KnownDevice, kind: Down, message: M, *, retain: bool = False
    ) -> None:
        topic = topics.down(device.id, kind)
        key = self._vault.unseal(device.id, device.sealed_command_key)
        payload = codec.encode(codec.sign(message, topic, key))
        self._outbox.send(topic, payload, _SURELY, retain=retain)
