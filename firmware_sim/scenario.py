"""What a scenario file may say: a house, its climate, how long, and what goes wrong when.

Every table refuses keys it does not know; relations between them are in `problems`.
"""

from collections.abc import Iterator
from enum import StrEnum
from itertools import count
from typing import Annotated, Final, Literal, Self

from pydantic import Field

from edge.config import FlowMeter, Hardware, Pump, Tank
from edge.config import Zone as WiredZone
from edge.config_buses import SPI, AnalogueProbe
from edge.config_nodes import NodeProbe, Nodes, ValveNode
from edge.config_panel import WaterButton
from edge.config_section import Key, Loc, Positive, Problem
from edge.config_section import Section as Table
from edge.config_tuning import Tuning
from edge.control import Strategy
from edge.node_profiles import NodeKind
from firmware_sim.climate import Season
from firmware_sim.probes import WET_VWC, ads1115_count_at, count_at

PUMP_PIN: Final = 5
FLOW_PIN: Final = 6
TANK_PIN: Final = 13
VALVE_PINS: Final = (17, 27, 22, 23)
BUTTON_PINS: Final = (16, 20, 21, 26)
FIRST_ADDRESS: Final = 0x48
CHANNELS: Final = 8
"""Of the converter on SPI; one on I²C has four, and four of them share a bus."""
BY_RADIO: Final = "mqtt"
NODE_EVERY_S: Final = 600.0
NODE_STALE_S: Final = 1400.0
"""Nodes report every ten minutes, and one lost report does not silence them."""
NODES: Final[tuple[NodeKind, ...]] = ("zigbee2mqtt", "esphome", "tasmota", "esphome")
"""The firmware of a zone's first node, of its second and so on."""
LEASE_SHARE: Final = 0.25
"""One opening may bring this share of the day's budget where the file says nothing else."""


class Kind(StrEnum):
    """What can go wrong."""

    PROBE_OPEN_WIRE = "probe_open_wire"
    PROBE_SHORT = "probe_short"
    PROBE_FROZEN = "probe_frozen"
    PROBE_SPIKES = "probe_spikes"
    PROBE_DRIFT = "probe_drift"
    PROBE_PULLED_OUT = "probe_pulled_out"
    PROBE_STUCK_DRY = "probe_stuck_dry"
    PROBE_STUCK_WET = "probe_stuck_wet"
    VALVE_STUCK_OPEN = "valve_stuck_open"
    VALVE_STUCK_CLOSED = "valve_stuck_closed"
    VALVE_SLOW = "valve_slow"
    VALVE_NODE_LOST = "valve_node_lost"
    EMITTERS_CLOGGED = "emitters_clogged"
    LINE_OFF = "line_off"
    PIPE_BURST = "pipe_burst"
    PIPE_LEAK = "pipe_leak"
    TANK_EMPTY = "tank_empty"
    PUMP_FAILS = "pump_fails"
    BUS_HUNG = "bus_hung"
    NODE_SILENT = "node_silent"
    FARM_BROKER_GONE = "farm_broker_gone"
    BROKER_GONE = "broker_gone"
    DISK_FULL = "disk_full"
    DISK_ERROR = "disk_error"
    CLOCK_STEP = "clock_step"
    POWER_CUT = "power_cut"
    KILLED = "killed"
    STORE_DAMAGED = "store_damaged"


PROBE_KINDS: Final = frozenset(kind for kind in Kind if kind.value.startswith("probe_"))
ZONE_KINDS: Final = frozenset(
    kind
    for kind in Kind
    if kind.value.startswith(("valve_", "emitters_", "line_", "pipe_", "bus_", "node_"))
)
OF_ONE_PROBE: Final = PROBE_KINDS | {Kind.NODE_SILENT}
"""These may name one of the zone's probes."""
LASTING_NOT: Final = frozenset({Kind.CLOCK_STEP, Kind.KILLED, Kind.STORE_DAMAGED})
"""These happen at one moment; the others last `for_min` or to the end."""


class Title(Table):
    """What the scenario shows, in both languages."""

    vi: str
    en: str


class House(Table):
    """What all zones share."""

    pump: bool = True
    meter: bool = True
    float_switch: bool = True
    max_open: Annotated[int, Field(ge=1, le=4)] = 1
    planted_days: Annotated[float, Field(ge=0, le=120)] = 45.0


class Zone(Table):
    """A row of plants on one valve."""

    key: Key
    plants: Annotated[int, Field(ge=1, le=10_000)] = 60
    flow_lph: Positive = 120.0
    medium: Literal["soil", "coir"] = "coir"
    strategy: Strategy = Strategy.ADAPTIVE
    probes: Annotated[int, Field(ge=0, le=4)] = 3
    bus: Literal["spi0", "i2c-1", "mqtt"] = "spi0"
    """What its probes hang on: an MCP3008 shared by all such zones, an ADS1115 of its own, or
    nothing: each is a node with a battery."""
    valve: Literal["wired", "node"] = "wired"
    """Its valve is on a pin, or on a Zigbee node behind the pump."""
    fill: Annotated[float, Field(gt=0.3, le=1.2)] = 0.85
    day_budget_l: Positive = 180.0
    max_lease_l: Positive | None = None
    max_lease_s: Annotated[float, Field(gt=0, le=600)] = 600.0
    pressed_min: tuple[Annotated[float, Field(ge=0)], ...] = ()
    """Minutes after the start at which somebody pushes the zone's water button, if it has one."""


class Climate(Table):
    """Where and when the air is from."""

    region: Literal["highlands", "red-river"] = "highlands"
    season: Season = Season.HOT


class Fault(Table):
    """One thing that goes wrong, at a minute after the start."""

    kind: Kind
    at_min: Annotated[float, Field(ge=0)]
    for_min: Positive | None = None
    """How long; to the end where it is not said."""
    zone: Key | None = None
    probe: Annotated[int, Field(ge=1, le=4)] | None = None
    """Which of the zone's probes, counted from 1; all of them where it is not said."""
    value: float | None = None
    """Share, m³/m³ a day, seconds, L/min or hours, as the kind needs."""


class Scenario(Table):
    """A whole file."""

    title: Title
    hours: Annotated[float, Field(gt=0, le=24 * 120)]
    starts_at: Annotated[float, Field(ge=0, lt=24)] = 6.0
    """Local hour of day."""
    seed: int = 1
    random_faults: Annotated[int, Field(ge=0, le=20)] = 0
    house: House = House()
    climate: Climate = Climate()
    zones: Annotated[tuple[Zone, ...], Field(min_length=1, max_length=len(VALVE_PINS))]
    faults: tuple[Fault, ...] = ()

    def hardware(self) -> Hardware:
        """The board that such a house would have."""
        house = self.house
        return Hardware(
            max_open=house.max_open,
            pump=Pump(pin=PUMP_PIN) if house.pump else None,
            flow=FlowMeter(pin=FLOW_PIN) if house.meter else None,
            tank=Tank(pin=TANK_PIN) if house.float_switch else None,
            zones=tuple(_wired(z, pin) for z, pin in zip(self.zones, VALVE_PINS, strict=False)),
            probes=tuple(self._probes()),
            buttons=tuple(
                WaterButton(pin=pin, zone=zone.key)
                for zone, pin in zip(self.zones, BUTTON_PINS, strict=False)
                if zone.pressed_min
            ),
            nodes=Nodes() if any(map(_has_nodes, self.zones)) else None,
        )

    def with_faults(self, more: tuple[Fault, ...]) -> Self:
        return self.model_copy(update={"faults": (*self.faults, *more)})

    def _probes(self) -> Iterator[AnalogueProbe | NodeProbe]:
        channels = count()
        for place, zone in enumerate(self.zones):
            for number in range(1, zone.probes + 1):
                key = probe_key(zone.key, number)
                if zone.bus == SPI:
                    yield _on_spi(key, zone.key, next(channels))
                elif zone.bus == BY_RADIO:
                    yield _on_node(key, zone.key, number)
                else:
                    yield _on_i2c(key, zone.key, place, number - 1)


def probe_key(zone: str, number: int) -> str:
    """The key that a zone's probe has on the board."""
    return f"{zone[:13]}-p{number}"


def problems(scenario: Scenario) -> Iterator[Problem]:
    """Everything wrong with a file whose single keys are all right."""
    if sum(zone.probes for zone in scenario.zones if zone.bus == SPI) > CHANNELS:
        reason = f"more than {CHANNELS} probes in all"
        yield Problem(("zones", 0, "probes"), reason, "lower it, or set bus to i2c-1")
    if scenario.house.max_open > len(scenario.zones):
        yield Problem(("house", "max_open"), "is more than there are zones", "set it to 1")
    keys = [zone.key for zone in scenario.zones]
    for number, zone in enumerate(scenario.zones):
        if zone.key in keys[:number]:
            yield Problem(("zones", number, "key"), f"{zone.key} is used twice", "rename one")
        if zone.valve == "node" and not scenario.house.pump:
            reason = "nothing wired stands before a valve on a node"
            yield Problem(("zones", number, "valve"), reason, "set pump of [house] to true")
        if max(zone.pressed_min, default=0.0) > scenario.hours * 60:
            where = ("zones", number, "pressed_min")
            yield Problem(where, "is after the end", "lower it, or raise hours")
    for number, fault in enumerate(scenario.faults):
        yield from _fault_problems(scenario, number, fault)


def _fault_problems(scenario: Scenario, number: int, fault: Fault) -> Iterator[Problem]:
    here: Loc = ("faults", number)
    probes = {zone.key: zone.probes for zone in scenario.zones}
    aimed = fault.kind in PROBE_KINDS | ZONE_KINDS
    if aimed and fault.zone not in probes:
        known = ", ".join(sorted(probes))
        yield Problem((*here, "zone"), f"{fault.kind} needs a zone", f"use one of {known}")
    elif not aimed and fault.zone is not None:
        yield Problem((*here, "zone"), f"{fault.kind} is of the whole house", "remove the key")
    if fault.probe is not None and fault.kind not in OF_ONE_PROBE:
        yield Problem((*here, "probe"), f"{fault.kind} is of no probe", "remove the key")
    elif fault.probe is not None and fault.probe > probes.get(fault.zone or "", 0):
        yield Problem((*here, "probe"), "the zone has fewer probes", "count from 1")
    yield from _node_problems(scenario, here, fault)
    if fault.for_min is not None and fault.kind in LASTING_NOT:
        yield Problem((*here, "for_min"), f"{fault.kind} takes a moment", "remove the key")
    if fault.at_min > scenario.hours * 60:
        yield Problem((*here, "at_min"), "is after the end", "lower it, or raise hours")


def _node_problems(scenario: Scenario, here: Loc, fault: Fault) -> Iterator[Problem]:
    by_radio = {zone.key for zone in scenario.zones if zone.bus == BY_RADIO}
    if fault.kind is Kind.NODE_SILENT and fault.zone not in by_radio:
        yield Problem((*here, "zone"), "its probes hang on wires", f'set its bus to "{BY_RADIO}"')
    with_node = {zone.key for zone in scenario.zones if zone.valve == "node"}
    if fault.kind is Kind.VALVE_NODE_LOST and fault.zone not in with_node:
        yield Problem((*here, "zone"), "its valve is wired", 'set its valve to "node"')
    if fault.kind is Kind.BUS_HUNG and fault.zone in by_radio:
        yield Problem((*here, "kind"), "nodes hang on no bus", "use farm_broker_gone")


def _has_nodes(zone: Zone) -> bool:
    return zone.bus == BY_RADIO or zone.valve == "node"


def _on_node(key: str, zone: str, number: int) -> NodeProbe:
    """A Tasmota node tells the counts of its own converter, the others per cent."""
    profile = NODES[number - 1]
    dry, wet = (2900, 1200) if profile == "tasmota" else (None, None)
    return NodeProbe(
        key=key,
        zone=zone,
        kind="mqtt",
        profile=profile,
        node=key,
        every_s=NODE_EVERY_S,
        dry_raw=dry,
        wet_raw=wet,
        wet_vwc=WET_VWC,
    )


def _on_spi(key: str, zone: str, channel: int) -> AnalogueProbe:
    return AnalogueProbe(
        key=key,
        zone=zone,
        kind="mcp3008",
        channel=channel,
        dry_raw=count_at(0.0),
        wet_raw=count_at(WET_VWC),
        wet_vwc=WET_VWC,
    )


def _on_i2c(key: str, zone: str, place: int, channel: int) -> AnalogueProbe:
    return AnalogueProbe(
        key=key,
        zone=zone,
        kind="ads1115",
        address=FIRST_ADDRESS + place,
        channel=channel,
        dry_raw=ads1115_count_at(0.0),
        wet_raw=ads1115_count_at(WET_VWC),
        wet_vwc=WET_VWC,
    )


def _wired(zone: Zone, pin: int) -> WiredZone:
    by_radio = zone.valve == "node"
    return WiredZone(
        key=zone.key,
        pin=None if by_radio else pin,
        valve=ValveNode(profile="zigbee2mqtt", node=f"van-{zone.key}") if by_radio else None,
        flow_lph=zone.flow_lph,
        plants=zone.plants,
        max_lease_s=zone.max_lease_s,
        max_lease_l=min(zone.max_lease_l or LEASE_SHARE * zone.day_budget_l, zone.day_budget_l),
        day_budget_l=zone.day_budget_l,
        medium=zone.medium,
        tuning=Tuning(stale_s=NODE_STALE_S) if zone.bus == BY_RADIO else Tuning(),
    )
