"""The clairvoyant's programme, where the answer is known by hand."""

import numpy as np
import pytest

from bench.seasons.bed import Spread
from bench.seasons.media import COCO, PLANTS
from bench.seasons.optimum import clairvoyant_l
from bench.seasons.weather import STEPS, STEPS_A_DAY

RAW_L = COCO.p * COCO.available_l
EVEN = np.ones(PLANTS)
DAY_L = 1.5
CROP = [DAY_L / STEPS_A_DAY] * STEPS
SEASON_L = 75 * DAY_L


def test_equal_plants_need_what_they_drink_less_what_they_may_draw_down() -> None:
    assert clairvoyant_l(COCO, Spread(EVEN, EVEN), CROP) == pytest.approx(SEASON_L - RAW_L)


def test_the_worst_fed_plant_decides() -> None:
    emitter = EVEN.copy()
    emitter[3] = 0.8
    need = (SEASON_L - RAW_L) / 0.8
    assert clairvoyant_l(COCO, Spread(emitter, EVEN), CROP) == pytest.approx(need)


def test_the_thirstiest_plant_decides() -> None:
    thirst = EVEN.copy()
    thirst[0] = 1.2
    assert clairvoyant_l(COCO, Spread(EVEN, thirst), CROP) == pytest.approx(1.2 * SEASON_L - RAW_L)


def test_a_thirst_beyond_the_emitters_has_no_answer() -> None:
    with pytest.raises(ArithmeticError, match="no schedule"):
        clairvoyant_l(COCO, Spread(EVEN, EVEN), [1.0] * STEPS)
