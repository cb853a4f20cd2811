"""The whole greenhouse on the other side of the pins; it moves only when `step` is called.

It reads what the agent drives, moves water, plants and probes, and answers on the inputs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from edge.config import Hardware
from firmware_sim.bed import Bed
from firmware_sim.chance import stream
from firmware_sim.climate import Air, Climate
from firmware_sim.pins import SimFactory, SimPin
from firmware_sim.plant import reference_et
from firmware_sim.probes import Probe
from firmware_sim.water import Line, Waterworks

SOIL_EVERY_S: Final = 10.0
"""Soil and probes move in steps of this; water in the pipes moves with every tick."""

AIR_EVERY_S: Final = 60.0
METER_SD: Final = 0.02
TANK_EMPTY: Final = 0.05
"""Share of the tank below which the float hangs down."""

FILLS: Final = (0.84, 0.80, 0.87, 0.82)
"""Water at the start relative to the full point, zone by zone: some soon want water."""

OPEN_INPUT: Final = 0
"""Counts of a channel with nothing on it but its pull-down."""


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

    @classmethod
    def of(cls, factory: SimFactory, hardware: Hardware) -> "_Wiring":
        pump, flow, tank = hardware.pump, hardware.flow, hardware.tank
        return cls(
            _Relay(factory.pin(pump.pin), pump.active_high) if pump else None,
            {z.key: _Relay(factory.pin(z.pin), z.active_high) for z in hardware.zones},
            factory.pin(flow.pin) if flow else None,
            factory.pin(tank.pin) if tank else None,
        )


class World:
    """A greenhouse for one hardware file."""

    def __init__(self, hardware: Hardware, climate: Climate, seed: int, start: Start) -> None:
        self.totals = Totals()
        self.beds = {
            zone.key: Bed(
                zone,
                max(1, len(hardware.probes_of(zone.key))),
                start.fills.get(zone.key, FILLS[number % len(FILLS)]),
                stream(seed, "bed", zone.key),
            )
            for number, zone in enumerate(hardware.zones)
        }
        self.water = Waterworks(
            {zone.key: Line(nominal_lpm=zone.flow_lph / 60.0) for zone in hardware.zones},
            meter_gain=stream(seed, "meter").gauss(1.0, METER_SD),
        )
        self.air: Air = climate.at(start.wall_ms)
        self._eto = reference_et(self.air)
        self._climate, self._hardware = climate, hardware
        self._channels = self._wire_probes(hardware)
        self.factory = SimFactory(self._convert)
        self._wire = _Wiring.of(self.factory, hardware)
        self._open_s = dict.fromkeys(self.beds, 0.0)
        self._dripped = dict.fromkeys(self.beds, 0.0)
        self._pulse = 0.0
        self._age_s = self._soil_s = self._air_s = 0.0

    def replug(self) -> None:
        """Give the board's pins to a new program, as after the old one was killed."""
        self.factory = SimFactory(self._convert)
        self._wire = _Wiring.of(self.factory, self._hardware)

    def fills(self) -> dict[str, float]:
        """Water of each zone relative to its full point."""
        return {zone: bed.fill for zone, bed in self.beds.items()}

    def probe(self, key: str) -> Probe:
        """The probe of this key in the hardware file."""
        channel = next(probe.channel for probe in self._hardware.probes if probe.key == key)
        return self._channels[channel]

    def step(self, dt: float, wall_ms: int) -> None:
        """Let `dt` seconds pass, ending at `wall_ms`."""
        self._age_s += dt
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

    def _move_water(self, dt: float) -> None:
        open_zones = frozenset(zone for zone, relay in self._wire.valves.items() if relay.on)
        pump = self._wire.pump.on if self._wire.pump is not None else True
        flow = self.water.step(dt, pump=pump, open_zones=open_zones)
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

    def _move_soil(self, dt: float) -> None:
        for zone, bed in self.beds.items():
            bed.step(dt, self._dripped[zone], self._eto, self.air.celsius, self._age_s)
            self._dripped[zone] = 0.0

    def _wire_probes(self, hardware: Hardware) -> dict[int, Probe]:
        channels = {}
        for zone in hardware.zones:
            wired = zip(hardware.probes_of(zone.key), self.beds[zone.key].places, strict=False)
            channels.update({probe.channel: place.probe for probe, place in wired})
        return channels

    def _convert(self, channel: int) -> int:
        probe = self._channels.get(channel)
        return OPEN_INPUT if probe is None else probe.raw()
