"""The bench's bed: no water appears or vanishes, and roots drink as FAO-56 says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.seasons.bed import Bed, spread
from bench.seasons.media import COCO, MEDIA, PLANTS, SOIL, Medium, true_medium

STEP_S = 300.0
EVEN = np.ones(PLANTS)
media = st.sampled_from(list(MEDIA.values()))
steps = st.lists(st.tuples(st.floats(0.0, 0.5), st.floats(0.0, 0.05)), max_size=80)


@given(media, st.integers(0, 10_000), steps)
@settings(max_examples=60)
def test_every_step_balances_to_a_millionth_of_a_litre(
    declared: Medium, seed: int, path: list[tuple[float, float]]
) -> None:
    medium, plants = true_medium(declared, seed), spread(seed)
    bed = Bed(medium, plants.thirst, 1, STEP_S)
    for water, crop in path:
        before = bed.stored
        given_l = water * plants.emitter[None, :]
        fluxes = bed.step(given_l, crop)
        change = given_l - fluxes.taken - fluxes.drained
        assert np.abs(bed.stored - before - change).max() <= 1e-9
        assert min(fluxes.taken.min(), fluxes.drained.min(), bed.stored.min()) >= 0.0
        assert (fluxes.taken <= fluxes.wanted + 1e-12).all()


@pytest.mark.parametrize("medium", MEDIA.values(), ids=MEDIA)
def test_an_unwatered_bed_dries_to_the_wilting_point_and_no_further(medium: Medium) -> None:
    bed = Bed(medium, EVEN, 1, STEP_S)
    for _ in range(75 * 288):
        bed.step(np.zeros((1, PLANTS)), 0.01)
    wilted = medium.wilting * medium.volume_l
    assert bed.stored == pytest.approx(np.full((1, PLANTS), wilted), rel=0.02)


def test_plants_drink_freely_down_to_the_depletion_fraction() -> None:
    bed = Bed(COCO, EVEN, 1, STEP_S)
    edge = COCO.p * COCO.available_l
    for _ in range(100):
        free = bed.depletion.max() < edge
        fluxes = bed.step(np.zeros((1, PLANTS)), 0.02)
        assert (fluxes.taken >= fluxes.wanted - 1e-12).all() == free
    assert bed.depletion.max() > edge


def test_a_watering_meets_the_probes_layer_hours_later_in_soil_and_soon_in_coir() -> None:
    def waited(medium: Medium) -> int:
        bed = Bed(medium, EVEN, 1, STEP_S)
        before = bed.probed.mean()
        bed.step(np.full((1, PLANTS), 0.05 * medium.volume_l), 0.0)
        steps = 1
        while bed.probed.mean() < before + 0.02:
            bed.step(np.zeros((1, PLANTS)), 0.0)
            steps += 1
        return steps

    assert waited(COCO) * STEP_S < 1800.0 < waited(SOIL) * STEP_S < 4 * 3600.0


def test_lanes_do_not_touch_each_other() -> None:
    both, alone = Bed(SOIL, EVEN, 2, STEP_S), Bed(SOIL, EVEN, 1, STEP_S)
    for step in range(500):
        wet = np.full((1, PLANTS), 0.02 * (step % 7))
        both.step(np.vstack([wet, np.zeros((1, PLANTS))]), 0.008)
        alone.step(wet, 0.008)
    assert both.stored[0] == pytest.approx(alone.stored[0])


def test_emitters_and_thirst_spread_around_their_mean_within_bounds() -> None:
    many = [spread(seed) for seed in range(200)]
    emitters = np.concatenate([s.emitter for s in many])
    thirst = np.concatenate([s.thirst for s in many])
    assert emitters.mean() == pytest.approx(1.0, abs=0.01)
    assert emitters.std() == pytest.approx(0.05, abs=0.005)
    assert thirst.std() == pytest.approx(0.07, abs=0.007)
    assert thirst.min() >= 0.8
    assert thirst.max() <= 1.2
