"""The default strategy's wish for water: from what it believes, and how far it trusts itself."""

from dataclasses import replace

import pytest

from edge import belief
from edge.control import Inputs, Strategy, ZoneMemory
from edge.dosing import ADAPTIVE_SHARE, MIN_DOSE_L_PER_PLANT, PROGRAMME_SHARE, plan
from edge.trust import Trust
from tests.edge.zone_bench import CALM, PARAMS
from wire.codes import Cause, ZoneState

NOW = 100_000.0
ADAPTIVE = replace(PARAMS, strategy=Strategy.ADAPTIVE)
ONE_PLANT = replace(ADAPTIVE, plants=1)
"""So small that any litre would be a dose."""
MOST_L = ADAPTIVE_SHARE * PARAMS.budget_l
HEARD = replace(CALM, values=(0.40, None, 0.41))


def lacking(litres: float) -> ZoneMemory:
    """An idle zone whose plants lack so much each, seen a moment ago."""
    vwc = PARAMS.full_point - litres / PARAMS.root_l
    known = replace(belief.first(ADAPTIVE.garden, vwc), seen=NOW)
    return ZoneMemory(state=ZoneState.IDLE, now=NOW, day=1, belief=known)


def doubting(memory: ZoneMemory, probe: str) -> ZoneMemory:
    assert memory.belief is not None
    trust = {probe: Trust(is_trusted=False)}
    return replace(memory, belief=replace(memory.belief, trust=trust))


def test_a_dose_begins_at_the_trigger_and_goes_on_until_nothing_is_lacking() -> None:
    little = lacking(ADAPTIVE.trigger_l / 2.0)
    waiting, none = plan(ADAPTIVE, little, HEARD, NOW)
    assert (none, waiting.refilling) == (None, False)
    going_on, dose = plan(ADAPTIVE, replace(little, refilling=True), HEARD, NOW)
    assert dose is not None
    assert going_on.refilling


def test_a_refill_ends_when_the_plants_lack_less_than_a_dose() -> None:
    full = replace(lacking(MIN_DOSE_L_PER_PLANT / 2.0), refilling=True)
    memory, dose = plan(ADAPTIVE, full, HEARD, NOW)
    assert (dose, memory.refilling) == (None, False)


def test_a_zone_that_lacks_little_gets_nothing_however_small_it_is() -> None:
    assert plan(ONE_PLANT, lacking(ONE_PLANT.trigger_l / 2.0), HEARD, NOW)[1] is None


def test_what_each_plant_lacks_is_given_to_all_of_them() -> None:
    _, dose = plan(ADAPTIVE, lacking(0.3), HEARD, NOW)
    assert dose is not None
    assert dose.litres == pytest.approx(0.3 * ADAPTIVE.plants)


def test_each_plant_gets_its_share_of_the_zones_litres() -> None:
    memory, _ = plan(ADAPTIVE, lacking(1.0), replace(HEARD, litres=30.0), NOW + 1.0)
    assert memory.belief is not None
    assert memory.belief.deficit_l == pytest.approx(1.0 - 30.0 / 60)


@pytest.mark.parametrize(("share", "is_dosed"), [(0.99, True), (1.0, False), (1.1, False)])
def test_a_zone_nobody_has_watered_is_dry_only_below_its_refill_point(
    share: float, *, is_dosed: bool
) -> None:
    new = replace(lacking(0.0), belief=None)
    vwc = share * (PARAMS.refill * PARAMS.full_point)
    _, dose = plan(ADAPTIVE, new, replace(HEARD, vwc=vwc), NOW)
    assert (dose is not None) is is_dosed


@pytest.mark.parametrize(
    ("doubted", "values", "cause"),
    [
        ("1", (0.40, None, 0.41), Cause.AUTO),
        ("1", (0.40, None, None), Cause.FALLBACK),
        ("2", (0.40, None, None), Cause.AUTO),
        ("3", (0.40, None, 0.41), Cause.AUTO),
        ("3", (None, None, 0.41), Cause.FALLBACK),
        ("1", (None, None, None), Cause.FALLBACK),
    ],
)
def test_a_dose_that_no_trusted_probe_watches_is_a_fallback(
    doubted: str, values: tuple[float | None, ...], cause: Cause
) -> None:
    inputs = replace(CALM, values=values)
    _, dose = plan(ADAPTIVE, doubting(lacking(1.0), doubted), inputs, NOW)
    assert dose is not None
    assert dose.cause is cause


@pytest.mark.parametrize(("inputs", "litres"), [(HEARD, MOST_L), (CALM, 8.0)])
def test_a_fallback_keeps_to_the_programmes_share_of_the_day(
    inputs: Inputs, litres: float
) -> None:
    memory = replace(lacking(1.0), day_l=PROGRAMME_SHARE * PARAMS.budget_l - 8.0)
    _, dose = plan(ADAPTIVE, memory, inputs, NOW)
    assert dose is not None
    assert dose.litres == pytest.approx(litres)
