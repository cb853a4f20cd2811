"""The air inside the greenhouse: generated from monthly normals and a seed.

Any moment can be asked for directly; the same seed and moment give the same air.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from math import pi, sin
from typing import Final, Protocol

from edge.agronomy import (
    daylight_hours,
    extraterrestrial_radiation,
    saturation_vapour_pressure,
    solar_radiation_from_sunshine,
)
from firmware_sim.chance import stream
from firmware_sim.clock import local_day, local_hour

COVER: Final = 0.65
"""Share of the radiation that a used polyethylene roof with insect net lets through."""

HEATING: Final = 0.008
"""°C that a vented house gains over the outside per W/m² inside."""

HOT_HOUR: Final = 14.0
"""The air is warmest two hours after noon."""

WARMER_PER_HOUR: Final = 0.3
"""°C that a day gains per hour of sunshine above the normal."""

MJ_PER_WH: Final = 0.0036
EPOCH: Final = date(1970, 1, 1)
CLEAR_SHARE: Final = 0.95


@dataclass(frozen=True, slots=True)
class Air:
    """The air at the plants."""

    celsius: float
    rh: float
    radiation: float
    """W/m² short-wave inside."""


class Climate(Protocol):
    """Where the simulated greenhouse takes its air from."""

    def at(self, unix_ms: int) -> Air: ...


class Season(StrEnum):
    """The calendar's own month, or one season whatever the date."""

    CALENDAR = "calendar"
    HOT = "hot"
    WET = "wet"


@dataclass(frozen=True, slots=True)
class Month:
    """Normals of a month."""

    warm: float
    """Mean daily maximum, °C."""
    cool: float
    """Mean daily minimum, °C."""
    rh: float
    sunshine: float
    """Hours a day."""


@dataclass(frozen=True, slots=True)
class Region:
    """A place by its normals; `hot` and `wet` name the month typical of that season."""

    latitude: float
    months: tuple[Month, ...]
    hot: int
    wet: int


def _months(*rows: tuple[float, float, float, float]) -> tuple[Month, ...]:
    return tuple(Month(warm, cool, rh, sun) for warm, cool, rh, sun in rows)


REGIONS: Final = {
    "red-river": Region(
        21.0,
        _months(
            (19.7, 14.5, 0.79, 2.3),
            (20.6, 15.7, 0.82, 1.7),
            (23.2, 18.2, 0.84, 1.6),
            (27.5, 21.8, 0.84, 2.9),
            (31.5, 24.8, 0.81, 5.5),
            (33.2, 26.3, 0.79, 5.6),
            (33.0, 26.4, 0.80, 6.1),
            (32.3, 26.0, 0.82, 5.6),
            (31.3, 25.0, 0.80, 5.7),
            (29.0, 22.5, 0.77, 5.2),
            (25.5, 19.0, 0.76, 4.5),
            (21.9, 15.6, 0.75, 3.7),
        ),
        hot=6,
        wet=8,
    ),
    "highlands": Region(
        12.7,
        _months(
            (27.1, 17.8, 0.77, 8.3),
            (29.6, 18.7, 0.73, 8.8),
            (32.2, 20.2, 0.70, 8.9),
            (33.5, 21.9, 0.72, 8.5),
            (32.1, 22.4, 0.80, 7.5),
            (29.9, 22.0, 0.85, 6.2),
            (29.3, 21.6, 0.86, 5.9),
            (28.8, 21.5, 0.88, 5.3),
            (28.8, 21.4, 0.88, 5.2),
            (28.3, 20.9, 0.86, 5.6),
            (27.1, 20.0, 0.84, 5.9),
            (26.2, 18.5, 0.81, 6.6),
        ),
        hot=4,
        wet=8,
    ),
}
"""Rounded climate normals of Hà Nội and of Buôn Ma Thuột."""


@dataclass(frozen=True, slots=True)
class _Day:
    warm: float
    cool: float
    vapour: float
    peak: float
    """Radiation outside at noon, W/m²."""
    hours: float


class GeneratedClimate:
    """Days drawn around a month's normals, hours shaped by the sun."""

    def __init__(self, region: Region, season: Season, seed: int) -> None:
        self._region, self._season, self._seed = region, season, seed
        self._day = lru_cache(maxsize=4)(self._draw)

    def at(self, unix_ms: int) -> Air:
        day, hour = self._day(local_day(unix_ms)), local_hour(unix_ms)
        height = sin(pi * (hour - 12.0 + day.hours / 2.0) / day.hours)
        lit = abs(hour - 12.0) < day.hours / 2.0
        radiation = COVER * day.peak * height if lit else 0.0
        swing = (1.0 + sin(2.0 * pi * (hour - HOT_HOUR + 6.0) / 24.0)) / 2.0
        outside = day.cool + (day.warm - day.cool) * swing
        celsius = outside + HEATING * radiation
        rh = min(0.98, day.vapour / saturation_vapour_pressure(celsius))
        return Air(celsius, rh, radiation)

    def _draw(self, day: int) -> _Day:
        chance = stream(self._seed, "day", day)
        number, day_of_year = self._calendar(day)
        month, latitude = self._region.months[number - 1], self._region.latitude
        possible = daylight_hours(latitude, day_of_year)
        sunshine = min(CLEAR_SHARE * possible, max(0.0, chance.gauss(month.sunshine, 2.0)))
        ra = extraterrestrial_radiation(latitude, day_of_year)
        rs = solar_radiation_from_sunshine(ra, sunshine, possible)
        drift = chance.gauss(0.0, 1.2) + WARMER_PER_HOUR * (sunshine - month.sunshine)
        warm, cool = month.warm + drift, month.cool + drift / 2.0
        vapour = month.rh * saturation_vapour_pressure((warm + cool) / 2.0)
        # a half sine over the day has the mean 2/pi of its peak
        peak = rs / MJ_PER_WH * pi / (2.0 * possible)
        return _Day(warm, cool, vapour, peak, possible)

    def _calendar(self, day: int) -> tuple[int, int]:
        """Month and day of the year whose normals hold on this local day."""
        today = EPOCH + timedelta(days=day)
        if self._season is Season.CALENDAR:
            return today.month, today.timetuple().tm_yday
        month = self._region.hot if self._season is Season.HOT else self._region.wet
        return month, 30 * month - 15
