"""The dose decision to the minute and to the second: where each of its limits begins to count."""

from dataclasses import replace

import pytest

from edge.control import Inputs, ZoneMemory, ZoneParams
from edge.dosing import MIN_DOSE_L_PER_PLANT, plan
from tests.edge.zone_bench import CALM, PARAMS
from wire.codes import ZoneState

NOW = 100_000.0
HOUR = 3600.0
IDLE = ZoneMemory(state=ZoneState.IDLE, now=NOW, day=1)
BLIND = replace(CALM, vwc=None, probes=0)
ONE_PLANT = replace(PARAMS, plants=1)
"""So small that any litre would be a dose."""


def is_dosed(params: ZoneParams, memory: ZoneMemory, inputs: Inputs) -> bool:
    return plan(params, memory, inputs, NOW)[1] is not None


@pytest.mark.parametrize(("minute", "dosed"), [(600, True), (660, True), (661, False)])
def test_a_slot_may_be_an_hour_late(minute: int, *, dosed: bool) -> None:
    for params in (PARAMS, ONE_PLANT):
        assert is_dosed(params, IDLE, replace(BLIND, minute=minute)) is dosed


@pytest.mark.parametrize(("ago_s", "dosed"), [(5399.0, False), (5400.0, True)])
def test_without_a_clock_the_programme_waits_ninety_minutes(ago_s: float, *, dosed: bool) -> None:
    memory = replace(IDLE, last_dose_end=NOW - ago_s)
    inputs = replace(BLIND, minute=None, day=None)
    for params in (PARAMS, ONE_PLANT):
        assert is_dosed(params, memory, inputs) is dosed


def test_a_dose_may_take_half_as_long_again_as_its_litres_need() -> None:
    _, dose = plan(PARAMS, IDLE, replace(CALM, vwc=0.01), NOW)
    assert dose is not None
    assert dose.max_s == pytest.approx(PARAMS.prime_s + 1.5 * 60 * dose.litres / 2.0)


def test_two_probes_and_dry_soil_are_enough_for_a_threshold() -> None:
    """At half past six no slot of the programme could be meant."""
    early = replace(CALM, minute=390, vwc=0.40)
    assert is_dosed(PARAMS, IDLE, replace(early, probes=2))
    assert not is_dosed(PARAMS, IDLE, replace(early, probes=1))


@pytest.mark.parametrize("params", [PARAMS, ONE_PLANT])
def test_soil_at_its_refill_point_gets_nothing(params: ZoneParams) -> None:
    at_refill = replace(CALM, vwc=PARAMS.refill * PARAMS.full_point)
    assert not is_dosed(params, IDLE, at_refill)


def test_the_least_dose_is_what_still_reaches_the_plants() -> None:
    for left, dosed in ((MIN_DOSE_L_PER_PLANT, True), (0.99 * MIN_DOSE_L_PER_PLANT, False)):
        params = replace(ONE_PLANT, budget_l=left)
        assert is_dosed(params, IDLE, replace(CALM, vwc=0.01)) is dosed
