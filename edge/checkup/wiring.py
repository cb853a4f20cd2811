"""The board: what the hardware file promises, and what the pins really do."""

from collections.abc import Iterator, Mapping
from typing import Final

from edge.checkup.finding import Finding, look, off, ok
from edge.config import Hardware, OnPin, Pump
from edge.config_panel import Buzzer, Lamp
from edge.control import MIN_PROBES
from edge.hardware.lines import Line

PULLED_UP: Final = frozenset(range(9))
"""Pins that the chip pulls high until a program claims them; it pulls all others low."""


def promised(hardware: Hardware) -> Iterator[Finding]:
    """What works, but less well than it could."""
    if hardware.flow is None:
        yield off("no_flow_meter")
    if hardware.tank is None and hardware.level is None:
        yield off("no_float_switch")
    for zone in hardware.zones:
        if len(hardware.probes_of(zone.key)) < MIN_PROBES:
            yield look("few_probes", zone=zone.key, least=MIN_PROBES)
    for key, output in outputs(hardware).items():
        if output.active_high is (output.pin in PULLED_UP):
            level = "dl" if output.active_high else "dh"
            yield look("on_while_booting", output=key, pin=output.pin, level=level)


def outputs(hardware: Hardware) -> dict[str, OnPin | Pump | Lamp | Buzzer]:
    """Every relay, and the lamp and buzzer, by the names that people use for them."""
    lone = {"pump": hardware.pump, "lamp": hardware.lamp, "buzzer": hardware.buzzer}
    wired = {name: output for name, output in lone.items() if output is not None}
    return {**wired, **hardware.valve_pins}


def held(hardware: Hardware, lines: Mapping[int, Line], *, agent_runs: bool) -> Iterator[Finding]:
    """Whether the agent, and nobody else, holds the outputs."""
    for key, output in outputs(hardware).items():
        line = lines.get(output.pin)
        if line is None:
            yield look("no_such_line", output=key, pin=output.pin)
        elif agent_runs and not (line.used and line.is_output):
            yield look("output_not_held", output=key, pin=output.pin)
        elif not agent_runs and line.used:
            yield look("output_held_by", output=key, pin=output.pin, holder=line.consumer)
        else:
            yield ok("output", output=key, pin=output.pin)
