"""The books between two doses: nothing drunk twice, nothing forgotten over a power cut."""

from dataclasses import replace
from math import ceil

import pytest

from edge import belief
from edge.belief import Belief, Garden, Sight, first, seen
from edge.control import ZoneParams
from edge.evaporation import Air, Climate, reference_et
from edge.profiles import crops, media
from edge.rootzone import DAY_S

GARDEN: Garden = ZoneParams(
    key="z1", plants=1, nominal_lpm=1.0, max_lease_l=1.0, budget_l=3.0, leaching=0.0
).garden
NOON = Sight(
    now=0.0, wall_s=0.0, minute=720, day=10, litres=0.0, air=Air(32.0, 0.6, 400.0), readings={}
)


NIGHT = replace(NOON, minute=0, air=Air(20.0, 1.0, 0.0))
"""Nothing is drunk in air that holds all the water it can."""
LOOK_S = 300.0


def moved(told: Belief, seconds: float, like: Sight = NOON) -> Belief:
    """Look again every five minutes for so long."""
    for _ in range(int(seconds // 300)):
        at = (told.seen or 0.0) + 300.0
        told = seen(told, GARDEN, replace(like, now=at, wall_s=at))
    return told


def certain(told: Belief) -> Belief:
    return replace(told, roots=replace(told.roots, spread=0.0))


@pytest.mark.parametrize(
    ("vwc", "lacks"), [(None, 0.0), (0.55, 0.0), (0.60, 0.0), (0.469, 0.30), (0.05, 0.50)]
)
def test_the_first_belief_is_as_dry_as_probes_say_within_reason(
    vwc: float | None, lacks: float
) -> None:
    told = first(GARDEN, vwc)
    assert told.deficit_l == pytest.approx(lacks * GARDEN.medium.available_l, abs=1e-6)


def test_plants_drink_and_water_is_counted_once() -> None:
    told = moved(certain(first(GARDEN, None)), 300.0)
    told = moved(told, 2 * 3600.0)
    lacking = told.deficit_l
    assert lacking > 0.1
    watered = moved(told, 3600.0, replace(NOON, litres=lacking))
    assert watered.deficit_l < lacking
    assert watered.litres == lacking


def test_a_power_cut_is_drunk_through() -> None:
    before = moved(certain(first(GARDEN, None)), 600.0)
    cut = before.asleep()
    sight = replace(NOON, now=5.0, wall_s=600.0 + 6 * 3600.0, minute=1080)
    after = seen(cut, GARDEN, sight)
    assert after.deficit_l > before.deficit_l + 0.2


def test_a_clock_that_jumps_by_months_dries_nothing_beyond_three_days() -> None:
    before = moved(certain(first(GARDEN, None)), 600.0)
    sight = replace(NOON, now=900.0, wall_s=900.0 + 60 * DAY_S)
    far = seen(before, GARDEN, sight).deficit_l
    three = seen(before, GARDEN, replace(sight, wall_s=900.0 + 3.01 * DAY_S)).deficit_l
    assert far == pytest.approx(three, rel=0.05)
    assert far <= GARDEN.medium.available_l
    back = seen(before, GARDEN, replace(sight, wall_s=900.0 - 105 * DAY_S))
    assert back.deficit_l == pytest.approx(before.deficit_l, abs=0.1)


def test_without_a_clock_a_restart_goes_on_where_it_was() -> None:
    before = moved(certain(first(GARDEN, None)), 600.0)
    after = seen(
        before.asleep(), GARDEN, replace(NOON, now=5.0, wall_s=None, minute=None, day=None)
    )
    assert after.deficit_l == pytest.approx(before.deficit_l, abs=1e-3)


def test_a_stuck_probe_is_not_heard_any_more() -> None:
    told = first(GARDEN, None)
    for hour in range(60):
        heard = {"1": 0.50, "2": 0.5 - hour % 24 * 0.004}
        told = moved(told, 3600.0, replace(NOON, litres=1.5 * (hour // 24), readings=heard))
    assert list(belief.trusted(told, {"1": 0.50, "2": 0.49})) == ["2"]
    assert "1" not in told.roots.evidence


def test_the_crop_grows_through_its_cycle() -> None:
    curve = crops()["melon"].curve(75)
    assert sum(curve.days) == pytest.approx(75.0)
    young = replace(GARDEN, curve=curve, planted=10)
    grown = replace(GARDEN, curve=curve, planted=10 - 45)
    start = certain(first(GARDEN, None))

    def drunk(garden: Garden) -> float:
        told = replace(start, seen=0.0, day=10)
        return seen(told, garden, replace(NOON, now=3600.0, wall_s=3600.0)).deficit_l

    assert drunk(grown) / drunk(young) == pytest.approx(1.10 / 0.45, rel=0.02)


@pytest.mark.parametrize("name", sorted(media()))
def test_every_medium_holds_water_between_its_points(name: str) -> None:
    medium = media()[name]
    assert medium.wilting < medium.full
    assert medium.leaching <= 0.3


def minutes_open(like: Sight, litres_a_look: float = 0.0) -> float:
    """How long the books stay open, looked at every five minutes."""
    told, litres = seen(certain(first(GARDEN, 0.45)), GARDEN, like), like.litres
    for look in range(1, 100):
        litres += litres_a_look
        at = look * LOOK_S
        told = seen(told, GARDEN, replace(like, now=at, wall_s=at, litres=litres))
        if told.open_s == 0.0:
            return look * LOOK_S / 60.0
    raise AssertionError("the books are never closed")


def test_books_are_closed_every_hour_and_every_quarter_of_one_while_water_flows() -> None:
    assert minutes_open(NIGHT) == 60.0
    assert minutes_open(NIGHT, litres_a_look=0.01) == 15.0


def test_books_are_closed_when_a_fiftieth_of_the_water_is_drunk() -> None:
    rate = reference_et(32.0, 0.6, 400.0) * GARDEN.area_m2 / (24 * 60)
    minutes = 0.02 * GARDEN.medium.available_l / rate
    assert 15.0 < minutes < 55.0
    assert minutes_open(NOON) == 5.0 * ceil(minutes / 5.0)


def test_a_zone_without_a_crop_drinks_the_reference() -> None:
    told = seen(seen(first(GARDEN, None), GARDEN, NOON), GARDEN, replace(NOON, now=LOOK_S))
    drunk = reference_et(32.0, 0.6, 400.0) * GARDEN.area_m2 * LOOK_S / DAY_S
    assert told.etc_l == pytest.approx(drunk)


def test_water_counts_before_the_books_are_closed() -> None:
    dry = seen(first(GARDEN, 0.45), GARDEN, NIGHT)
    watered = seen(dry, GARDEN, replace(NIGHT, now=LOOK_S, litres=0.3))
    assert watered.open_s > 0.0
    assert watered.deficit_l == pytest.approx(dry.deficit_l - 0.3)


def test_what_the_meter_told_before_the_first_look_was_given_to_the_plants() -> None:
    new = first(GARDEN, 0.45)
    assert seen(new, GARDEN, replace(NIGHT, litres=0.5)).deficit_l == new.deficit_l - 0.5


def test_the_first_look_after_a_start_takes_no_time() -> None:
    for told in (first(GARDEN, None), moved(first(GARDEN, None), 600.0, NIGHT).asleep()):
        before = told.open_s, told.unheard_s
        after = seen(told, GARDEN, replace(NIGHT, now=5.0, wall_s=None))
        assert (after.open_s, after.unheard_s) == before


@pytest.mark.parametrize(("cut_s", "is_drunk_through"), [(600.0, False), (601.0, True)])
def test_clocks_may_differ_by_ten_minutes(cut_s: float, *, is_drunk_through: bool) -> None:
    before = seen(certain(first(GARDEN, None)), GARDEN, NOON)
    at = 1000.0
    after = seen(before, GARDEN, replace(NOON, now=at, wall_s=at + cut_s))
    awake = seen(before, GARDEN, replace(NOON, now=at, wall_s=at))
    assert (after.deficit_l > awake.deficit_l) is is_drunk_through


def test_time_that_the_agent_saw_pass_is_no_power_cut() -> None:
    told = seen(first(GARDEN, None), GARDEN, NIGHT)
    later = seen(told, GARDEN, replace(NIGHT, now=1200.0, wall_s=1200.0))
    assert later.open_s == 1200.0


def test_a_look_is_due_when_water_moved_or_a_quarter_of_an_hour_passed() -> None:
    told = seen(first(GARDEN, None), GARDEN, replace(NIGHT, litres=2.0))
    assert told.is_current(0.0, 2.0)
    assert told.is_current(899.0, 2.0)
    assert not told.is_current(900.0, 2.0)
    assert not told.is_current(1.0, 2.1)
    assert not told.asleep().is_current(1.0, 0.0)


def test_long_after_the_start_only_new_time_and_new_water_count() -> None:
    told = seen(first(GARDEN, 0.45), GARDEN, replace(NIGHT, now=5000.0, wall_s=None, litres=2.0))
    assert told.is_current(5899.0, 2.0)
    later = replace(NIGHT, now=5000.0 + LOOK_S, wall_s=None, litres=2.3)
    assert seen(told, GARDEN, later).deficit_l == pytest.approx(told.deficit_l - 0.3)


def test_after_a_start_the_meter_counts_from_nothing() -> None:
    told = seen(first(GARDEN, 0.45), GARDEN, replace(NIGHT, wall_s=None, litres=0.2))
    again = seen(told.asleep(), GARDEN, replace(NIGHT, now=5.0, wall_s=None, litres=0.3))
    assert again.deficit_l == pytest.approx(told.deficit_l - 0.3)


def test_probes_are_heard_every_two_hours() -> None:
    told = seen(first(GARDEN, None), GARDEN, NIGHT)
    heard = replace(NIGHT, readings={"1": 0.5})
    before = moved(told, 7200.0 - LOOK_S, heard)
    assert before.roots.evidence == {}
    assert set(moved(before, LOOK_S, heard).roots.evidence) == {"1"}


def cut(hours: float, until_hour: int) -> float:
    """Litres that plants drank in a power cut which ended at this hour of the day."""
    before = seen(certain(first(GARDEN, None)), GARDEN, NIGHT).asleep()
    end = replace(NIGHT, now=5.0, wall_s=hours * 3600.0, minute=until_hour * 60)
    return seen(before, GARDEN, end).deficit_l - before.deficit_l


def test_in_a_power_cut_plants_drink_by_the_usual_hours_of_their_days() -> None:
    morning = sum(Climate().rates[6:12]) / 24.0 * GARDEN.area_m2
    assert cut(6.0, until_hour=12) == pytest.approx(morning, rel=0.02)
    assert cut(12.25, until_hour=12) == pytest.approx(morning, rel=0.02)
    assert cut(9.0, until_hour=4) == pytest.approx(0.0, abs=1e-9)


def test_a_power_cut_at_an_unknown_hour_is_drunk_by_the_days_mean() -> None:
    before = seen(certain(first(GARDEN, None)), GARDEN, NIGHT).asleep()
    end = replace(NIGHT, now=5.0, wall_s=6 * 3600.0, minute=None)
    mean = sum(Climate().rates) / 24.0 * GARDEN.area_m2 / 4.0
    assert seen(before, GARDEN, end).deficit_l == pytest.approx(mean)


def test_a_growing_crop_drinks_more_by_the_evening() -> None:
    growing = replace(GARDEN, curve=crops()["melon"].curve(75), planted=10 - 25)
    before = replace(seen(first(GARDEN, None), GARDEN, NOON), etc_l=0.0)
    drunk = [
        seen(before, growing, replace(NOON, now=LOOK_S, minute=minute)).etc_l
        for minute in (0, 720, 1439)
    ]
    assert drunk == sorted(set(drunk))
