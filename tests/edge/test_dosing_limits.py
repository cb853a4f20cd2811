"""The dose decision to the minute and to the second: where each of its limits begins to count."""

from dataclasses import replace

import pytest

from edge.control import Inputs, ZoneMemory, ZoneParams
from edge.dosing import plan
from tests.edge.zone_bench import CALM, PARAMS
from wire.codes import Cause, ZoneState

NOW = 100_000.0
HOUR = 3600.0
IDLE = ZoneMemory(state=ZoneState.IDLE, now=NOW, day=1)
BLIND = replace(CALM, vwc=None, probes=0)
ONE_PLANT = replace(PARAMS, plants=1)
"""So small that any litre would be a dose."""


def is_dosed(params: ZoneParams, memory: ZoneMemory, inputs: Inputs) -> bool:
    return plan(params, memory, inputs, NOW)[1] is not None


@pytest.mark.parametrize(("quarrel_s", "believed"), [(3 * HOUR, True), (3 * HOUR + 1, False)])
def test_two_quarrelling_probes_are_believed_for_three_hours_and_no_longer(
    quarrel_s: float, *, believed: bool
) -> None:
    memory = replace(IDLE, disputed_since=NOW - quarrel_s)
    inputs = replace(CALM, vwc=0.40, probes=1, disputed=True, minute=610)
    _, dose = plan(PARAMS, memory, inputs, NOW)
    assert dose is not None
    assert dose.cause is (Cause.AUTO if believed else Cause.FALLBACK)


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
