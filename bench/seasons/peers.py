"""What growers use today, each at its best: two timers with a known climate and a lone probe."""

from typing import Final

from bench.seasons.crop import textbook_kc
from bench.seasons.media import AREA_M2, DRIPPER_LPH, Medium
from bench.seasons.sensing import LOST, calibration
from bench.seasons.valve import Sight, Valve
from bench.seasons.weather import DAYS, STEP_S, STEPS_A_DAY
from edge.probes import to_vwc

PEAK_KC: Final = 1.10
SPREAD_MARGIN: Final = 1.15
"""What a grower adds so that the driest plant has enough."""
PEAK_MARGIN: Final = 1.30
"""And on top for the hot week, when a timer is set once."""
STAGE_MARGIN: Final = 1.20
WEEK: Final = 7
FIRST_SHOT_H, LAST_SHOT_H = 7, 17
LOW_SHARE: Final = 0.8
"""The lone probe's lower set-point in shares of the stress-free depletion."""


class Timer:
    """Fixed shots a day; knows nothing of soil or weather."""

    def __init__(self, litres_by_day: list[float], shots: int) -> None:
        self.valve = Valve()
        self._shot_s = [3600.0 * litres / DRIPPER_LPH / shots for litres in litres_by_day]
        gap = (LAST_SHOT_H - FIRST_SHOT_H) / max(1, shots - 1)
        hours = [FIRST_SHOT_H + gap * number for number in range(shots)]
        self._shots = {round(hour * STEPS_A_DAY / 24) for hour in hours}
        self._left_s = 0.0

    def open_s(self, sight: Sight) -> float:
        day, step = divmod(sight.step, STEPS_A_DAY)
        if step in self._shots:
            self._left_s += self._shot_s[day]
        seconds = min(float(STEP_S), self._left_s)
        self._left_s -= seconds
        self.valve.opened(sight.step * STEP_S, seconds)
        return seconds

    def restart(self, step: int) -> None:
        del step
        self._left_s = 0.0


def peak_timer(medium: Medium, mean_eto: float) -> Timer:
    """Set once, for the thirstiest week of a season whose mean ETo, mm/d, is known beforehand."""
    litres = PEAK_KC * mean_eto * AREA_M2 * SPREAD_MARGIN * PEAK_MARGIN
    return Timer([litres] * DAYS, medium.peak_shots)


def stage_timer(medium: Medium, mean_eto: float) -> Timer:
    """Set anew every week by the crop's stage and the season's true mean ETo: well told."""
    litres = [
        textbook_kc(day // WEEK * WEEK + WEEK / 2) * mean_eto * AREA_M2 * STAGE_MARGIN
        for day in range(DAYS)
    ]
    return Timer(litres, medium.peak_shots)


class Hysteresis:
    """Opens when its one probe reads dry and closes when it reads full."""

    def __init__(self, medium: Medium) -> None:
        self.valve = Valve()
        self._calibration = calibration(medium)
        self._low = medium.full - LOW_SHARE * medium.p * (medium.full - medium.wilting)
        self._high = medium.full
        self._open = False

    def open_s(self, sight: Sight) -> float:
        raw = sight.counts[0][0]
        if raw != LOST:
            vwc = to_vwc(raw, self._calibration)
            self._open = vwc < (self._high if self._open else self._low)
        seconds = float(STEP_S) if self._open else 0.0
        self.valve.opened(sight.step * STEP_S, seconds)
        return seconds

    def restart(self, step: int) -> None:
        del step
        self._open = False
