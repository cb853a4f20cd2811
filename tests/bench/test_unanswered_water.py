"""Whole weeks of melon: no healthy zone is blamed for unanswered water, one cut off is."""

import pytest

from bench.seasons.bed import Array, Bed, Fluxes
from bench.seasons.faults import CLEAN
from bench.seasons.media import MEDIA
from bench.seasons.ours import Agent
from bench.seasons.race import Entry, _Race
from bench.seasons.weather import STEP_S, STEPS_A_DAY, generated
from edge.control import Strategy
from wire.codes import Fault

OURS = (Strategy.TIMER, Strategy.THRESHOLD, Strategy.ADAPTIVE)
WEEKS_DAYS = 24
CUT_OFF_DAY = {"soil": 24, "coco": 6}
"""Some days after the first doses: soil is planted full."""
MOST_DAYS = {"soil": 12, "coco": 4}
"""Within these a zone whose water goes elsewhere is told; soil takes a dose every day or two."""


class CutOff(Bed):
    """The line has come off behind the meter: what is given reaches no plant."""

    def step(self, water: Array, crop_l: float) -> Fluxes:
        return super().step(0.0 * water, crop_l)


def race(medium: str, seed: int) -> _Race:
    lanes = [(strategy.value, CLEAN) for strategy in OURS]
    return _Race(Entry(generated(seed), MEDIA[medium], seed), lanes)


def live(run: _Race, first_day: int, days: int) -> set[Fault | None]:
    """All faults that any lane shows at the end of any day."""
    seen: set[Fault | None] = set()
    for step in range(first_day * STEPS_A_DAY, (first_day + days) * STEPS_A_DAY):
        run._step(step)
        seen |= {c.memory.fault for c in run.controllers if isinstance(c, Agent)}
    return seen


@pytest.mark.parametrize("medium", ["soil", "coco"])
def test_no_healthy_zone_is_blamed(medium: str) -> None:
    assert live(race(medium, 204), 0, WEEKS_DAYS) == {None}


@pytest.mark.parametrize("medium", ["soil", "coco"])
def test_a_zone_that_is_cut_off_is_told_within_days(medium: str) -> None:
    run = race(medium, 203)
    assert live(run, 0, CUT_OFF_DAY[medium]) == {None}
    cut_off = CutOff(run.medium, run.plants.thirst, len(OURS), STEP_S)
    cut_off.layers = run.bed.layers
    run.bed = cut_off
    live(run, CUT_OFF_DAY[medium], MOST_DAYS[medium])
    faults = {
        strategy: control.memory.fault
        for strategy, control in zip(OURS, run.controllers, strict=True)
        if isinstance(control, Agent)
    }
    assert faults[Strategy.ADAPTIVE] is Fault.NO_WETTING
    assert faults[Strategy.THRESHOLD] is Fault.NO_WETTING
