"""FAO-56 as printed: the paper's worked examples that recompute, and the shapes between them."""

import csv
import os
from datetime import date
from math import log, sqrt
from pathlib import Path
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge import agronomy as fao

SHARED = Path(os.environ.get("VUONSO_SHARED", Path(__file__).parents[3] / "shared"))
SERIES = SHARED / "data" / "refet_maricopa_daily.csv"
needs_series = pytest.mark.skipif(not SERIES.exists(), reason=f"{SERIES} is not here")

SWEET_MELON = fao.CropCurve(days=(15, 25, 30, 15), initial=0.5, middle=1.05, end=0.75)


def test_example_8_radiation_above_the_atmosphere() -> None:
    assert round(fao.extraterrestrial_radiation(-20.0, 246), 1) == 32.2


def test_example_17_bangkok_in_april() -> None:
    ra = fao.extraterrestrial_radiation(13.0 + 44.0 / 60.0, 105)
    rs = fao.solar_radiation_from_sunshine(ra, 8.5, fao.daylight_hours(13.0 + 44.0 / 60.0, 105))
    longwave = fao.net_longwave(34.8, 25.6, 2.85, rs / fao.clear_sky_radiation(ra, 2.0))
    weather = fao.Weather(
        t_max=34.8,
        t_min=25.6,
        vapour=2.85,
        wind=2.0,
        net_radiation=fao.net_radiation(rs, longwave),
        soil_heat=0.14 * (30.2 - 29.2),
        pressure=fao.atmospheric_pressure(2.0),
    )

    assert ra == pytest.approx(38.06, abs=0.01)
    assert rs == pytest.approx(22.65, abs=0.01)
    assert longwave == pytest.approx(3.11, abs=0.01)
    assert round(fao.penman_monteith(weather), 2) == 5.72


def test_example_18_uccle_in_july() -> None:
    ra = fao.extraterrestrial_radiation(50.8, 187)
    rs = fao.solar_radiation_from_sunshine(ra, 9.25, fao.daylight_hours(50.8, 187))
    vapour = fao.vapour_pressure(21.5, 12.3, 0.84, 0.63)
    longwave = fao.net_longwave(21.5, 12.3, vapour, rs / fao.clear_sky_radiation(ra, 100.0))
    weather = fao.Weather(
        t_max=21.5,
        t_min=12.3,
        vapour=vapour,
        wind=2.078,
        net_radiation=fao.net_radiation(rs, longwave),
        pressure=fao.atmospheric_pressure(100.0),
    )

    assert vapour == pytest.approx(1.409, abs=0.001)
    assert weather.net_radiation == pytest.approx(13.28, abs=0.01)
    assert round(fao.penman_monteith(weather), 2) == 3.88


def hour_in_n_diaye(celsius: float, vapour: float, wind: float, net: float) -> fao.Weather:
    """An hour is a short step at a rate per day; the ground takes a tenth, at night gives half."""
    return fao.Weather(
        t_max=celsius,
        t_min=celsius,
        vapour=vapour,
        wind=wind,
        net_radiation=net,
        soil_heat=(0.1 if net > 0.0 else 0.5) * net,
        pressure=fao.atmospheric_pressure(8.0),
    )


def test_example_19a_an_hour_of_the_night() -> None:
    vapour = 0.90 * fao.saturation_vapour_pressure(28.0)
    net = fao.net_radiation(0.0, fao.net_longwave(28.0, 28.0, vapour, 0.8))

    eto = fao.penman_monteith(hour_in_n_diaye(28.0, vapour, 1.9, net)) / 24.0
    assert round(eto, 2) == 0.00


def test_example_19b_an_hour_of_the_afternoon() -> None:
    vapour = 0.52 * fao.saturation_vapour_pressure(38.0)
    longwave = fao.net_longwave(38.0, 38.0, vapour, 2.450 / 2.658)
    net = fao.net_radiation(24.0 * 2.450, longwave)

    assert longwave / 24.0 == pytest.approx(0.137, abs=0.001)
    assert net / 24.0 == pytest.approx(1.749, abs=0.001)
    eto = fao.penman_monteith(hour_in_n_diaye(38.0, vapour, 3.3, net)) / 24.0
    assert round(eto, 2) == 0.63


def test_example_20_lyon_in_july_with_temperatures_alone() -> None:
    latitude = 45.0 + 43.0 / 60.0
    ra = fao.extraterrestrial_radiation(latitude, 196)
    rs = fao.solar_radiation_from_temperature(ra, 26.6, 14.8)
    vapour = fao.saturation_vapour_pressure(14.8)
    longwave = fao.net_longwave(26.6, 14.8, vapour, rs / fao.clear_sky_radiation(ra, 200.0))
    weather = fao.Weather(
        t_max=26.6,
        t_min=14.8,
        vapour=vapour,
        wind=2.0,
        net_radiation=fao.net_radiation(rs, longwave),
        pressure=fao.atmospheric_pressure(200.0),
    )

    assert round(fao.penman_monteith(weather), 2) == 4.56
    assert round(fao.hargreaves(ra, 26.6, 14.8), 1) == 5.0


def test_an_overcast_day_loses_no_less_warmth_than_dense_cloud_lets_through() -> None:
    dense = fao.net_longwave(19.3, 15.8, 1.89, 0.3)
    assert dense > 0.0
    assert fao.net_longwave(19.3, 15.8, 1.89, 0.1) == dense
    assert fao.net_longwave(19.3, 15.8, 1.89, 1.2) == fao.net_longwave(19.3, 15.8, 1.89, 1.0)


@needs_series
def test_two_years_of_days_as_the_program_ref_et_computes_them() -> None:
    """Maricopa, Arizona, 2003 and 2004, beside REF-ET 3.1.15 of the University of Idaho."""
    errors = [daily_eto(row) - float(row["ETo_fao56"]) for row in rows_of(SERIES)]

    assert len(errors) == 731
    assert sqrt(fmean(error**2 for error in errors)) <= 0.010
    assert max(map(abs, errors)) <= 0.06


def daily_eto(row: dict[str, str]) -> float:
    t_max, t_min, rs = float(row["tmax"]), float(row["tmin"]), float(row["rs"])
    day_of_year = date.fromisoformat(row["date"]).timetuple().tm_yday
    clear = fao.clear_sky_radiation(fao.extraterrestrial_radiation(33.069, day_of_year), 361.0)
    vapour = fao.saturation_vapour_pressure(float(row["tdew"]))
    longwave = fao.net_longwave(t_max, t_min, vapour, rs / clear)
    return fao.penman_monteith(
        fao.Weather(
            t_max=t_max,
            t_min=t_min,
            vapour=vapour,
            wind=float(row["wind3"]) * 4.87 / log(67.8 * 3.0 - 5.42),  # Eq. 47
            net_radiation=fao.net_radiation(rs, longwave),
            pressure=fao.atmospheric_pressure(361.0),
        )
    )


def rows_of(path: Path) -> list[dict[str, str]]:
    lines = path.read_text("utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def test_example_37_ten_days_of_stress() -> None:
    taw = fao.total_available_water(0.32, 0.12, 0.8)
    depletion, coefficients = 55.0, []
    for _ in range(10):
        stress = fao.stress_coefficient(depletion, taw, 0.40)
        coefficients.append(round(stress, 2))
        depletion += stress * 1.2 * 5.0

    assert taw == pytest.approx(160.0)
    assert coefficients == [1, 1, 0.97, 0.91, 0.85, 0.80, 0.75, 0.70, 0.66, 0.62]
    assert round(depletion, 1) == 104.5


@pytest.mark.parametrize(
    ("day", "kc"), [(0, 0.5), (15, 0.5), (27.5, 0.775), (40, 1.05), (70, 1.05), (200, 0.75)]
)
def test_the_crop_coefficient_follows_the_stages(day: float, kc: float) -> None:
    assert SWEET_MELON.at(day) == pytest.approx(kc)


def test_a_thirstier_day_leaves_less_water_within_easy_reach() -> None:
    assert fao.depletion_fraction(0.40, 5.0) == pytest.approx(0.40)
    assert fao.depletion_fraction(0.40, 8.0) == pytest.approx(0.28)
    assert fao.depletion_fraction(0.40, 50.0) == pytest.approx(0.1)


@given(depletion=st.floats(0, 200), p=st.floats(0.1, 0.8))
def test_stress_lies_between_none_and_full(depletion: float, p: float) -> None:
    assert 0.0 <= fao.stress_coefficient(depletion, 160.0, p) <= 1.0


@given(latitude=st.floats(-80, 80), day=st.integers(1, 366))
def test_the_sun_never_takes_energy(latitude: float, day: int) -> None:
    assert fao.extraterrestrial_radiation(latitude, day) >= -1e-9
    assert 0.0 <= fao.daylight_hours(latitude, day) <= 24.0
