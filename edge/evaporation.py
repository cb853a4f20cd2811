"""Reference evapotranspiration in the house, from whatever its instruments measure; pure.

Radiation, temperature and humidity give Penman–Monteith; temperature alone gives Hargreaves; with
nothing measured the profile learnt so far stands in, and before that a table.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import isfinite, pi, sin
from typing import Final

from edge.agronomy import (
    Weather,
    extraterrestrial_radiation,
    hargreaves,
    penman_monteith,
    saturation_vapour_pressure,
)

WIND: Final = 0.5
"""m/s inside a closed house with its vents open."""

NET_SHARE: Final = 0.75
"""Share of the radiation inside that stays as heat: the cover keeps the long-wave part in."""

MJ_PER_DAY: Final = 0.0864
"""MJ m⁻² d⁻¹ of 1 W m⁻²."""

UNDER_COVER: Final = 0.75
"""ETo inside a plastic house relative to the open air (Fernández et al. 2010: 0.65 to 0.8)."""

LATITUDE: Final = 16.0
"""Degrees north: the middle of Viet Nam; Ra differs by a tenth to its ends."""

TABLE_MM: Final = 3.5
"""mm of a day of which nothing is known."""

SUNRISE_H, SUNSET_H = 6.0, 18.5
HOURS: Final = 24
LEARN_S: Final = 5 * 3600.0
"""Five days of an hour: the profile follows the season, not a single cloud."""

EPOCH: Final = date(1970, 1, 1)

LEAST, MOST = 0.8, 1.2
"""Bounds of what a forecast may make of a day, whoever wrote it: a wrong one costs a fifth of the
water of a day, and the probes correct it."""

Forecast = tuple[tuple[int, float], ...]
"""Days by ordinal, and their ETo relative to the days before."""


@dataclass(frozen=True, slots=True)
class Air:
    """What the house's instruments say; None is not measured, or not lately."""

    air_c: float | None = None
    rh: float | None = None
    """Fraction."""
    rad_w_m2: float | None = None
    """Short-wave radiation inside."""


def daylight(hour: float) -> float:
    """Share of a day's ETo per day at this hour: a half-sine whose mean over the day is 1."""
    share = (hour - SUNRISE_H) / (SUNSET_H - SUNRISE_H)
    if not 0.0 < share < 1.0:
        return 0.0
    return sin(pi * share) * pi / 2.0 * HOURS / (SUNSET_H - SUNRISE_H)


@dataclass(frozen=True, slots=True)
class Climate:
    """What the house has learnt of its days, hour by hour."""

    rates: tuple[float, ...] = tuple(TABLE_MM * daylight(hour + 0.5) for hour in range(HOURS))
    """Usual ETo at each hour, mm/d."""
    celsius: tuple[float | None, ...] = (None,) * HOURS
    """Temperature when each hour was last seen."""

    def usual(self, minute: int | None) -> float:
        """mm/d at a minute of the day; the day's mean when nobody knows the time."""
        if minute is None:
            return sum(self.rates) / HOURS
        return self.rates[minute // 60]


def expected(forecast: Forecast, day: int | None) -> float:
    """ETo of a day relative to the days before; 1 where nothing, or no number, is known of it."""
    share = next((share for known, share in forecast if known == day), 1.0)
    return max(LEAST, min(MOST, share)) if isfinite(share) else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """The moment of a look; None is not known."""

    minute: int | None
    day: int | None
    seconds: float
    """Since the look before."""
    expected: float = 1.0
    """What the forecast makes of this day."""


def observed(climate: Climate, air: Air, when: When) -> tuple[Climate, float]:
    """ETo now, mm/d as a rate, and what the time since the last look teaches of days.

    What is carried over from days before follows the forecast; what is measured does not, nor what
    is learnt.
    """
    minute = when.minute
    if minute is None:
        return climate, _measured(air) or climate.usual(None)
    hour = minute // 60
    if air.air_c is not None:
        warm = (*climate.celsius[:hour], air.air_c, *climate.celsius[hour + 1 :])
        climate = replace(climate, celsius=warm)
    measured = _measured(air)
    rate = _by_temperature(climate, minute, when.day) if measured is None else measured
    if rate is None:
        return climate, when.expected * climate.usual(minute)
    share = min(1.0, when.seconds / LEARN_S)
    usual = climate.rates[hour] + share * (rate - climate.rates[hour])
    rates = (*climate.rates[:hour], usual, *climate.rates[hour + 1 :])
    return replace(climate, rates=rates), when.expected * rate if measured is None else rate


def reference_et(celsius: float, rh: float, radiation: float) -> float:
    """ETo in mm/d as a rate: FAO-56 Eq. 6 on the air of this moment, 0 where it is dew."""
    weather = Weather(
        t_max=celsius,
        t_min=celsius,
        vapour=rh * saturation_vapour_pressure(celsius),
        wind=WIND,
        net_radiation=NET_SHARE * MJ_PER_DAY * radiation,
    )
    return max(0.0, penman_monteith(weather))


def _measured(air: Air) -> float | None:
    if air.air_c is None or air.rh is None or air.rad_w_m2 is None:
        return None
    return reference_et(air.air_c, air.rh, air.rad_w_m2)


def _by_temperature(climate: Climate, minute: int, day: int | None) -> float | None:
    """Hargreaves on the last day's extremes, once each hour of a day has been seen."""
    seen = [value for value in climate.celsius if value is not None]
    if len(seen) < HOURS or day is None:
        return None
    of_year = (EPOCH + timedelta(days=day)).timetuple().tm_yday
    ra = extraterrestrial_radiation(LATITUDE, of_year)
    return UNDER_COVER * hargreaves(ra, max(seen), min(seen)) * daylight(minute / 60.0)
