"""FAO Irrigation and Drainage Paper 56: reference evapotranspiration, crop stages, water stress.

Equation numbers are the paper's; angles in radians inside, degrees at the door.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import acos, cos, exp, pi, sin, sqrt, tan
from typing import Final

SOLAR_CONSTANT: Final = 0.0820
"""MJ m⁻² min⁻¹."""

STEFAN_BOLTZMANN: Final = 4.903e-9
"""MJ K⁻⁴ m⁻² d⁻¹."""

ALBEDO: Final = 0.23
KELVIN: Final = 273.16
MJ_TO_MM: Final = 0.408
"""mm of water evaporated by 1 MJ m⁻² (1/λ, Eq. 20)."""

DENSE_CLOUD: Final = 0.3
"""Least Rs/Rso: below it even an overcast sky keeps no more warmth in (ASCE 2005, Eq. 18)."""

P_SLOPE: Final = 0.04
P_AT_ETC: Final = 5.0
"""The depletion fraction is tabulated for ETc = 5 mm/d and falls 0.04 per mm above it."""


@dataclass(frozen=True, slots=True)
class Weather:
    """A day, or a shorter step at constant weather, above a short wet grass surface."""

    t_max: float
    """°C"""
    t_min: float
    """°C"""
    vapour: float
    """Actual vapour pressure, kPa."""
    wind: float
    """m/s at 2 m."""
    net_radiation: float
    """MJ m⁻² d⁻¹"""
    soil_heat: float = 0.0
    """MJ m⁻² d⁻¹"""
    pressure: float = 101.3
    """kPa"""


def atmospheric_pressure(altitude: float) -> float:
    """Pressure in kPa at `altitude` m (Eq. 7)."""
    return 101.3 * float(((293.0 - 0.0065 * altitude) / 293.0) ** 5.26)


def psychrometric_constant(pressure: float) -> float:
    """Gamma in kPa/°C (Eq. 8)."""
    return 0.665e-3 * pressure


def saturation_vapour_pressure(celsius: float) -> float:
    """Pressure in kPa over water (Eq. 11)."""
    return 0.6108 * exp(17.27 * celsius / (celsius + 237.3))


def vapour_slope(celsius: float) -> float:
    """Slope of the saturation vapour pressure curve, kPa/°C (Eq. 13)."""
    return 4098.0 * saturation_vapour_pressure(celsius) / (celsius + 237.3) ** 2


def extraterrestrial_radiation(latitude: float, day_of_year: int) -> float:
    """Ra in MJ m⁻² d⁻¹ at `latitude` degrees north (Eqs 21–25)."""
    phi = latitude * pi / 180.0
    inverse_distance = 1.0 + 0.033 * cos(2.0 * pi * day_of_year / 365.0)
    declination = solar_declination(day_of_year)
    sunset = sunset_angle(latitude, day_of_year)
    return (
        24.0
        * 60.0
        / pi
        * SOLAR_CONSTANT
        * inverse_distance
        * (sunset * sin(phi) * sin(declination) + cos(phi) * cos(declination) * sin(sunset))
    )


def solar_declination(day_of_year: int) -> float:
    """Declination in radians (Eq. 24)."""
    return 0.409 * sin(2.0 * pi * day_of_year / 365.0 - 1.39)


def sunset_angle(latitude: float, day_of_year: int) -> float:
    """Hour angle of sunset in radians (Eq. 25)."""
    reach = -tan(latitude * pi / 180.0) * tan(solar_declination(day_of_year))
    return acos(max(-1.0, min(1.0, reach)))


def daylight_hours(latitude: float, day_of_year: int) -> float:
    """Possible hours of sunshine (Eq. 34)."""
    return 24.0 / pi * sunset_angle(latitude, day_of_year)


def solar_radiation_from_sunshine(ra: float, hours: float, possible: float) -> float:
    """Rs in MJ m⁻² d⁻¹ by Ångström's default coefficients (Eq. 35)."""
    return (0.25 + 0.50 * hours / possible) * ra


def solar_radiation_from_temperature(
    ra: float, t_max: float, t_min: float, k_rs: float = 0.16
) -> float:
    """Rs in MJ m⁻² d⁻¹ by Hargreaves; `k_rs` 0.16 inland, 0.19 at the coast (Eq. 50)."""
    return k_rs * sqrt(max(0.0, t_max - t_min)) * ra


def clear_sky_radiation(ra: float, altitude: float) -> float:
    """Rso in MJ m⁻² d⁻¹ (Eq. 37)."""
    return (0.75 + 2e-5 * altitude) * ra


def net_longwave(t_max: float, t_min: float, vapour: float, clearness: float) -> float:
    """Rnl in MJ m⁻² d⁻¹; `clearness` = Rs/Rso (Eq. 39)."""
    emitted = STEFAN_BOLTZMANN * ((t_max + KELVIN) ** 4 + (t_min + KELVIN) ** 4) / 2.0
    return (
        emitted
        * (0.34 - 0.14 * sqrt(vapour))
        * (1.35 * min(1.0, max(DENSE_CLOUD, clearness)) - 0.35)
    )


def net_radiation(rs: float, longwave: float) -> float:
    """Rn in MJ m⁻² d⁻¹ over the reference surface (Eqs 38, 40)."""
    return (1.0 - ALBEDO) * rs - longwave


def vapour_pressure(t_max: float, t_min: float, rh_max: float, rh_min: float) -> float:
    """Actual vapour pressure in kPa from the day's relative humidities as fractions (Eq. 17)."""
    by_night = saturation_vapour_pressure(t_min) * rh_max
    by_day = saturation_vapour_pressure(t_max) * rh_min
    return (by_night + by_day) / 2.0


def penman_monteith(weather: Weather) -> float:
    """ETo in mm/d (Eq. 6); a short step at constant weather is a rate per day."""
    mean = (weather.t_max + weather.t_min) / 2.0
    slope, gamma = vapour_slope(mean), psychrometric_constant(weather.pressure)
    saturated = (
        saturation_vapour_pressure(weather.t_max) + saturation_vapour_pressure(weather.t_min)
    ) / 2.0
    energy = MJ_TO_MM * slope * (weather.net_radiation - weather.soil_heat)
    drying = gamma * 900.0 / (mean + 273.0) * weather.wind * (saturated - weather.vapour)
    return (energy + drying) / (slope + gamma * (1.0 + 0.34 * weather.wind))


def hargreaves(ra: float, t_max: float, t_min: float) -> float:
    """ETo in mm/d from temperature alone (Eq. 52; Ra in mm/d by Eq. 20)."""
    mean = (t_max + t_min) / 2.0
    return 0.0023 * (mean + 17.8) * sqrt(max(0.0, t_max - t_min)) * MJ_TO_MM * ra


@dataclass(frozen=True, slots=True)
class CropCurve:
    """Kc through a season: lengths of the four stages in days and the three tabulated values."""

    days: tuple[float, float, float, float]
    initial: float
    middle: float
    end: float

    def at(self, day: float) -> float:
        """Kc `day` days after planting (Eq. 66); constant after the last stage."""
        first, growth, full, late = self.days
        points = (
            (0.0, self.initial),
            (first, self.initial),
            (first + growth, self.middle),
            (first + growth + full, self.middle),
            (first + growth + full + late, self.end),
        )
        return _interpolate(points, day)


def depletion_fraction(p_table: float, etc: float) -> float:
    """Share of TAW that a crop takes without stress at `etc` mm/d (footnote of Table 22)."""
    return min(0.8, max(0.1, p_table + P_SLOPE * (P_AT_ETC - etc)))


def total_available_water(field_capacity: float, wilting_point: float, root_depth: float) -> float:
    """TAW in mm of a root zone `root_depth` m deep (Eq. 82); RAW = p · TAW (Eq. 83)."""
    return 1000.0 * (field_capacity - wilting_point) * root_depth


def stress_coefficient(depletion: float, taw: float, p: float) -> float:
    """Ks, 1 without stress and 0 at the wilting point; any one unit for both (Eq. 84)."""
    return min(1.0, max(0.0, (taw - depletion) / ((1.0 - p) * taw)))


def _interpolate(points: Sequence[tuple[float, float]], x: float) -> float:
    before = points[0]
    for after in points[1:]:
        if x <= after[0]:
            width = after[0] - before[0]
            share = (x - before[0]) / width if width > 0 else 1.0
            return before[1] + max(0.0, share) * (after[1] - before[1])
        before = after
    return before[1]
