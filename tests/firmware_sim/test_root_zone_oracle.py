"""The simulator's medium beside pyfao56, the public-domain reference of FAO-56's dual balance.

Both get the same crop and weather of each day; depletion of root zone and surface must agree.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from math import sin
from pathlib import Path

import pyfao56
import pytest

from firmware_sim.soil import Bucket, Demand, Medium

DAY_S = 86_400.0
AT_ONCE = 1.0
"""Seconds; the paper's water spreads and drains within the day."""

COTTON = Path(os.environ.get("VUONSO_SHARED", Path(__file__).parents[3] / "shared")) / "data"
COTTON_FILES = ("fao56_cotton2018.par", "fao56_cotton2018.wth", "fao56_cotton2018_100.irr")
needs_cotton = pytest.mark.skipif(
    not all((COTTON / name).exists() for name in COTTON_FILES),
    reason=f"the cotton season of 2018 is not in {COTTON}",
)


COLUMNS = (
    "ETref", "Kcb", "Kcmax", "few", "fw", "Zr", "ETc", "Irrig", "Rain",
    "Dr", "De", "T", "E", "DP", "Ks",
)  # fmt: skip


@dataclass(frozen=True)
class Day:
    """Depletions and fluxes at the end of a day, mm."""

    root: float
    surface: float
    transpired: float
    evaporated: float
    drained: float


def reference(model: pyfao56.Model) -> list[dict[str, float]]:
    model.run()
    rows: list[dict[str, float]] = model.odata[list(COLUMNS)].to_dict("records")
    return rows


def ours(parameters: pyfao56.Parameters, rows: list[dict[str, float]]) -> Iterator[Day]:
    """A square metre, so that litres are millimetres; each day its roots and its canopy."""
    full, wilting = parameters.thetaFC, parameters.thetaWP
    root = 1000.0 * (full - parameters.theta0) * parameters.Zrini
    surface = tew = 1000.0 * (full - 0.5 * wilting) * parameters.Ze
    for row in rows:
        exposed, volume = row["few"], 1000.0 * row["Zr"]
        medium = Medium(
            volume_l=volume,
            full=full,
            wilting=wilting,
            saturated=1.0,
            wet_s=AT_ONCE,
            drain_s=AT_ONCE,
            evaporable_l=tew * exposed,
            easily_l=parameters.REW * exposed,
            exposed=exposed,
            reaching=exposed / row["fw"],
        )
        bucket = Bucket(medium, fill=1.0 - root / (full * volume))
        bucket.surface_depletion = surface * exposed
        demand = Demand(row["ETref"], row["Kcb"], parameters.pbase, row["ETc"], row["Kcmax"])
        fluxes = bucket.step(DAY_S, row["Irrig"] + row["Rain"], demand)
        root, surface = full * volume - bucket.root_l, bucket.surface_depletion / exposed
        yield Day(root, surface, fluxes.transpired, fluxes.evaporated, fluxes.drained)


def assert_same_balance(model: pyfao56.Model) -> list[dict[str, float]]:
    rows = reference(model)
    for row, day in zip(rows, ours(model.par, rows), strict=True):
        assert abs(day.root - row["Dr"]) <= 0.1
        assert abs(day.surface - row["De"]) <= 0.1
        assert abs(day.transpired - row["T"]) <= 0.02
        assert abs(day.evaporated - row["E"]) <= 0.02
        assert abs(day.drained - row["DP"]) <= 0.1
    return rows


def cotton(keep_every: int) -> pyfao56.Model:
    """The field season; with fewer irrigations than were given it runs short of water."""
    crop, weather, water = (str(COTTON / name) for name in COTTON_FILES)
    parameters = pyfao56.Parameters()
    parameters.loadfile(crop)
    irrigation = pyfao56.Irrigation(water)
    irrigation.idata = irrigation.idata.iloc[::keep_every]
    return pyfao56.Model(
        "2018-108",
        "2018-303",
        parameters,
        pyfao56.Weather(weather),
        irr=irrigation,
    )


def melon(depth_mm: float) -> pyfao56.Model:
    """A generated season of sweet melon in sandy loam, watered every third day."""
    parameters = pyfao56.Parameters(
        Kcbini=0.15, Kcbmid=1.0, Kcbend=0.7, Lini=15, Ldev=25, Lmid=30, Lend=15, hini=0.05,
        hmax=0.4, thetaFC=0.23, thetaWP=0.11, theta0=0.20, Zrini=0.15, Zrmax=0.40, pbase=0.40,
        Ze=0.10, REW=8.0,
    )  # fmt: skip
    weather, irrigation = pyfao56.Weather(), pyfao56.Irrigation()
    weather.rfcrp, weather.z, weather.lat, weather.wndht = "S", 10.0, 21.0, 2.0
    for day in range(1, 86):
        eto, rain = 4.0 + 1.5 * sin(day / 5.0) + 0.8 * sin(1.7 * day), 6.0 * (day % 15 == 0)
        nan = float("nan")
        row = [20.0, 32.0, 24.0, nan, 22.0, 90.0, 50.0, 1.5, rain, eto, "M"]
        weather.wdata.loc[f"2026-{day:03d}"] = row
        if day % 3 == 1:
            irrigation.addevent(2026, day, depth_mm, 0.6)
    return pyfao56.Model("2026-001", "2026-085", parameters, weather, irr=irrigation)


@pytest.mark.parametrize("depth_mm", [25.0, 12.0, 6.0], ids=["drains", "enough", "short"])
def test_a_generated_season_balances_as_the_reference(depth_mm: float) -> None:
    rows = assert_same_balance(melon(depth_mm))
    assert (min(row["Ks"] for row in rows) < 0.7) == (depth_mm == 6.0)
    assert (sum(row["DP"] for row in rows) > 100.0) == (depth_mm == 25.0)


@needs_cotton
@pytest.mark.parametrize("keep_every", [1, 2, 4], ids=["as watered", "half", "a quarter"])
def test_the_cotton_season_of_2018_balances_as_the_reference(keep_every: int) -> None:
    rows = assert_same_balance(cotton(keep_every))
    assert len(rows) == 196
    assert min(row["Ks"] for row in rows) < 0.5  # the last watering was weeks before the end


@needs_cotton
def test_the_reference_gives_its_published_output() -> None:
    """Its case `cotton2018` in the repository kthorp/pyfao56."""
    published = _published(COTTON / "fao56_cotton2018_100.out")
    rows = reference(cotton(1))
    assert max(abs(row["Dr"] - dr) for row, dr in zip(rows, published, strict=True)) <= 0.05


def _published(path: Path) -> list[float]:
    lines = path.read_text("utf-8").splitlines()
    heading = next(n for n, line in enumerate(lines) if line.startswith("Year-DOY"))
    column = lines[heading].split().index("Dr")
    return [float(line.split()[column]) for line in lines[heading + 1 :]]
