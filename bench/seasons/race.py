"""One season in one medium: all strategies under all scenarios, side by side on equal beds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bench.seasons.bed import Array, Bed, Fluxes, spread
from bench.seasons.crop import water_use
from bench.seasons.faults import (
    CLOG_DAY,
    CLOGGED,
    CLOGGED_FLOW,
    Scenario,
    dark_steps,
)
from bench.seasons.media import DRIPPER_LPH, PLANTS, Medium, true_medium
from bench.seasons.optimum import clairvoyant_l
from bench.seasons.ours import BUDGET_L, Agent
from bench.seasons.peers import Hysteresis, peak_timer, stage_timer
from bench.seasons.sensing import Probes
from bench.seasons.valve import Controller, Sight
from bench.seasons.weather import DAYS, STEP_S, STEPS, STEPS_A_DAY, Season
from edge.control import Strategy
from firmware_sim.chance import stream

STRESSED: Final = 0.99
"""A day is one of stress when plants took less than this share of what they wanted."""

METER_SD: Final = 0.03
OVERFULL: Final = 0.10
CAP_SLACK_L: Final = 0.01

OURS: Final = (Strategy.TIMER.value, Strategy.THRESHOLD.value, Strategy.ADAPTIVE.value)
PEERS: Final = ("timer_peak", "timer_stage", "hysteresis")
STRATEGIES: Final = (*PEERS, *OURS)


@dataclass(frozen=True, slots=True)
class Entry:
    """A place to run: the season, the medium on its label and the seed of everything else."""

    season: Season
    medium: Medium
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One strategy through one season; litres are per plant."""

    strategy: str
    medium: str
    scenario: str
    seed: int
    litres_per_plant: float
    clairvoyant: float
    stress_days: int
    worst_plant_days: int
    eta_ratio: float
    drain: float
    """Share of the water that ran out below."""
    in_band: float
    """Share of the time between -10 % of TAW and the stress-free depletion."""
    cycles: int
    longest_open_min: float
    cap_breaches: int
    """Days above the daily budget that our own strategies are bound to."""
    plan_s: float
    """Seconds in all calls of `plan`."""


def race(entry: Entry, strategies: Sequence[str], scenarios: Sequence[Scenario]) -> list[Run]:
    """Every strategy under every scenario."""
    return _Race(entry, [(s, scenario) for s in strategies for scenario in scenarios]).run()


def controller(name: str, medium: Medium, season: Season) -> Controller:
    """A strategy by name, knowing only the medium's label and, if a timer, the climate."""
    makers: dict[str, Callable[[], Controller]] = {
        "timer_peak": lambda: peak_timer(medium, season.mean_eto),
        "timer_stage": lambda: stage_timer(medium, season.mean_eto),
        "hysteresis": lambda: Hysteresis(medium),
    }
    maker = makers.get(name)
    return maker() if maker is not None else Agent(Strategy(name), medium)


class _Race:
    def __init__(self, entry: Entry, lanes: Sequence[tuple[str, Scenario]]) -> None:
        self.entry, self.lanes = entry, lanes
        scenarios = [scenario for _, scenario in lanes]
        self.medium = true_medium(entry.medium, entry.seed)
        self.plants = spread(entry.seed)
        self.crop = water_use(entry.season, entry.seed)
        self.bed = Bed(self.medium, self.plants.thirst, len(lanes), STEP_S)
        self.probes = Probes(entry.medium, scenarios, entry.seed)
        self.controllers = [controller(name, entry.medium, entry.season) for name, _ in lanes]
        self.dark = [dark_steps(scenario, entry.seed) for scenario in scenarios]
        self.clogs = np.array([scenario.clogs for scenario in scenarios])
        self.meter = stream(entry.seed, "meter")
        self.meter_bias = self.meter.gauss(1.0, METER_SD)
        shape = (DAYS, len(lanes), PLANTS)
        self.wanted, self.taken = np.zeros(shape), np.zeros(shape)
        self.given, self.drained = np.zeros(shape), np.zeros(shape)
        self.metered = np.zeros((DAYS, len(lanes)))
        self.in_band = np.zeros(len(lanes))

    def run(self) -> list[Run]:
        for step in range(STEPS):
            self._step(step)
        optimum = clairvoyant_l(self.medium, self.plants, self.crop)
        return [self._result(lane, optimum) for lane in range(len(self.lanes))]

    def _step(self, step: int) -> None:
        day = step // STEPS_A_DAY
        emitters = self._emitters(day)
        lpm = emitters.sum(axis=1) * DRIPPER_LPH / 60.0
        shown = lpm * self.meter_bias * max(0.5, self.meter.gauss(1.0, METER_SD))
        open_s = np.array(self._decide(step, shown.tolist()))
        water = open_s[:, None] * emitters * (DRIPPER_LPH / 3600.0)
        fluxes = self.bed.step(water, self.crop[step])
        self._book(day, water, fluxes)
        self.metered[day] += open_s * shown / 60.0

    def _decide(self, step: int, shown: list[float]) -> list[float]:
        counts = self.probes.read(self.bed, step)
        air = self.entry.season.seen[step]
        seconds = []
        for lane, control in enumerate(self.controllers):
            dark = self.dark[lane]
            if step in dark:
                seconds.append(0.0)
                continue
            if step - 1 in dark:
                control.restart(step)
            seconds.append(control.open_s(Sight(step, counts[lane], air, shown[lane])))
        return seconds

    def _emitters(self, day: int) -> Array:
        """Flow of each lane's emitters relative to their label."""
        flows = np.tile(self.plants.emitter, (len(self.lanes), 1))
        if day >= CLOG_DAY:
            flows[self.clogs, :CLOGGED] *= CLOGGED_FLOW
        return flows

    def _book(self, day: int, water: Array, fluxes: Fluxes) -> None:
        self.given[day] += water
        self.wanted[day] += fluxes.wanted
        self.taken[day] += fluxes.taken
        self.drained[day] += fluxes.drained
        mean = self.bed.depletion.mean(axis=1) / self.medium.available_l
        self.in_band += (mean >= -OVERFULL) & (mean <= self.medium.p)

    def _result(self, lane: int, optimum: float) -> Run:
        name, scenario = self.lanes[lane]
        control = self.controllers[lane]
        wanted, taken = self.wanted[:, lane], self.taken[:, lane]
        given = float(self.given[:, lane].sum())
        by_plant = (taken < STRESSED * wanted).sum(axis=0)
        return Run(
            strategy=name,
            medium=self.medium.name,
            scenario=scenario.name,
            seed=self.entry.seed,
            litres_per_plant=given / PLANTS,
            clairvoyant=optimum,
            stress_days=int((taken.sum(axis=1) < STRESSED * wanted.sum(axis=1)).sum()),
            worst_plant_days=int(by_plant.max()),
            eta_ratio=float(taken.sum() / wanted.sum()),
            drain=float(self.drained[:, lane].sum()) / given if given > 0.0 else 0.0,
            in_band=float(self.in_band[lane]) / STEPS,
            cycles=control.valve.cycles,
            longest_open_min=control.valve.longest_s / 60.0,
            cap_breaches=int((self.metered[:, lane] > BUDGET_L + CAP_SLACK_L).sum()),
            plan_s=control.plan_s if isinstance(control, Agent) else 0.0,
        )
