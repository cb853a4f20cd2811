"""The whole greenhouse on the other side of the pins; it moves only when `step` is called.

It reads what the agent drives, moves water, plants and probes, and answers on the inputs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from edge.config import Hardware
from firmware_sim.bed import PLANTED_DAYS, Bed
from firmware_sim.buses import SimBuses
from firmware_sim.chance import stream
from firmware_sim.climate import Air, Climate
from firmware_sim.farm_broker import FarmBroker
from firmware_sim.pins import SimFactory, SimPin
from firmware_sim.plant import reference_et
from firmware_sim.probes import Probe
from firmware_sim.soil_node import SoilNode
from firmware_sim.valve_node import ValveNodeDevice
from firmware_sim.water import Flow, Line, Waterworks

SOIL_EVERY_S: Final = 10.0
"""Soil and probes move in steps of this; water in the pipes moves with every tick."""

AIR_EVERY_S: Final = 60.0
METER_SD: Final = 0.02
TANK_EMPTY: Final = 0.05
"""Share of the tank below which the float hangs down."""

FILLS: Final = (0.84, 0.80, 0.87, 0.82)
"""Water at the start relative to the full point, zone by zone: some soon want water."""


@dataclass(slots=True)
class Totals:
    """Water and valves since the start, as physics had it."""

    pumped_l: float = 0.0
    metered_l: float = 0.0
    dripped_l: float = 0.0
    lost_l: float = 0.0
    valve_open_max_s: float = 0.0
    openings: int = 0


@dataclass(frozen=True, slots=True)
class Start:
    """When a simulation begins, and how full the zones are that were simulated before."""

    wall_ms: int
    fills: Mapping[str, float] = field(default_factory=dict)
    planted_days: float = PLANTED_DAYS


@dataclass(frozen=True, slots=True)
class _Relay:
    pin: SimPin
    active_high: bool

    @property
    def on(self) -> bool:
        return self.pin.driven(active_high=self.active_high)


@dataclass(frozen=True, slots=True)
class _Wiring:
    pump: _Relay | None
    valves: Mapping[str, _Relay]
    flow: SimPin | None
    tank: SimPin | None
    stop: SimPin | None
    buttons: Mapping[str, SimPin]

    @classmethod
    def of(cls, factory: SimFactory, hardware: Hardware) -> "_Wiring":
        pump, flow, tank = hardware.pump, hardware.flow, hardware.tank
        stop = hardware.emergency_stop
        return cls(
            _Relay(factory.pin(pump.pin), pump.active_high) if pump else None,
            {
                zone: _Relay(factory.pin(at.pin), at.active_high)
                for zone, at in hardware.valve_pins.items()
            },
            factory.pin(flow.pin) if flow else None,
            factory.pin(tank.pin) if tank else None,
            factory.pin(stop.pin) if stop else None,
            {button.zone: factory.pin(button.pin) for button in hardware.buttons},
        )


class World:
    """A greenhouse for one hardware file."""

    def __init__(self, hardware: Hardware, climate: Climate, seed: int, start: Start) -> None:
        self.totals = Totals()
        self.stop_pressed = False
        """The emergency stop is a contact that somebody in the greenhouse opens."""
        self.pushed: set[str] = set()
        """Zones whose water button a finger is on."""
        self.beds = {
            zone.key: Bed(
                zone,
                max(1, len(hardware.probes_of(zone.key))),
                start.fills.get(zone.key, FILLS[number % len(FILLS)]),
                start.planted_days,
                stream(seed, "bed", zone.key),
            )
            for number, zone in enumerate(hardware.zones)
        }
        self.water = Waterworks(
            {zone.key: Line(nominal_lpm=zone.flow_lph / 60.0) for zone in hardware.zones},
            meter_gain=stream(seed, "meter").gauss(1.0, METER_SD),
        )
        self.flow = Flow(0.0, 0.0, {}, {}, 0.0)
        """What the last step moved."""
        self.air: Air = climate.at(start.wall_ms)
        self._eto = reference_et(self.air)
        self._climate, self._hardware = climate, hardware
        self._probes = self._place_probes(hardware)
        self.farm = FarmBroker()
        self.nodes = self._place_nodes(hardware, seed)
        self.valve_nodes = {
            zone: ValveNodeDevice(table, self.farm) for zone, table in hardware.node_valves.items()
        }
        self.sensors = SimBuses(hardware, self)
        self.factory = SimFactory(self.sensors.convert)
        self._wire = _Wiring.of(self.factory, hardware)
        self._open_s = dict.fromkeys(self.beds, 0.0)
        self._dripped = dict.fromkeys(self.beds, 0.0)
        self._pulse = 0.0
        self._age_s = self._soil_s = self._air_s = 0.0

    def replug(self) -> None:
        """Give the board's pins to a new program, as after the old one was killed."""
        self.factory = SimFactory(self.sensors.convert)
        self._wire = _Wiring.of(self.factory, self._hardware)

    @property
    def open_zones(self) -> frozenset[str]:
        """The zones whose relay is on, or whose node holds its valve open."""
        wired = {zone for zone, relay in self._wire.valves.items() if relay.on}
        return frozenset(wired | {z for z, node in self.valve_nodes.items() if node.is_open})

    @property
    def pump_on(self) -> bool:
        """Whether the pump is told to run; without one the line is always under pressure."""
        return self._wire.pump.on if self._wire.pump is not None else True

    def fills(self) -> dict[str, float]:
        """Water of each zone relative to its full point."""
        return {zone: bed.fill for zone, bed in self.beds.items()}

    @property
    def tank_share(self) -> float:
        return self.water.tank_share

    def probe(self, key: str) -> Probe:
        """The probe of this key in the hardware file."""
        return self._probes[key]

    def step(self, dt: float, wall_ms: int) -> None:
        """Let `dt` seconds pass, ending at `wall_ms`."""
        self._age_s += dt
        for valve in self.valve_nodes.values():
            valve.step(dt)
        self._move_water(dt)
        self._air_s += dt
        if self._air_s >= AIR_EVERY_S:
            self._air_s = 0.0
            self.air = self._climate.at(wall_ms)
            self._eto = reference_et(self.air)
        self._soil_s += dt
        if self._soil_s >= SOIL_EVERY_S:
            self._move_soil(self._soil_s)
            self._soil_s = 0.0
        for node in self.nodes.values():
            node.step(dt)

    def _move_water(self, dt: float) -> None:
        open_zones = self.open_zones
        flow = self.flow = self.water.step(dt, pump=self.pump_on, open_zones=open_zones)
        for zone, litres in flow.dripped_l.items():
            self._dripped[zone] += litres
        self._watch_valves(dt, open_zones)
        totals = self.totals
        totals.pumped_l += flow.pumped_l
        totals.metered_l += flow.metered_l
        totals.dripped_l += sum(flow.dripped_l.values())
        totals.lost_l += flow.lost_l
        self._answer(flow.metered_l)

    def _watch_valves(self, dt: float, open_zones: frozenset[str]) -> None:
        for zone, since in self._open_s.items():
            if zone not in open_zones:
                self._open_s[zone] = 0.0
                continue
            self.totals.openings += since <= 0.0
            self._open_s[zone] = since + dt
            self.totals.valve_open_max_s = max(self.totals.valve_open_max_s, since + dt)

    def _answer(self, metered_l: float) -> None:
        """Drive the inputs: flow pulses, and the float switch to ground while there is water."""
        if self._wire.flow is not None and self._hardware.flow is not None:
            self._pulse += metered_l * self._hardware.flow.pulses_per_litre
            whole = int(self._pulse)
            self._pulse -= whole
            self._wire.flow.pulses(whole)
        if self._wire.tank is not None:
            self._wire.tank.level(high=self.water.tank_share < TANK_EMPTY)
        if self._wire.stop is not None:
            self._wire.stop.level(high=self.stop_pressed)
        for zone, button in self._wire.buttons.items():
            button.level(high=zone not in self.pushed)

    def _move_soil(self, dt: float) -> None:
        for zone, bed in self.beds.items():
            bed.step(dt, self._dripped[zone], self._eto, self.air.celsius, self._age_s)
            self._dripped[zone] = 0.0

    def _place_probes(self, hardware: Hardware) -> dict[str, Probe]:
        probes = {}
        for zone in hardware.zones:
            wired = zip(hardware.probes_of(zone.key), self.beds[zone.key].places, strict=False)
            probes.update({probe.key: place.probe for probe, place in wired})
        return probes

    def _place_nodes(self, hardware: Hardware, seed: int) -> dict[str, SoilNode]:
        return {
            table.key: SoilNode(
                table, self._probes[table.key].vwc, self.farm, stream(seed, "node", table.key)
            )
            for table in hardware.node_probes
        }
