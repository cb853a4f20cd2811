"""Tank, pump, valves, pipes, emitters and meter: where each litre is between tank and plant.

Every litre that leaves the tank is in a pipe or has dripped; the meter sees what the pump moves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp
from typing import Final

NOMINAL_BAR: Final = 1.0
PUMP_BAR: Final = 1.25
PUMP_LPM: Final = 12.0
"""The pump gives no pressure at this flow; between, its curve is a straight line."""

EMITTER_EXPONENT: Final = 0.5
"""Flow of a labyrinth emitter follows the square root of pressure."""

VALVE_S: Final = 3.0
"""Opening time of a diaphragm valve."""

DRIP_OUT_S: Final = 1200.0
"""Time constant of a shut line running empty through its lowest emitters."""

FILL_LPM: Final = 6.0
"""What an empty line swallows while its pump runs."""

TANK_L: Final = 1000.0
REFILL_LPM: Final = 1.5
"""The village main behind the tank's float valve: slower than one open zone."""

FULL_PIPE: Final = 0.98
METER_STARTS_LPM: Final = 0.3
"""Below this the meter's wheel stands still."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One zone's valve, pipe and emitters."""

    nominal_lpm: float
    pipe_l: float = 1.2
    clogged: float = 0.0
    """Share of the emitters' flow that is lost."""
    stuck_open: bool = False
    stuck_closed: bool = False
    valve_s: float = VALVE_S
    """How long the valve takes to open or to close."""
    burst_lpm: float = 0.0
    """What a torn pipe loses besides, while the valve is open."""
    astray: bool = False
    """The line has come off beyond the meter: what it draws reaches no plant."""


@dataclass(slots=True)
class _Pipe:
    held_l: float = 0.0
    opening: float = 0.0

    def turn(self, line: Line, wanted: float, dt: float) -> None:
        """The valve moves towards what its relay says, or where it sticks."""
        goal = 0.0 if line.stuck_closed else 1.0 if line.stuck_open else wanted
        self.opening = _towards(self.opening, goal, dt / line.valve_s)


@dataclass(frozen=True, slots=True)
class Flow:
    """What one step moved."""

    pumped_l: float
    metered_l: float
    dripped_l: Mapping[str, float]
    taken_l: Mapping[str, float]
    """What each zone's line took from the tank."""
    lost_l: float


class Waterworks:
    """The state of tank and lines; `lines` may be exchanged to simulate a fault."""

    def __init__(
        self, lines: Mapping[str, Line], *, tank_l: float = TANK_L, meter_gain: float
    ) -> None:
        self.lines = dict(lines)
        self.tank_l = tank_l
        self.refill_lpm = REFILL_LPM
        self.pump_works = True
        self._pipes = {zone: _Pipe() for zone in lines}
        self._meter_gain = meter_gain

    @property
    def tank_share(self) -> float:
        return self.tank_l / TANK_L

    @property
    def held_l(self) -> float:
        """Water in the pipes."""
        return sum(pipe.held_l for pipe in self._pipes.values())

    def step(self, dt: float, *, pump: bool, open_zones: frozenset[str]) -> Flow:
        """Advance by `dt` seconds with these relays on."""
        dripped, taken, lost = {}, {}, 0.0
        for zone, line in self.lines.items():
            wanted = 1.0 if zone in open_zones else 0.0
            self._pipes[zone].turn(line, wanted, dt)
        bar = self._bar() if pump and self.pump_works and self.tank_l > 0.0 else 0.0
        for zone, line in self.lines.items():
            dripped[zone], taken[zone], torn = self._drive(line, self._pipes[zone], dt, bar)
            lost += torn
        pumped = sum(taken.values())
        self.tank_l = min(TANK_L, self.tank_l - pumped + self.refill_lpm * dt / 60.0)
        turns = pumped * 60.0 / dt >= METER_STARTS_LPM
        metered = pumped * self._meter_gain if turns else 0.0
        return Flow(pumped, metered, dripped, taken, lost)

    def _bar(self) -> float:
        """The pump's pressure against all lines that are open, whether asked for or not."""
        drawn = sum(
            line.nominal_lpm
            for zone, line in self.lines.items()
            if self._pipes[zone].opening > 0.0
        )
        return PUMP_BAR * max(0.0, 1.0 - drawn / PUMP_LPM)

    def _drive(self, line: Line, pipe: _Pipe, dt: float, bar: float) -> tuple[float, float, float]:
        """Litres dripped, taken from the tank, and lost through a tear."""
        room = line.pipe_l - pipe.held_l
        if bar <= 0.0 or pipe.opening <= 0.0:
            dripped = pipe.held_l * (1.0 - exp(-dt / DRIP_OUT_S))
            pipe.held_l -= dripped
            return dripped, 0.0, 0.0
        if pipe.held_l < FULL_PIPE * line.pipe_l:
            taken = min(room, FILL_LPM * pipe.opening * dt / 60.0)
            pipe.held_l += taken
            return 0.0, taken, 0.0
        pressure = (bar / NOMINAL_BAR) ** EMITTER_EXPONENT
        drawn = line.nominal_lpm * (1.0 - line.clogged) * pressure * pipe.opening * dt / 60.0
        torn = line.burst_lpm * pipe.opening * dt / 60.0
        pipe.held_l = line.pipe_l
        if line.astray:
            return 0.0, drawn + torn + room, drawn + torn
        return drawn, drawn + torn + room, torn


def _towards(value: float, goal: float, most: float) -> float:
    return min(goal, value + most) if goal > value else max(goal, value - most)
