"""Faults of the greenhouse and its buses: each changes the world, and can be undone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from firmware_sim.probes import TOP_COUNT, Probe, count_at
from firmware_sim.scenario import (
    LASTING_NOT,
    PROBE_KINDS,
    ZONE_KINDS,
    Fault,
    Kind,
    Scenario,
    probe_key,
)
from firmware_sim.soil import Medium
from firmware_sim.water import REFILL_LPM, Line
from firmware_sim.world import World

DRY_SHARE: Final = 0.05
"""A probe stuck dry reads this share of the way from the wilting to the full point."""
WET_OVER: Final = 0.03
"""m³/m³ above the full point at which a probe sticks wet."""

DEFAULTS: Final[Mapping[Kind, float]] = {
    Kind.PROBE_SPIKES: 0.01,
    Kind.PROBE_DRIFT: -0.05,
    Kind.VALVE_SLOW: 30.0,
    Kind.EMITTERS_CLOGGED: 0.30,
    Kind.PIPE_BURST: 8.0,
    Kind.PIPE_LEAK: 1.0,
}
"""Shares of conversions and emitters, m³/m³ a day, seconds, and L/min."""

CUT_MIN: Final = 10.0
"""A power cut lasts this long where the file says nothing else."""

Undo = Callable[[], None]


def befall(world: World, scenario: Scenario, fault: Fault) -> Undo:
    """Let it happen; call what is returned to mend it."""
    if fault.kind in PROBE_KINDS:
        return _befall_probes(world, scenario, fault)
    if fault.kind in _WAYS:
        return _WAYS[fault.kind](world, scenario, fault)
    if fault.kind in ZONE_KINDS:
        return _befall_line(world, fault)
    return _befall_supply(world, fault.kind)


def lasts_s(fault: Fault) -> float | None:
    """Seconds until it is mended by itself; None to the end, 0 for what takes a moment."""
    if fault.kind in LASTING_NOT:
        return 0.0
    minutes = fault.for_min or (CUT_MIN if fault.kind is Kind.POWER_CUT else None)
    return None if minutes is None else minutes * 60.0


def value_of(fault: Fault) -> float:
    """What the file says, or what is usual for such a fault."""
    return DEFAULTS.get(fault.kind, 0.0) if fault.value is None else fault.value


def _befall_probes(world: World, scenario: Scenario, fault: Fault) -> Undo:
    probes = [world.probe(key) for key in _keys(scenario, fault)]
    medium = world.beds[fault.zone or ""].places[0].bucket.medium
    for probe in probes:
        _LIES[fault.kind](probe, medium, value_of(fault))
    return lambda: _mend_probes(probes)


def _keys(scenario: Scenario, fault: Fault) -> list[str]:
    """The probes of a zone that it befalls."""
    zone = next(zone for zone in scenario.zones if zone.key == fault.zone)
    numbers = range(1, zone.probes + 1) if fault.probe is None else (fault.probe,)
    return [probe_key(zone.key, number) for number in numbers]


def _silence(world: World, scenario: Scenario, fault: Fault) -> Undo:
    nodes = [world.nodes[key] for key in _keys(scenario, fault) if key in world.nodes]

    def set_dead(*, dead: bool) -> None:
        for node in nodes:
            node.is_dead = dead

    set_dead(dead=True)
    return lambda: set_dead(dead=False)


def _pull_out(probe: Probe, _medium: Medium, _value: float) -> None:
    probe.in_air = True


def _spike(probe: Probe, _medium: Medium, share: float) -> None:
    probe.spikes = share


def _drift(probe: Probe, _medium: Medium, a_day: float) -> None:
    probe.drift_per_h = a_day / 24.0


def _cut(probe: Probe, _medium: Medium, _value: float) -> None:
    """The pull-down on the converter's input wins."""
    probe.stuck_raw = 0


def _short(probe: Probe, _medium: Medium, _value: float) -> None:
    probe.stuck_raw = TOP_COUNT


def _freeze(probe: Probe, _medium: Medium, _value: float) -> None:
    probe.stuck_raw = probe.raw()


def _stick_dry(probe: Probe, medium: Medium, _value: float) -> None:
    dry = medium.wilting + DRY_SHARE * (medium.full - medium.wilting)
    probe.stuck_raw = count_at(dry)


def _stick_wet(probe: Probe, medium: Medium, _value: float) -> None:
    probe.stuck_raw = count_at(medium.full + WET_OVER)


_LIES: Final[Mapping[Kind, Callable[[Probe, Medium, float], None]]] = {
    Kind.PROBE_OPEN_WIRE: _cut,
    Kind.PROBE_SHORT: _short,
    Kind.PROBE_FROZEN: _freeze,
    Kind.PROBE_SPIKES: _spike,
    Kind.PROBE_DRIFT: _drift,
    Kind.PROBE_PULLED_OUT: _pull_out,
    Kind.PROBE_STUCK_DRY: _stick_dry,
    Kind.PROBE_STUCK_WET: _stick_wet,
}


def _mend_probes(probes: Sequence[Probe]) -> None:
    for probe in probes:
        probe.stuck_raw, probe.in_air = None, False
        probe.spikes = probe.drift_per_h = 0.0


def _hang_bus(world: World, scenario: Scenario, fault: Fault) -> Undo:
    bus = next(zone.bus for zone in scenario.zones if zone.key == fault.zone)
    world.sensors.hung.add(bus)
    return lambda: world.sensors.hung.discard(bus)


def _pull_plug(world: World, _scenario: Scenario, _fault: Fault) -> Undo:
    world.farm.pull_plug()
    return world.farm.restart


def _lose_valve(world: World, _scenario: Scenario, fault: Fault) -> Undo:
    valve = world.valve_nodes[fault.zone or ""]
    valve.lose()
    return valve.find


_WAYS: Final[Mapping[Kind, Callable[[World, Scenario, Fault], Undo]]] = {
    Kind.BUS_HUNG: _hang_bus,
    Kind.NODE_SILENT: _silence,
    Kind.FARM_BROKER_GONE: _pull_plug,
    Kind.VALVE_NODE_LOST: _lose_valve,
}
"""What befalls the ways between the agent and its probes and valves."""


def _befall_line(world: World, fault: Fault) -> Undo:
    zone, value, lines = fault.zone or "", value_of(fault), world.water.lines
    changes: Mapping[Kind, Callable[[Line], Line]] = {
        Kind.VALVE_STUCK_OPEN: lambda line: replace(line, stuck_open=True),
        Kind.VALVE_STUCK_CLOSED: lambda line: replace(line, stuck_closed=True),
        Kind.VALVE_SLOW: lambda line: replace(line, valve_s=value),
        Kind.EMITTERS_CLOGGED: lambda line: replace(line, clogged=value),
        Kind.LINE_OFF: lambda line: replace(line, astray=True),
        Kind.PIPE_BURST: lambda line: replace(line, burst_lpm=value),
        Kind.PIPE_LEAK: lambda line: replace(line, burst_lpm=value),
    }
    lines[zone] = changes[fault.kind](lines[zone])

    def mend() -> None:
        lines[zone] = Line(nominal_lpm=lines[zone].nominal_lpm)

    return mend


def _befall_supply(world: World, kind: Kind) -> Undo:
    water = world.water
    if kind is Kind.TANK_EMPTY:
        water.tank_l, water.refill_lpm = 0.0, 0.0
    else:
        water.pump_works = False

    def mend() -> None:
        water.refill_lpm, water.pump_works = REFILL_LPM, True

    return mend
