"""A forecast moves what a zone is thought to drink, by a fifth at most, where nobody sees it."""

from dataclasses import replace
from datetime import date
from functools import cache
from typing import Final

import pytest

from edge import belief
from edge.control import Inputs, Strategy, ZoneMemory, ZoneParams
from edge.dosing import plan
from edge.evaporation import EPOCH, Air, Forecast
from edge.outlook import Ahead, ahead, has_moved
from edge.zones import params_of
from tests.edge.rig import Rig
from tests.edge.test_zones import BUILT
from tests.edge.zone_bench import CALM, PARAMS
from wire.codes import EventKind, Outlook, Reason, ZoneState

TODAY: Final = 20_000
HOUR: Final = 3600.0
ADAPTIVE = replace(PARAMS, strategy=Strategy.ADAPTIVE, window=(0, 1440))
BLIND = Air()
SEEN = Air(32.0, 0.6, 500.0)


def days(*shares: float) -> Forecast:
    return tuple((TODAY + n, share) for n, share in enumerate(shares))


@cache
def watered(forecast: Forecast, air: Air = BLIND, day: int | None = TODAY) -> float:
    """Litres that a zone is given in two days, each dose at once and whole."""
    params = replace(ADAPTIVE, forecast=forecast)
    memory, litres = ZoneMemory(state=ZoneState.IDLE, day=day), 0.0
    for minute in range(0, 2 * 1440, 15):
        inputs = replace(
            CALM,
            minute=None if day is None else minute % 1440,
            day=None if day is None else day + minute // 1440,
            litres=litres,
            air=air,
            values=(None, None, None),
            vwc=None,
            probes=0,
        )
        memory, dose = plan(params, memory, inputs, minute * 60.0)
        litres += 0.0 if dose is None else dose.litres
    return litres


def test_a_hot_day_is_watered_more_and_a_dull_one_less() -> None:
    usual = watered(())
    assert usual > 0.0
    assert 1.1 < watered(days(1.2, 1.2)) / usual <= 1.25
    assert 0.75 <= watered(days(0.8, 0.8)) / usual < 0.9


@pytest.mark.parametrize("wild", [5.0, 1e300, float("inf"), -3.0, 0.0, float("nan")])
def test_whatever_a_forecast_says_it_moves_no_more_than_a_fifth(wild: float) -> None:
    least, most = watered(days(0.8, 0.8)), watered(days(1.2, 1.2))
    assert least <= watered(days(wild, wild)) <= most


def test_what_the_house_measures_itself_follows_no_forecast() -> None:
    assert watered(days(1.2, 1.2), SEEN) == watered((), SEEN)


def test_a_forecast_of_days_gone_by_or_without_a_clock_is_none() -> None:
    old = tuple((TODAY - n, 1.2) for n in (1, 2))
    assert watered(old) == watered(())
    assert watered(days(1.2, 1.2), day=None) == watered((), day=None)


def test_what_is_learnt_of_days_is_learnt_without_the_forecast() -> None:
    warm = Air(air_c=30.0)
    plain = replace(CALM, day=TODAY, air=warm, values=())
    memories = [
        _day_of(replace(ADAPTIVE, forecast=forecast), plain) for forecast in ((), days(1.2, 1.2))
    ]
    first, second = (memory.belief for memory in memories)
    assert first is not None
    assert second is not None
    assert first.climate == second.climate
    assert first.deficit_l < second.deficit_l


def _day_of(params: ZoneParams, inputs: Inputs) -> ZoneMemory:
    """A day and a half on which nothing is watered: a person has paused it."""
    memory = ZoneMemory(state=ZoneState.IDLE)
    for minute in range(0, 36 * 60, 15):
        at = replace(inputs, minute=minute % 1440, day=TODAY + minute // 1440, paused=True)
        memory, _ = plan(params, memory, at, minute * 60.0)
    return memory


class TestAhead:
    def zone(self, lacks_l: float, **other: object) -> tuple[ZoneParams, ZoneMemory]:
        params = replace(ADAPTIVE, window=(360, 1020), **other)  # type: ignore[arg-type]  # fields by name
        known = belief.first(params.garden, params.full_point - lacks_l / params.root_l)
        return params, ZoneMemory(state=ZoneState.IDLE, belief=known)

    def told(self, minute: int | None, lacks_l: float = 0.0, **other: object) -> Ahead | None:
        params, memory = self.zone(lacks_l, **other)
        inputs = replace(CALM, minute=minute, day=TODAY)
        return ahead(params, memory, inputs, Reason.WET_ENOUGH)

    def test_the_drier_the_sooner_and_the_hotter_the_sooner(self) -> None:
        wet, dry = self.told(480), self.told(480, 0.15)
        hot = self.told(480, forecast=days(1.2))
        assert wet is not None
        assert dry is not None
        assert hot is not None
        assert 0.0 < dry.seconds < wet.seconds
        assert hot.seconds < wet.seconds
        assert (wet.by, hot.by) == (Outlook.USUAL, Outlook.FORECAST)

    def test_what_is_told_stands_still_while_time_passes(self) -> None:
        told = {
            minute + found.seconds / 60.0
            for minute in range(481, 510)
            if (found := self.told(minute, 0.1)) is not None
        }
        assert len(told) <= 2, "the books of the bench do not go on while its clock does"
        assert {at % 30 for at in told} == {0}

    def test_it_waits_for_the_hours_of_watering(self) -> None:
        evening = self.told(1200, 0.27)
        assert evening is not None
        assert evening.seconds == pytest.approx((1440 - 1200 + 360) * 60.0, abs=1800.0)

    def test_a_timer_tells_its_next_slot(self) -> None:
        assert self.told(430, strategy=Strategy.TIMER) == Ahead(170 * 60.0, Outlook.PROGRAMME)
        assert self.told(1000, strategy=Strategy.TIMER) == Ahead(860 * 60.0, Outlook.PROGRAMME)

    def test_nothing_is_told_that_nobody_knows(self) -> None:
        assert self.told(None) is None
        assert self.told(480, strategy=Strategy.THRESHOLD) is None
        params, memory = self.zone(0.0)
        inputs = replace(CALM, minute=480, day=TODAY)
        assert ahead(params, memory, inputs, Reason.PAUSED) is None
        assert ahead(params, replace(memory, belief=None), inputs, None) is None

    def test_people_hear_of_another_hour_not_of_another_minute(self) -> None:
        assert not has_moved(None, None)
        assert has_moved(None, 5)
        assert has_moved(5, None)
        assert not has_moved(0, 3_599_000)
        assert has_moved(3_600_000, 0)


def test_the_days_of_a_document_are_those_of_the_zone() -> None:
    told = {date(2026, 3, 2): 1.1, date(2026, 3, 1): 0.9}
    params = params_of(BUILT, None, told)
    first = (date(2026, 3, 1) - EPOCH).days
    assert params.forecast == ((first, 0.9), (first + 1, 1.1))


def test_the_hour_of_the_next_dose_is_told_with_why_the_zone_rests(rig: Rig) -> None:
    rig.seconds(180)
    (told,) = [event for event in rig.events(EventKind.MODE) if event["zone"] == "z1"]
    assert told["reason"] == Reason.WET_ENOUGH
    assert told["next_by"] == Outlook.USUAL
    assert isinstance(told["next_ms"], int)
