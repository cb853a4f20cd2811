"""A season's air: what the crop really loses, and what the house's own instruments say of it.

The controller never sees the truth. True ETo is what the instruments imply, times a factor of the
house that is constant for a season (10 % SD: another cover, another draught), times noise of every
step (10 % SD). On top each instrument has an error of its own: air temperature 0.7 °C, relative
humidity 4 %, radiation 5 % (SD, constant for a season). In one thing it is kinder than a house:
noise of steps averages out within the day, where measured balances of greenhouses differ by 7 to
21 % from week to week, with one factor fitted.
"""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite, pi, sin
from pathlib import Path
from random import Random
from typing import Final

from edge.agronomy import Weather, penman_monteith, saturation_vapour_pressure
from edge.evaporation import MJ_PER_DAY, NET_SHARE, WIND
from firmware_sim.chance import stream
from firmware_sim.climate import REGIONS, Air, GeneratedClimate
from firmware_sim.climate import Season as Calendar
from firmware_sim.plant import reference_et

DAYS: Final = 75
STEP_S: Final = 300
STEPS_A_DAY: Final = 86_400 // STEP_S
STEPS: Final = DAYS * STEPS_A_DAY

HOUSE_SD: Final = 0.10
STEP_SD: Final = 0.10
CELSIUS_SD: Final = 0.7
RH_SD: Final = 0.04
RADIATION_SD: Final = 0.05

STARTS: Final = (date(2026, 2, 15), date(2026, 7, 1), date(2026, 10, 15))
"""Planting into the hot, the wet and the cool months; seeds take them in pairs, one per region."""

EPOCH: Final = date(1970, 1, 1)
VIETNAM_MS: Final = 7 * 3_600_000
SUNRISE, SUNSET = 6.0, 18.5
MOST_ETO: Final = 20.0
"""mm/d; more than any day ever measured is a wrong unit."""


class ClimateError(Exception):
    """A climate file that cannot be used, with its line."""


@dataclass(frozen=True, slots=True)
class Season:
    """75 days in steps of five minutes."""

    eto: Sequence[float]
    """True reference evapotranspiration inside, mm per step."""
    seen: Sequence[Air]
    """The air as the house's instruments report it."""

    @property
    def mean_eto(self) -> float:
        """mm per day."""
        return sum(self.eto) / DAYS


def generated(seed: int) -> Season:
    """A season of the project's own climate generator."""
    region = ("red-river", "highlands")[seed % 2]
    start = STARTS[(seed // 2 - 50) % len(STARTS)]
    climate = GeneratedClimate(REGIONS[region], Calendar.CALENDAR, seed)
    midnight = (start - EPOCH).days * 86_400_000 - VIETNAM_MS
    air = [climate.at(midnight + step * STEP_S * 1000) for step in range(STEPS)]
    factor = _house(seed)
    eto = [reference_et(a) * factor() / STEPS_A_DAY for a in air]
    return Season(eto, _instruments(air, seed))


def from_daily(days: Sequence[float], seed: int) -> Season:
    """A season of given daily ETo, mm: a noisy half-sine of the day, and air that explains it."""
    chance = stream(seed, "clouds")
    eto: list[float] = []
    for total in days[:DAYS]:
        shape = [_daylight(step) * max(0.0, chance.gauss(1.0, STEP_SD)) for step in _day()]
        eto += [total * share / sum(shape) for share in shape]
    factor = _house(seed)
    # the noise of single steps is divided out of the daily total's shape, the house's factor stays
    air = [
        _air(days[step // STEPS_A_DAY], step % STEPS_A_DAY, eto[step] * STEPS_A_DAY / factor())
        for step in range(STEPS)
    ]
    return Season(eto, _instruments(air, seed))


def read_daily(path: Path) -> list[float]:
    """Daily ETo of a file of `date,eto_mm` lines; a heading is allowed.

    Raises:
        ClimateError: the file cannot be read, is too short, or a line is not such a pair.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [row for row in csv.reader(file) if row and not row[0].startswith("#")]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ClimateError(f"{path}: cannot be read: {error}") from None
    if rows and not _is_date(rows[0][0]):
        rows = rows[1:]
    days = [_eto(path, number, row) for number, row in enumerate(rows, 1)]
    if len(days) < DAYS:
        raise ClimateError(f"{path}: has {len(days)} days, a season needs {DAYS}")
    return days


def _eto(path: Path, number: int, row: list[str]) -> float:
    where = f"{path}: day {number}: {','.join(row)}"
    if len(row) != 2 or not _is_date(row[0]):  # noqa: PLR2004 — a date and a number
        raise ClimateError(f"{where}: is not `date,eto_mm`, such as 2001-02-15,4.31")
    try:
        value = float(row[1])
    except ValueError:
        value = float("nan")
    if not isfinite(value) or not 0.0 <= value <= MOST_ETO:
        raise ClimateError(f"{where}: ETo must be 0 to {MOST_ETO:g} mm")
    return value


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text.strip())
    except ValueError:
        return False
    return True


def _day() -> range:
    return range(STEPS_A_DAY)


def _daylight(step: int) -> float:
    share = (step * 24.0 / STEPS_A_DAY - SUNRISE) / (SUNSET - SUNRISE)
    return sin(pi * share) if 0.0 < share < 1.0 else 0.0


def near_one(chance: Random, sd: float) -> float:
    """A factor of a season, at most two deviations off: six seasons must not hang on one draw."""
    return 1.0 + min(2.0 * sd, max(-2.0 * sd, chance.gauss(0.0, sd)))


def _house(seed: int) -> Callable[[], float]:
    """True ETo ÷ the ETo that perfect instruments would imply, step by step."""
    chance = stream(seed, "house")
    house = near_one(chance, HOUSE_SD)
    return lambda: house * max(0.0, chance.gauss(1.0, STEP_SD))


def _instruments(air: Sequence[Air], seed: int) -> list[Air]:
    chance = stream(seed, "instruments")
    warmer, damper = chance.gauss(0.0, CELSIUS_SD), chance.gauss(0.0, RH_SD)
    brighter = near_one(chance, RADIATION_SD)
    return [
        Air(a.celsius + warmer, min(1.0, max(0.05, a.rh + damper)), a.radiation * brighter)
        for a in air
    ]


def _air(day_mm: float, step: int, rate: float) -> Air:
    """Air in which the reference crop loses `rate` mm/d now, on a day of `day_mm` in all.

    Temperature and humidity follow the day; the radiation is what the rate still lacks.
    """
    swing = (1.0 + sin(2.0 * pi * (step / STEPS_A_DAY - 8.0 / 24.0))) / 2.0
    celsius = 21.0 + 1.2 * day_mm + (5.0 + 1.2 * day_mm) * swing
    rh = 0.95 - min(0.55, 0.10 + 0.06 * day_mm) * swing
    dark, lit = (_reference(celsius, rh, radiation) for radiation in (0.0, 100.0))
    return Air(celsius, rh, max(0.0, (rate - dark) / (lit - dark) * 100.0))


def _reference(celsius: float, rh: float, radiation: float) -> float:
    """`reference_et` before it is cut off at zero: linear in the radiation."""
    return penman_monteith(
        Weather(
            t_max=celsius,
            t_min=celsius,
            vapour=rh * saturation_vapour_pressure(celsius),
            wind=WIND,
            net_radiation=NET_SHARE * MJ_PER_DAY * radiation,
        )
    )
