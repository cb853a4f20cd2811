"""The figures of many runs as tables, with the gate and the target beside each figure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from bench.seasons.faults import CLEAN, SCENARIOS, SINGLE_FAULTS
from bench.seasons.race import Run

JUDGED: Final = "adaptive"
WATER_PEER: Final = "timer_peak"
PLAN_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure of the judged strategy; None where the runs do not hold it."""

    name: str
    value: float | None
    gate: float | None
    target: float | None

    @property
    def passed(self) -> bool:
        return self.value is None or self.gate is None or self.value <= self.gate


@dataclass(frozen=True, slots=True)
class Runs:
    """Runs to choose from; an empty choice has no figure."""

    rows: Sequence[Run]

    def of(self, strategy: str, scenario: str = CLEAN.name, medium: str | None = None) -> "Runs":
        return Runs(
            [
                run
                for run in self.rows
                if (run.strategy, run.scenario) == (strategy, scenario)
                and medium in {None, run.medium}
            ]
        )

    def mean(self, figure: Callable[[Run], float]) -> float | None:
        return fmean(map(figure, self.rows)) if self.rows else None

    def least(self, figure: Callable[[Run], float]) -> float | None:
        return min(map(figure, self.rows)) if self.rows else None

    def most(self, figure: Callable[[Run], float]) -> float | None:
        return max(map(figure, self.rows)) if self.rows else None


def water(run: Run) -> float:
    """Water ÷ clairvoyant."""
    return run.litres_per_plant / run.clairvoyant


def days(run: Run) -> float:
    return float(run.stress_days)


def ratio_to(runs: Runs, peer: str, strategy: str, medium: str | None = None) -> float | None:
    """Mean over the seasons of a strategy's water ÷ that of a peer in the same season."""
    theirs = {(r.medium, r.seed): r.litres_per_plant for r in runs.of(peer).rows}
    ratios = [
        run.litres_per_plant / theirs[run.medium, run.seed]
        for run in runs.of(strategy, medium=medium).rows
        if (run.medium, run.seed) in theirs
    ]
    return fmean(ratios) if ratios else None


def measures(runs: Runs) -> Iterator[Measure]:
    """What the judged strategy is held to."""
    clean = runs.of(JUDGED)
    ours = Runs([run for run in runs.rows if run.strategy == JUDGED])
    yield Measure("water / timer_peak", ratio_to(runs, WATER_PEER, JUDGED), 0.64, 0.62)
    yield Measure("water / clairvoyant", clean.mean(water), 1.16, 1.12)
    yield Measure("stress days, mean", clean.mean(days), 1.5, 1.0)
    yield Measure("stress days, worst season", clean.most(days), None, 5.0)
    for name in SINGLE_FAULTS:
        value = runs.of(JUDGED, name).mean(water)
        yield Measure(f"{name}: water / clairvoyant", value, 1.20, None)
    for name in ("drift-5", "drift+5"):
        value = runs.of(JUDGED, name).most(days)
        yield Measure(f"{name}: stress days, worst season", value, None, 10.0)
    breaches = float(sum(run.cap_breaches for run in ours.rows)) if ours.rows else None
    yield Measure("days above the cap, all runs", breaches, 0.0, 0.0)
    # the least of the seasons: the others waited for other programs now and then
    yield Measure("plan() of a season, s", clean.least(lambda run: run.plan_s), PLAN_S, PLAN_S)


def clean_table(runs: Runs, medium: str, strategies: Sequence[str]) -> Iterator[str]:
    """Every strategy in one medium without faults, mean of the seasons."""
    yield (
        f"{medium:13}{'L/plant':>8}{'/peak':>7}{'/stage':>7}{'/optim':>7}{'stress d':>9}"
        f"{'worst':>6}{'plant d':>8}{'ETa/ETc':>8}{'drain':>6}{'band':>6}{'cycles':>7}"
        f"{'open min':>9}{'over cap':>9}"
    )
    for name in strategies:
        chosen = runs.of(name, medium=medium)
        if chosen.rows:
            yield f"{name:13}{_clean_row(runs, chosen, name, medium)}"
    optimum = Runs([r for r in runs.rows if r.medium == medium]).mean(lambda r: r.clairvoyant)
    yield f"{'clairvoyant':13}{_cell(optimum, 8, 1)}"


def _clean_row(runs: Runs, chosen: Runs, name: str, medium: str) -> str:
    return "".join(
        (
            _cell(chosen.mean(lambda r: r.litres_per_plant), 8, 1),
            _cell(ratio_to(runs, "timer_peak", name, medium), 7, 2),
            _cell(ratio_to(runs, "timer_stage", name, medium), 7, 2),
            _cell(chosen.mean(water), 7, 2),
            _cell(chosen.mean(days), 9, 1),
            _cell(chosen.most(days), 6, 0),
            _cell(chosen.mean(lambda r: r.worst_plant_days), 8, 1),
            _cell(chosen.mean(lambda r: r.eta_ratio), 8, 3),
            _cell(chosen.mean(lambda r: r.drain), 6, 2),
            _cell(chosen.mean(lambda r: r.in_band), 6, 2),
            _cell(chosen.mean(lambda r: r.cycles), 7, 0),
            _cell(chosen.most(lambda r: r.longest_open_min), 9, 0),
            _cell(chosen.mean(lambda r: r.cap_breaches), 9, 1),
        )
    )


def fault_table(runs: Runs, strategies: Sequence[str]) -> Iterator[str]:
    """Water ÷ clairvoyant and stress days under every scenario, mean of media and seasons."""
    held = [name for name in SCENARIOS if any(run.scenario == name for run in runs.rows)]
    yield f"{'':13}" + "".join(f"{name:>12}" for name in held)
    for strategy in strategies:
        cells = []
        for name in held:
            chosen = runs.of(strategy, name)
            cells.append(f"{_cell(chosen.mean(water), 6, 2)}/{_cell(chosen.mean(days), 0, 1):<5}")
        yield f"{strategy:13}" + "".join(cells)


def gate_table(found: Sequence[Measure]) -> Iterator[str]:
    """Figure, gate and target of the judged strategy."""
    yield f"{JUDGED:38}{'figure':>8}{'gate':>8}{'target':>8}"
    for measure in found:
        verdict = "" if measure.passed else "  MISSED"
        bounds = f"{_bound(measure.gate)}{_bound(measure.target)}"
        yield f"{measure.name:38}{_cell(measure.value, 8, 2)}{bounds}{verdict}"


def _bound(value: float | None) -> str:
    return f"{'' if value is None else f'<={value:g}':>8}"


def _cell(value: float | None, width: int, digits: int) -> str:
    return f"{'-' if value is None else f'{value:.{digits}f}':>{width}}"
