"""How a device joins a cooperative over HTTPS, before it has a broker to speak to."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from wire.identity import DeviceId, Key
from wire.messages import ZoneKey

PATH: Final = "/api/v1/joining"
CONFIRM: Final = "/api/v1/joining/confirmation"
MAX_ZONES: Final = 32

Code = Annotated[str, StringConstraints(pattern=r"^[a-z2-7]{16}$")]
"""80 random bits made by the device: whoever can read it stands before the device."""
Digits = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]


class JoiningBody(BaseModel):
    """What all bodies of joining share."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class JoiningZone(JoiningBody):
    """A zone as the device's own file knows it."""

    key: ZoneKey
    name: Annotated[str, StringConstraints(max_length=80, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""


class Registration(JoiningBody):
    """A device tells who it is, and the code by which somebody will ask for it."""

    device: DeviceId
    secret: Key
    command_key: Key
    public_key: Key
    code: Code
    zones: Annotated[list[JoiningZone], Field(min_length=1, max_length=MAX_ZONES)]


class Registered(JoiningBody):
    """The cloud waits so long for somebody to ask for this device, in seconds; 0: it is in."""

    waits_s: int


class Confirmation(JoiningBody):
    """The four digits that a person at the device has read on the telephone."""

    device: DeviceId
    code: Code
    digits: Digits


class Joined(JoiningBody):
    """Where the device belongs from now on; `ca` is the authority to pin, in PEM."""

    brokers: list[str]
    ca: str | None
    greenhouse: str
