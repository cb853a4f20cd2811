"""The front of the box: what it lacks, and whether its contacts are as they are at rest."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from edge.checkup.finding import Finding, look, off, ok
from edge.config import Hardware
from edge.errors import HardwareError
from edge.hardware.lines import Line

STOP: Final = "emergency stop"


def promised(hardware: Hardware) -> Iterator[Finding]:
    """What a person before the box cannot see or do."""
    if hardware.emergency_stop is None:
        yield off("no_stop_contact")
    if hardware.resume_button is None:
        yield off("no_resume_button")
    if not hardware.buttons:
        yield off("no_water_buttons")
    if hardware.lamp is None and hardware.buzzer is None:
        yield off("no_lamp")


def contacts(hardware: Hardware) -> dict[str, int]:
    """Every input of the front by the name that people use for it, and its pin."""
    stop, resume = hardware.emergency_stop, hardware.resume_button
    return {
        **({} if stop is None else {STOP: stop.pin}),
        **({} if resume is None else {"resume button": resume.pin}),
        **{f"button {button.zone}": button.pin for button in hardware.buttons},
    }


def at_rest(hardware: Hardware, is_closed: Callable[[int], bool]) -> Iterator[Finding]:
    """Look once at each contact; only while no agent holds them."""
    for name, pin in contacts(hardware).items():
        try:
            closed = is_closed(pin)
        except HardwareError as error:
            yield look("contact_refused", contact=name, pin=pin, why=error)
            continue
        if name == STOP:
            finding, code = (ok, "closed") if closed else (look, "open")
            yield finding(f"stop_contact_{code}", pin=pin)
        else:
            finding, code = (look, "closed") if closed else (ok, "open")
            yield finding(f"button_{code}", button=name, pin=pin)


def listened_to(hardware: Hardware, lines: Mapping[int, Line]) -> Iterator[Finding]:
    """Whether the running agent holds every contact, by the kernel's own account."""
    for name, pin in contacts(hardware).items():
        line = lines.get(pin)
        is_heard = line is not None and line.used and not line.is_output
        finding, code = (ok, "heard") if is_heard else (look, "not_heard")
        yield finding(f"contact_{code}", contact=name, pin=pin)
