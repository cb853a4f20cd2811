"""The melon that is really there: a crop coefficient of its own, wrong by a factor each season.

The product's crop profile is another curve; nobody is told this one but the optimum.
"""

from itertools import pairwise
from typing import Final

from bench.seasons.media import AREA_M2
from bench.seasons.weather import STEPS_A_DAY, Season, near_one
from firmware_sim.chance import stream

KC: Final = ((0.0, 0.40), (12.0, 0.45), (32.0, 1.10), (58.0, 1.10), (75.0, 0.70))
"""Day after planting and Kc of a trellised netted melon; the growers' timers follow it."""

KC_SD: Final = 0.08


def textbook_kc(day: float) -> float:
    """Kc on the straight lines between the curve's points."""
    for (start, low), (end, high) in pairwise(KC):
        if day <= end:
            return low + (high - low) * (day - start) / (end - start)
    return KC[-1][1]


def water_use(season: Season, seed: int) -> list[float]:
    """ETc of a plant of mean thirst, L per step."""
    error = near_one(stream(seed, "crop"), KC_SD)
    return [
        eto * AREA_M2 * error * textbook_kc(step / STEPS_A_DAY)
        for step, eto in enumerate(season.eto)
    ]
