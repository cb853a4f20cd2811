"""Gardens in the head: their water balances close, and probes choose among them by moving."""

from dataclasses import replace
from math import exp, log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge import rootzone
from edge.rootzone import FACTORS, GARDENS, Medium, RootZone, begun, forgotten, heard, lived

COIR = Medium(volume_l=10.0, full=0.55, wilting=0.28, drain_s=1440.0, p=0.40)
HOUR = 3600.0
NOON_L = 0.15
"""What a plant of the table drinks in an hour of the day."""


def half_days(count: int, factor: float, *, probe: bool = True) -> RootZone:
    """Each a refill and twelve hours of drying; the probe stands in a garden of this factor."""
    zone = begun(COIR, 0.0)
    true = zone.planned
    flow = rootzone._flow(COIR.drain_s, HOUR)
    for hour in range(12 * count):
        water = 12 * NOON_L * factor if hour and hour % 12 == 0 else 0.0
        zone = lived(zone, COIR, water, NOON_L, HOUR, 0.0)
        true = rootzone._moved(true, water, factor * NOON_L, flow, COIR)
        if probe:
            zone = heard(zone, COIR, {"1": 0.40 + true[1] / (COIR.volume_l / 3.0)}, HOUR)
    return zone


@given(water=st.floats(0.0, 3.0), etc=st.floats(0.0, 1.0), seconds=st.floats(60.0, 7200.0))
@settings(max_examples=60)
def test_no_garden_makes_or_loses_water(water: float, etc: float, seconds: float) -> None:
    before = begun(COIR, 0.3)
    after = lived(before, COIR, water, etc, seconds, 0.1)
    for old, new, (factor, _) in zip(before.gardens, after.gardens, GARDENS, strict=True):
        gained = sum(new) - sum(old)
        assert gained <= water + 1e-9
        assert gained >= -factor * etc - 1e-9, "it gave away no more than the plants drank"
        assert min(new) >= -COIR.available_l / 3.0 - 1e-9, "nobody drinks below the wilting point"


def test_water_above_the_full_point_runs_out_within_hours() -> None:
    zone = lived(begun(COIR, 0.0), COIR, 2.0, 0.0, 900.0, 0.0)
    assert sum(zone.planned) > 0.5
    for _ in range(12):
        zone = lived(zone, COIR, 0.0, 0.0, HOUR, 0.0)
    assert sum(zone.planned) == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize("factor", [0.75, 1.0, 1.35])
def test_the_factor_is_learnt_from_how_a_probe_moves(factor: float) -> None:
    zone = half_days(20, factor)
    assert zone.factor == pytest.approx(factor, rel=0.10)
    assert zone.spread < rootzone.FACTOR_SD


def test_where_a_probe_is_off_by_a_constant_nothing_else_is_learnt() -> None:
    def learnt(offset: float) -> float:
        zone = begun(COIR, 0.0)
        for hour in range(48):
            zone = lived(zone, COIR, 0.5 if hour % 6 == 0 else 0.0, 0.08, HOUR, 0.0)
            swing = 0.01 * (hour % 6)
            zone = heard(zone, COIR, {"1": 0.45 + offset - swing}, HOUR)
        return zone.factor

    assert learnt(0.10) == pytest.approx(learnt(-0.10), rel=1e-6)


def test_without_probes_the_crops_table_stands() -> None:
    zone = half_days(5, 1.3, probe=False)
    assert zone.factor == 1.0
    assert heard(zone, COIR, {}, HOUR) is zone


def test_what_a_liar_said_is_forgotten_whole() -> None:
    cleared = forgotten(half_days(5, 1.5), "1")
    assert cleared.evidence == {}
    assert log(cleared.factor) == pytest.approx(0.0, abs=1e-9)


def test_the_thirsty_plant_is_watered_for_beyond_the_mean() -> None:
    zone = lived(replace(begun(COIR, 0.0), spread=0.0), COIR, 0.0, 0.3, HOUR, 0.2)
    assert zone.deficit_l == pytest.approx(0.36)


def test_a_factor_believed_higher_than_before_counts_from_the_start() -> None:
    zone = lived(begun(COIR, 0.0), COIR, 0.0, 0.3, HOUR, 0.0)
    corrected = replace(zone, factor=FACTORS[-2], planned=(0.0, 0.0, 0.0))
    assert corrected.deficit_l == pytest.approx(0.3 * FACTORS[-2], rel=0.02)


def told(zone: RootZone, *shifts: float) -> RootZone:
    """What is believed after probes that agreed with the books now read this much wetter."""
    settled = zone
    for _ in range(6):
        settled = heard(settled, COIR, {str(n): 0.40 for n, _ in enumerate(shifts)}, 2 * HOUR)
    now = {str(n): 0.40 + shift for n, shift in enumerate(shifts)}
    return heard(settled, COIR, now, 2 * HOUR)


def test_water_that_no_garden_knows_of_is_believed_when_all_probes_tell_of_it() -> None:
    lost = told(begun(COIR, 0.2), -0.10, -0.06)
    assert lost.deficit_l == pytest.approx(0.2 * COIR.available_l + 0.06 * COIR.volume_l)
    watered_by_hand = told(begun(COIR, 0.2), 0.10, 0.06)
    assert watered_by_hand.deficit_l == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("shifts", [(-0.10,), (-0.10, 0.0), (-0.10, 0.10), (-0.02, -0.02)])
def test_one_voice_quarrelling_voices_and_small_misses_leave_the_books_alone(
    shifts: tuple[float, ...],
) -> None:
    before = begun(COIR, 0.2)
    assert told(before, *shifts).gardens == before.gardens


def test_books_that_gave_way_once_do_not_give_way_again_to_the_same_reading() -> None:
    once = told(begun(COIR, 0.2), -0.06, -0.06)
    again = heard(once, COIR, {"0": 0.34, "1": 0.34}, 2 * HOUR)
    assert again.gardens == once.gardens


def test_no_third_is_believed_drier_than_wilted_or_wetter_than_full() -> None:
    dry = told(begun(COIR, 0.2), -0.39, -0.39)
    assert all(min(layers) == pytest.approx(-COIR.available_l / 3.0) for layers in dry.gardens)
    wet = told(begun(COIR, 0.2), 0.39, 0.39)
    assert all(max(layers) == pytest.approx(0.0) for layers in wet.gardens)


TABLE = GARDENS.index((1.0, 1.0))
"""The garden of the crop's table with the profile's drainage."""
THIRD_L = COIR.volume_l / 3.0
AVAILABLE = COIR.full - COIR.wilting


def test_dry_roots_take_less_and_less() -> None:
    """FAO-56 Eq. 84: at 0.7 depleted with p = 0.4, half of what the crop would take."""
    before = begun(COIR, 0.7)
    after = lived(before, COIR, 0.0, 0.1, HOUR, 0.0)
    assert sum(before.gardens[TABLE]) - sum(after.gardens[TABLE]) == pytest.approx(0.05)


def test_what_a_dry_third_cannot_give_is_drunk_from_the_one_below() -> None:
    wilted = -COIR.available_l / 3.0
    layers = (wilted + 0.01, 0.0, 0.0)
    zone = lived(RootZone((layers,) * len(GARDENS), layers), COIR, 0.0, 0.1, HOUR, 0.0)
    top, middle, low = zone.gardens[TABLE]
    assert top == pytest.approx(wilted)
    assert top + middle + low == pytest.approx(sum(layers) - 0.1)
    assert low == pytest.approx(-rootzone.ROOTS[2] * 0.1)


def test_a_probe_is_expected_to_read_what_the_believed_garden_lacks_at_half_depth() -> None:
    assert rootzone.expected(begun(COIR, 0.2), COIR) == pytest.approx(-0.2 * AVAILABLE)
    watered = lived(begun(COIR, 0.2), COIR, 2.0, 0.3, HOUR, 0.0)
    assert rootzone.expected(watered, COIR) == watered.gardens[TABLE][1] / THIRD_L
    thirsty = replace(watered, factor=1.02 * FACTORS[-1])
    last = GARDENS.index((FACTORS[-1], 1.0))
    assert rootzone.expected(thirsty, COIR) == watered.gardens[last][1] / THIRD_L


def test_a_probes_full_point_is_its_reading_and_what_is_lacking_there() -> None:
    zone = heard(begun(COIR, 0.2), COIR, {"1": 0.40}, HOUR)
    assert zone.evidence["1"].levels == pytest.approx([0.40 + 0.2 * AVAILABLE] * 3 * len(GARDENS))


def daily(*readings: float) -> RootZone:
    """Roots that stay full, and what a probe says of them each day."""
    zone = begun(COIR, 0.0)
    for value in readings:
        zone = heard(zone, COIR, {"1": value}, rootzone.DAY_S)
    return zone


def test_a_probes_full_point_is_the_mean_of_a_week() -> None:
    """The very first reading only says where to begin."""
    assert daily(0.30, 0.40).evidence["1"].levels[0] == pytest.approx(0.40)
    assert daily(0.30, 0.40, 0.42, 0.44).evidence["1"].levels[0] == pytest.approx(0.42)
    settled = daily(*[0.40] * 30, 0.47).evidence["1"].levels[0]
    assert settled == pytest.approx(0.40 + 0.07 / 7.0)


def test_what_a_probe_said_fades_unless_it_is_said_again() -> None:
    missed = daily(0.40, 0.40, 0.42)
    level = missed.evidence["1"].levels[0]
    agreed = heard(missed, COIR, {"1": level}, rootzone.DAY_S)
    assert 0.0 < agreed.evidence["1"].misfits[0] < missed.evidence["1"].misfits[0]


def test_a_reading_from_another_world_counts_no_more_than_one_that_is_far_off() -> None:
    far, farther = daily(0.40, 0.40, 0.45), daily(0.40, 0.40, 0.70)
    assert far.evidence["1"].misfits == farther.evidence["1"].misfits


def test_a_lone_probe_carries_half_the_weight_of_two_and_three_share_theirs() -> None:
    def misfit(probes: int) -> float:
        zone = begun(COIR, 0.0)
        for value in (0.40, 0.40, 0.41):
            readings = {str(number): value for number in range(probes)}
            zone = heard(zone, COIR, readings, rootzone.DAY_S)
        return probes * zone.evidence["0"].misfits[0]

    assert misfit(1) == pytest.approx(0.5 * misfit(2))
    assert misfit(3) == pytest.approx(misfit(2))


def test_before_a_probe_spoke_the_table_is_likeliest_and_extremes_are_not() -> None:
    unheard = forgotten(begun(COIR, 0.0), "1")
    assert unheard.factor == pytest.approx(1.0)
    assert unheard.spread == pytest.approx(rootzone.FACTOR_SD, rel=0.05)
    assert unheard.spread == pytest.approx(begun(COIR, 0.0).spread, rel=0.05)


def test_the_less_is_known_the_more_is_watered_for() -> None:
    def planned(spread: float) -> float:
        zone = replace(begun(COIR, 0.0), spread=spread)
        return -sum(lived(zone, COIR, 0.0, 0.1, HOUR, 0.0).planned)

    assert planned(0.0) < planned(0.1) < planned(0.2)
    assert planned(0.2) < 0.1 * FACTORS[-1], "but never for more than the thirstiest garden"


def test_a_third_sheds_what_is_above_its_full_point_like_a_reservoir() -> None:
    """Of water that lay there 37 % is left after the time constant."""
    over = RootZone(((0.0, 0.0, 1.0),) * len(GARDENS), (0.0, 0.0, 1.0))
    drained = lived(over, COIR, 0.0, 0.0, COIR.drain_s, 0.0)
    assert drained.gardens[TABLE][2] == pytest.approx(exp(-1.0))
    assert drained.gardens[GARDENS.index((1.0, 0.4))][2] == pytest.approx(exp(-2.5))
