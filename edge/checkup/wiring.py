"""The board: what the hardware file promises, what the pins really do, what the probes say."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from typing import Final, Protocol

from edge import probes
from edge.checkup.finding import Finding, look, off, ok
from edge.config import Hardware, Probe, Pump, Zone
from edge.control import MIN_PROBES
from edge.errors import HardwareError
from edge.hardware.devices import Reading
from edge.hardware.lines import Line
from edge.probes import Calibration, ProbeMemory, Quality


class Device(Protocol):
    """A soil probe on its converter."""

    def read(self) -> Reading: ...

    def close(self) -> None: ...


PULLED_UP: Final = frozenset(range(9))
"""Pins that the chip pulls high until a program claims them; it pulls all others low."""


def promised(hardware: Hardware) -> Iterator[Finding]:
    """What works, but less well than it could."""
    if hardware.flow is None:
        yield off("no_flow_meter")
    if hardware.tank is None:
        yield off("no_float_switch")
    for zone in hardware.zones:
        if len(hardware.probes_of(zone.key)) < MIN_PROBES:
            yield look("few_probes", zone=zone.key, least=MIN_PROBES)
    for key, output in outputs(hardware).items():
        if output.active_high is (output.pin in PULLED_UP):
            level = "dl" if output.active_high else "dh"
            yield look("on_while_booting", output=key, pin=output.pin, level=level)


def outputs(hardware: Hardware) -> dict[str, Zone | Pump]:
    """Every relay by the name that people use for it."""
    pump = {} if hardware.pump is None else {"pump": hardware.pump}
    return {**pump, **{zone.key: zone for zone in hardware.zones}}


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


def heard(hardware: Hardware, device: Callable[[Probe], Device]) -> Iterator[Finding]:
    """What each probe says now, and whether soil can say that."""
    for probe in hardware.probes:
        calibration = Calibration(probe.dry_raw, probe.wet_raw, probe.dry_vwc, probe.wet_vwc)
        try:
            with closing(device(probe)) as opened:
                reading = opened.read()
        except HardwareError as error:
            yield look("probe_silent", probe=probe.key, why=error)
            continue
        seen = probes.receive(ProbeMemory(), reading.raw, calibration, 0.0, wetted=False)
        percent = f"{probes.to_vwc(reading.raw, calibration) * 100:.0f}"
        facts = {"probe": probe.key, "raw": reading.raw, "volts": f"{reading.volts:.2f}"}
        if seen.quality is Quality.GOOD:
            yield ok("probe", percent=percent, **facts)
        else:
            yield look("probe_impossible", **facts)
