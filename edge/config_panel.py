"""The front of the box in hardware.toml: emergency stop, buttons, lamp, buzzer, and the page.

All of it is optional; a stop that nobody could lift again is refused.
"""

from collections.abc import Collection, Iterator
from typing import Annotated, Final, Protocol

from pydantic import Field, StringConstraints

from edge.config_section import Gpio, Key, Loc, Problem, Section

MAX_BUTTON_S: Final = 600
"""One press is one opening at most."""

Minute = Annotated[int, Field(ge=0, le=1440, description="minute of the local day")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$")]


class EmergencyStop(Section):
    """A latching mushroom's second contact, closed to ground while all is well."""

    pin: Gpio


class ResumeButton(Section):
    """A push button to ground: a press mutes the buzzer, three seconds let water flow again."""

    pin: Gpio


class WaterButton(Section):
    """A push button to ground that waters one zone: a press begins, the next one ends."""

    pin: Gpio
    zone: Key
    seconds: Annotated[int, Field(ge=10, le=MAX_BUTTON_S)] = 300


class Lamp(Section):
    """The status light."""

    pin: Gpio
    active_high: bool = True


class Buzzer(Section):
    """Tells of faults by day; at night it only answers a press."""

    pin: Gpio
    active_high: bool = True
    quiet_from: Minute = 1260
    quiet_to: Minute = 330


class LocalPage(Section):
    """A page for telephones in the greenhouse's own network, without internet."""

    port: Annotated[int, Field(ge=0, le=65_535, description="0 takes any free port")] = 8080
    names: Annotated[tuple[Name, ...], Field(max_length=8)] = ("vuonso.local",)
    """Names, besides its addresses, under which a browser may ask for the page."""


class Front(Protocol):
    """The sections of this page that a board has."""

    @property
    def emergency_stop(self) -> EmergencyStop | None: ...

    @property
    def resume_button(self) -> ResumeButton | None: ...

    @property
    def lamp(self) -> Lamp | None: ...

    @property
    def buzzer(self) -> Buzzer | None: ...

    @property
    def buttons(self) -> tuple[WaterButton, ...]: ...


def front_pins(front: Front) -> Iterator[tuple[Loc, int]]:
    """Every claimed pin and the key that claims it."""
    for name, device in (
        ("emergency_stop", front.emergency_stop),
        ("resume_button", front.resume_button),
        ("lamp", front.lamp),
        ("buzzer", front.buzzer),
    ):
        if device is not None:
            yield (name, "pin"), device.pin
    for number, button in enumerate(front.buttons):
        yield ("buttons", number, "pin"), button.pin


def front_problems(front: Front, zones: Collection[str]) -> Iterator[Problem]:
    """What cannot be, though each key is right by itself."""
    if front.emergency_stop is not None and front.resume_button is None:
        reason = "nobody could lift it again: there is no [resume_button]"
        yield Problem(("emergency_stop", "pin"), reason, "wire a button and add [resume_button]")
    for number, button in enumerate(front.buttons):
        if button.zone not in zones:
            known = ", ".join(sorted(zones))
            loc: Loc = ("buttons", number, "zone")
            yield Problem(loc, f"there is no zone {button.zone}", f"use one of {known}")
