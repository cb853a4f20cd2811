"""The bench's probes: late, noisy, a little wrong, and lying exactly when the scenario says so."""

from statistics import fmean

import numpy as np
import pytest

from bench.seasons.bed import Bed
from bench.seasons.faults import FAULT_DAY, SCENARIOS
from bench.seasons.media import COCO, PLANTS
from bench.seasons.sensing import LOST, PROBES, Probes, calibration
from bench.seasons.weather import STEP_S, STEPS, STEPS_A_DAY
from edge.probes import to_vwc

LATE = (FAULT_DAY + 1) * STEPS_A_DAY
CALIBRATION = calibration(COCO)


def still_bed(lanes: int) -> Bed:
    return Bed(COCO, np.ones(PLANTS), lanes, STEP_S)


def readings(scenario: str, probe: int, *, first: int = 0, steps: int = 400) -> list[int]:
    """Counts of one probe in a bed that stays at its full point."""
    probes, bed = Probes(COCO, [SCENARIOS[scenario]], seed=5), still_bed(1)
    told = [probes.read(bed, first + step)[0] for step in range(steps)]
    return [counts[probe] for step in told for counts in step]


def mean_vwc(raws: list[int]) -> float:
    return fmean(to_vwc(raw, CALIBRATION) for raw in raws)


def test_every_probe_is_noisy_and_off_by_its_own_error() -> None:
    means = [mean_vwc(readings("clean", probe)) for probe in range(PROBES)]
    assert len({round(mean, 3) for mean in means}) == PROBES
    assert means == pytest.approx([COCO.full] * PROBES, abs=0.12)
    assert len(set(readings("clean", 0))) > 5


def test_a_laboratory_leaves_a_fraction_of_the_error() -> None:
    rough = [abs(mean_vwc(readings("clean", probe)) - COCO.full) for probe in range(PROBES)]
    fine = [abs(mean_vwc(readings("calibrated", probe)) - COCO.full) for probe in range(PROBES)]
    assert max(fine) < 0.4 * max(rough)


@pytest.mark.parametrize(("scenario", "vwc"), [("stuck-dry", 0.315), ("stuck-wet", 0.63)])
def test_the_first_probe_sticks_to_the_bit_from_its_day_on(scenario: str, vwc: float) -> None:
    assert len(set(readings(scenario, 0))) > 5
    stuck = readings(scenario, 0, first=LATE)
    assert len(set(stuck)) == 1
    assert to_vwc(stuck[0], CALIBRATION) == pytest.approx(vwc, abs=0.002)
    assert len(set(readings(scenario, 1, first=LATE))) > 5


@pytest.mark.parametrize(("scenario", "sign"), [("drift+5", 1.0), ("drift-5", -1.0)])
def test_the_first_probe_drifts_by_five_hundredths_over_the_season(
    scenario: str, sign: float
) -> None:
    start = mean_vwc(readings(scenario, 0))
    end = mean_vwc(readings(scenario, 0, first=STEPS - 400))
    assert end - start == pytest.approx(sign * 0.05, abs=0.003)


def test_a_tenth_of_the_readings_is_lost_and_a_hundredth_is_anything() -> None:
    lost = readings("dropout", 1, steps=4000)
    assert lost.count(LOST) / len(lost) == pytest.approx(0.10, abs=0.01)
    usual = set(readings("clean", 1, steps=4000))
    odd = [raw for raw in readings("spikes", 1, steps=4000) if raw not in usual]
    assert len(odd) / 8000 == pytest.approx(0.01, abs=0.004)


def test_a_probe_feels_water_with_its_lag() -> None:
    probes, bed = Probes(COCO, [SCENARIOS["calibrated"]], seed=5), still_bed(1)
    before = probes.read(bed, 0)[0][0][0]
    bed.layers = [layer * 0.7 for layer in bed.layers]
    told = [probes.read(bed, step)[0][0][0] for step in range(1, 60)]
    final = fmean(told[-20:])
    reached = [abs(raw - before) / abs(final - before) for raw in told]
    assert reached[0] < 0.6 < reached[3]


def test_all_lanes_of_a_season_hear_the_same_noise() -> None:
    probes, bed = Probes(COCO, [SCENARIOS["clean"], SCENARIOS["clog"]], seed=5), still_bed(2)
    assert all(first == second for first, second in (probes.read(bed, step) for step in range(20)))
