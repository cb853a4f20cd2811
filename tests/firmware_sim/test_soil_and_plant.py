"""The bucket: no water appears or vanishes, and the plant drinks as FAO-56 says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.agronomy import CropCurve
from firmware_sim.climate import Air
from firmware_sim.plant import MELON, Plant, reference_et
from firmware_sim.soil import COIR, SOIL, Bucket, Demand, Medium

STILL = Demand(reference_l=0.0, basal=1.0, p_table=0.4, etc_mm_day=5.0)
media = st.sampled_from([COIR, SOIL])
steps = st.lists(
    st.tuples(st.floats(0.1, 3600.0), st.floats(0.0, 2.0), st.floats(0.0, 0.5), st.floats(0, 1.2)),
    max_size=60,
)


@given(media, st.floats(0.5, 1.3), steps)
def test_every_step_balances_to_a_millionth_of_a_litre(
    medium: Medium, fill: float, path: list[tuple[float, float, float, float]]
) -> None:
    bucket = Bucket(medium, fill)
    for dt, water, reference, basal in path:
        before = bucket.stored_l
        fluxes = bucket.step(dt, water, Demand(reference, basal, 0.4, 5.0))
        out = fluxes.transpired + fluxes.evaporated + fluxes.drained
        assert bucket.stored_l - before == pytest.approx(water - out, abs=1e-9)
        assert min(fluxes.transpired, fluxes.evaporated, fluxes.drained, bucket.root_l) >= 0.0
        assert 0.0 <= fluxes.stress <= 1.0


def test_water_above_the_full_point_drains_and_below_stays() -> None:
    wet, dry = Bucket(COIR, 1.3), Bucket(COIR, 0.9)
    for _ in range(100):
        wet.step(600.0, 0.0, STILL)
        assert dry.step(600.0, 0.0, STILL).drained == 0.0
    assert wet.theta == pytest.approx(COIR.full, abs=1e-6)


def test_a_probe_sees_water_minutes_after_it_dripped() -> None:
    bucket = Bucket(COIR, 0.8)
    before = bucket.theta
    bucket.step(1.0, 0.5, STILL)
    assert bucket.theta == pytest.approx(before, abs=0.001)
    for _ in range(180):
        bucket.step(10.0, 0.0, STILL)
    assert bucket.theta == pytest.approx(before + 0.05, abs=0.001)


def test_thirst_slows_down_near_the_wilting_point() -> None:
    demand = Demand(reference_l=0.01, basal=1.0, p_table=0.4, etc_mm_day=5.0)
    full, parched = Bucket(COIR, 1.0), Bucket(COIR, 0.55)
    assert full.step(60.0, 0.0, demand).stress == 1.0
    assert parched.step(60.0, 0.0, demand).stress < 0.5


def test_the_bucket_dries_as_in_example_37_of_fao_56() -> None:
    """Tomato on silty soil, 0.8 m deep, one square metre: depletion at the end of ten days."""
    silt = Medium(
        volume_l=800.0,
        full=0.32,
        wilting=0.12,
        saturated=0.45,
        wet_s=60.0,
        drain_s=3600.0,
        evaporable_l=1.0,
        easily_l=0.5,
        exposed=0.0,
    )
    bucket = Bucket(silt, fill=(0.32 * 800.0 - 55.0) / (0.32 * 800.0))
    demand = Demand(reference_l=5.0, basal=1.2, p_table=0.40, etc_mm_day=5.0)
    left = []
    for _ in range(10):
        bucket.step(86_400.0, 0.0, demand)
        left.append(round(0.32 * 800.0 - bucket.root_l, 1))
    assert left == [61.0, 67.0, 72.8, 78.3, 83.4, 88.2, 92.6, 96.9, 100.8, 104.5]


def test_a_wet_surface_evaporates_until_it_is_dry() -> None:
    demand = Demand(reference_l=0.05, basal=0.2, p_table=0.4, etc_mm_day=3.0)
    bucket = Bucket(SOIL, 0.9)
    assert bucket.step(600.0, 0.0, demand).evaporated == 0.0
    bucket.step(600.0, 1.5, demand)
    lost = [bucket.step(600.0, 0.0, demand).evaporated for _ in range(400)]
    assert lost[0] > 0.0
    assert lost[-1] < 0.05 * lost[0]


def test_a_hot_dry_noon_draws_more_than_a_damp_one_and_night_almost_nothing() -> None:
    noon = reference_et(Air(34.0, 0.50, 500.0))
    damp = reference_et(Air(28.0, 0.85, 250.0))
    night = reference_et(Air(24.0, 0.95, 0.0))
    assert 8.0 < noon < 20.0
    assert night < 0.5 < damp < noon


def test_a_melon_at_full_canopy_draws_what_lysimeters_measured() -> None:
    """At 5.2 mm of ETc a day and 2.5 plants/m² a plant takes about 2.1 L."""
    plant = Plant(age_days=50.0)
    demand = plant.demand(5.2, 86_400.0, 0.0)
    assert demand.basal * demand.reference_l == pytest.approx(2.1, abs=0.05)


def test_a_plant_grows_older_while_the_simulation_runs() -> None:
    young = Plant(age_days=10.0)
    assert isinstance(MELON, CropCurve)
    assert young.demand(4.0, 60.0, 20 * 86_400.0).basal > young.demand(4.0, 60.0, 0.0).basal
