"""What hangs on which pin and the hard bounds nobody can raise from afar: hardware.toml's shape.

Knows the relations between keys as well as each key; reading the file is `edge.config_file`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from edge.config_buses import (
    Air,
    Level,
    Probe,
    Radiation,
    Rs485,
    Wired,
    bus_problems,
)
from edge.config_nodes import (
    NodeAir,
    NodeProbe,
    Nodes,
    ValveNode,
    node_problems,
    valve_problems,
)
from edge.config_panel import (
    Buzzer,
    EmergencyStop,
    Lamp,
    LocalPage,
    ResumeButton,
    WaterButton,
    front_pins,
    front_problems,
)
from edge.config_section import Gpio, Key, Loc, Positive, Problem, Section
from edge.config_tuning import Tuning, tuning_problems
from edge.profiles import media

MAX_LEASE_S: Final = 600
"""No valve stays open longer in one lease: a burst pipe costs one pulse, not a night."""
MAX_PROBES: Final = 4
"""Probes of one zone: the wire has `vwc_1` to `vwc_4`."""
BUS_PINS: Final = {"spi0": frozenset({8, 9, 10, 11}), "i2c-1": frozenset({2, 3})}
"""SPI0 with chip select 0, where the MCP3008 sits, and the header's I²C."""


class Pump(Section):
    """The pump or master valve: runs exactly while a zone is open."""

    pin: Gpio
    active_high: bool = True


class FlowMeter(Section):
    """A pulse meter behind the pump; calibrate `pulses_per_litre` with a bucket."""

    pin: Gpio
    pulses_per_litre: Positive = 450.0


class Tank(Section):
    """A float switch wired normally closed: a cut wire reads as an empty tank."""

    pin: Gpio


ZoneName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, pattern=r"^[^\x00-\x1f\x7f]+$"),
    Field(min_length=1, max_length=30, description="as people here call it, on the page"),
]


class Zone(Section):
    """One valve and the bounds of every dose through it."""

    key: Key
    name: ZoneName | None = None
    pin: Gpio | None = None
    active_high: bool = True
    valve: ValveNode | None = None
    flow_lph: Annotated[float, Field(gt=0, description="L/h of all emitters together")]
    plants: Annotated[int, Field(ge=1, le=100_000)]
    max_lease_s: Annotated[
        float, Field(gt=0, le=MAX_LEASE_S, description="s; the longest that one opening may last")
    ] = float(MAX_LEASE_S)
    max_lease_l: Annotated[float, Field(gt=0, description="L; the most that one opening may give")]
    day_budget_l: Annotated[float, Field(gt=0, description="L; no more in a day, by nobody")]
    medium: Literal["coir", "soil", "sandy-loam", "clay"] = "coir"
    crop: Literal["melon", "tomato", "cucumber", "pepper", "strawberry", "leaf"] | None = None
    planted: date | None = None
    cycle_days: Annotated[int, Field(ge=20, le=365)] | None = None
    plant_area_m2: Annotated[float, Field(gt=0, le=10, description="m² of ground per plant")] = 0.4
    tuning: Tuning = Tuning()


@dataclass(frozen=True)
class OnPin:
    """A relay on a pin."""

    pin: int
    active_high: bool


class Hardware(Section):
    """The whole board."""

    board: Literal["raspberry-pi"] = "raspberry-pi"
    max_open: Annotated[int, Field(ge=1, le=8)] = 1
    pump: Pump | None = None
    flow: FlowMeter | None = None
    tank: Tank | None = None
    zones: Annotated[tuple[Zone, ...], Field(min_length=1, max_length=16)]
    probes: Annotated[tuple[Probe, ...], Field(max_length=32)] = ()
    rs485: Annotated[tuple[Rs485, ...], Field(max_length=4)] = ()
    air: Annotated[tuple[Air, ...], Field(max_length=8)] = ()
    radiation: Radiation | None = None
    level: Level | None = None
    emergency_stop: EmergencyStop | None = None
    resume_button: ResumeButton | None = None
    buttons: Annotated[tuple[WaterButton, ...], Field(max_length=16)] = ()
    lamp: Lamp | None = None
    buzzer: Buzzer | None = None
    page: LocalPage | None = None
    nodes: Nodes | None = None

    def zone(self, key: str) -> Zone:
        return next(zone for zone in self.zones if zone.key == key)

    def probes_of(self, zone: str) -> tuple[Probe, ...]:
        return tuple(probe for probe in self.probes if probe.zone == zone)

    @property
    def valve_pins(self) -> dict[str, OnPin]:
        """The wired valves, by zone."""
        return {z.key: OnPin(z.pin, z.active_high) for z in self.zones if z.pin is not None}

    @property
    def node_valves(self) -> dict[str, ValveNode]:
        """The valves on nodes, by zone."""
        return {zone.key: zone.valve for zone in self.zones if zone.valve is not None}

    @property
    def node_probes(self) -> tuple[NodeProbe, ...]:
        """Those that speak by radio."""
        return tuple(probe for probe in self.probes if isinstance(probe, NodeProbe))

    @property
    def node_air(self) -> tuple[NodeAir, ...]:
        """Sensors of the air that speak by radio."""
        return tuple(sensor for sensor in self.air if isinstance(sensor, NodeAir))


def wired(hardware: Hardware) -> Iterator[tuple[Loc, Wired]]:
    """Every sensor on a wire, and the table that describes it."""
    for number, probe in enumerate(hardware.probes):
        if not isinstance(probe, NodeProbe):
            yield ("probes", number), probe
    for number, sensor in enumerate(hardware.air):
        if not isinstance(sensor, NodeAir):
            yield ("air", number), sensor
    if hardware.radiation is not None:
        yield ("radiation",), hardware.radiation
    if hardware.level is not None:
        yield ("level",), hardware.level


def _by_radio(hardware: Hardware) -> Iterator[tuple[Loc, NodeProbe | NodeAir]]:
    for number, probe in enumerate(hardware.probes):
        if isinstance(probe, NodeProbe):
            yield ("probes", number), probe
    for number, sensor in enumerate(hardware.air):
        if isinstance(sensor, NodeAir):
            yield ("air", number), sensor


def problems(hardware: Hardware) -> Iterator[Problem]:
    """Everything wrong with a file whose single keys are all right."""
    yield from _repeated_pins(hardware)
    yield from _zone_problems(hardware)
    yield from _probe_problems(hardware)
    yield from bus_problems(tuple(wired(hardware)), hardware.rs485)
    yield from _node_problems(hardware)
    yield from front_problems(hardware, {zone.key for zone in hardware.zones})


def pins(hardware: Hardware) -> Iterator[tuple[Loc, int]]:
    """Every claimed pin and the key that claims it."""
    for name, device in (
        ("pump", hardware.pump),
        ("flow", hardware.flow),
        ("tank", hardware.tank),
    ):
        if device is not None:
            yield (name, "pin"), device.pin
    for number, zone in enumerate(hardware.zones):
        if zone.pin is not None:
            yield ("zones", number, "pin"), zone.pin
    yield from front_pins(hardware)


def _repeated_pins(hardware: Hardware) -> Iterator[Problem]:
    seen: dict[int, Loc] = {}
    buses = {sensor.bus for _, sensor in wired(hardware)}
    for loc, pin in pins(hardware):
        if pin in seen:
            other = ".".join(map(str, seen[pin]))
            yield Problem(loc, f"pin {pin} is already used by {other}", "wire it to another pin")
        for bus in sorted(buses & BUS_PINS.keys()):
            if pin in BUS_PINS[bus]:
                yield Problem(loc, f"pin {pin} belongs to the sensors on {bus}", "use another")
        seen[pin] = loc


def _zone_problems(hardware: Hardware) -> Iterator[Problem]:
    if hardware.max_open > len(hardware.zones):
        yield Problem(("max_open",), "is more than there are zones", "set it to 1")
    keys = [zone.key for zone in hardware.zones]
    for number, zone in enumerate(hardware.zones):
        if zone.key in keys[:number]:
            yield Problem(("zones", number, "key"), f"{zone.key} is used twice", "rename one")
        if (zone.pin is None) is (zone.valve is None):
            reason = f"{zone.key} has {'no' if zone.pin is None else 'both a'} pin"
            reason += " and no node for its valve" if zone.pin is None else " and a node"
            yield Problem(("zones", number, "pin"), reason, "give its valve one of them")
        if zone.max_lease_l > zone.day_budget_l:
            reason = f"{zone.max_lease_l} L in one dose is more than the day's {zone.day_budget_l}"
            yield Problem(("zones", number, "max_lease_l"), reason, "lower it to day_budget_l")
        wilting = media()[zone.medium].wilting
        yield from tuning_problems(zone.tuning, number, zone.max_lease_s, wilting)
        probes = len(hardware.probes_of(zone.key))
        if probes > MAX_PROBES:
            reason = f"{probes} probes in {zone.key}, at most {MAX_PROBES}"
            yield Problem(("zones", number, "key"), reason, "split the zone")


def _probe_problems(hardware: Hardware) -> Iterator[Problem]:
    zones = {zone.key for zone in hardware.zones}
    for number, probe in enumerate(hardware.probes):
        here: Loc = ("probes", number)
        if probe.zone not in zones:
            known = ", ".join(sorted(zones))
            yield Problem((*here, "zone"), f"there is no zone {probe.zone}", f"use one of {known}")
        if probe.dry_vwc >= probe.wet_vwc:
            reason = "dry_vwc must be below wet_vwc"
            yield Problem((*here, "dry_vwc"), reason, "swap the two")


def _node_problems(hardware: Hardware) -> Iterator[Problem]:
    seen = {sensor.key for _, sensor in wired(hardware)}
    sensors = tuple(_by_radio(hardware))
    for loc, sensor in sensors:
        if sensor.key in seen:
            yield Problem((*loc, "key"), f"{sensor.key} is used twice", "rename one")
        seen.add(sensor.key)
    patience = {zone.key: zone.tuning.stale_s for zone in hardware.zones}
    yield from node_problems(sensors, hardware.nodes, patience)
    valves: list[tuple[Loc, ValveNode]] = [
        (("zones", number), zone.valve)
        for number, zone in enumerate(hardware.zones)
        if zone.valve is not None
    ]
    yield from valve_problems(valves, hardware.nodes, has_pump=hardware.pump is not None)
