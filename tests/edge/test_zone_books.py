"""What a zone has taken, and when its day is over."""

from dataclasses import replace

import pytest

from edge.control import Delivery, ZoneMemory
from edge.zone_books import at_boot, booked
from tests.edge.zone_bench import CALM, PARAMS, dose
from wire.codes import ZoneState

HOUR = 3600.0
BOOTED = 500.0


def day_over(memory: ZoneMemory, now: float, day: int | None) -> bool:
    return booked(PARAMS, memory, replace(CALM, day=day), now).day_l == 0.0


@pytest.fixture
def today() -> ZoneMemory:
    """Some hours into the sixth day, eighty litres given."""
    memory = at_boot(BOOTED, day=6, day_l=80.0)
    return replace(memory, state=ZoneState.IDLE, slots_done=3)


def test_a_start_knows_todays_litres_and_its_own_time() -> None:
    memory = at_boot(BOOTED, day=6, day_l=80.0)
    assert (memory.day, memory.day_l, memory.day_start) == (6, 80.0, BOOTED)
    assert (memory.since, memory.now) == (BOOTED, BOOTED)


def test_midnight_begins_the_day_and_its_slots_anew(today: ZoneMemory) -> None:
    rolled = booked(PARAMS, today, replace(CALM, day=7), BOOTED + HOUR)
    assert (rolled.day, rolled.day_l, rolled.slots_done) == (7, 0.0, 0)
    assert rolled.day_start == BOOTED + HOUR


@pytest.mark.parametrize("day", [None, 5], ids=["untrusted clock", "clock set back"])
@pytest.mark.parametrize(("hours", "over"), [(24 * HOUR - 1, False), (24 * HOUR, True)])
def test_without_a_later_date_a_day_is_24_hours_of_uptime(
    today: ZoneMemory, hours: float, day: int | None, *, over: bool
) -> None:
    assert day_over(today, BOOTED + hours, day) is over


def test_the_same_date_is_the_same_day_however_long_it_lasts(today: ZoneMemory) -> None:
    assert not day_over(today, BOOTED + 100 * HOUR, 6)


def test_water_and_open_time_go_to_the_dose_while_the_valve_is_meant_to_be_open() -> None:
    memory = replace(at_boot(BOOTED), state=ZoneState.RUN, delivery=Delivery(dose()))
    memory = booked(PARAMS, memory, replace(CALM, litres=0.5), BOOTED + 10)
    memory = replace(memory, state=ZoneState.SOAK)
    memory = booked(PARAMS, memory, replace(CALM, litres=0.7), BOOTED + 40)
    assert memory.delivery is not None
    assert (memory.delivery.open_s, memory.delivery.given_l) == (10.0, 0.7)
    assert memory.day_l == pytest.approx(0.7)


def test_a_total_that_starts_again_takes_nothing_back(today: ZoneMemory) -> None:
    memory = replace(today, litres=50.0)
    assert booked(PARAMS, memory, replace(CALM, day=6, litres=1.0), BOOTED + 1).day_l == 80.0
