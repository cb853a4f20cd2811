"""STOP works also when the cloud has forgotten how many there were."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, update

from cloud.db import writing
from cloud.devices import service
from cloud.devices.models import CommandState, Device
from tests.cloud.conftest import FixedClock, Seeded
from tests.cloud.devices.test_commands import Desk
from wire.codes import EventKind
from wire.messages import Data


@pytest.fixture
def desk(engine: Engine, clock: FixedClock, seeded: Seeded) -> Desk:
    return Desk(engine, clock, seeded)


@pytest.fixture
def stale(desk: Desk) -> Callable[[str, int], None]:
    """The device says that it has obeyed so many already."""

    def tell(command: str, number: int) -> None:
        data: Data = {"id": command, "reason": "stale", "n": number}
        desk.tell(EventKind.COMMAND_REJECTED, data)

    return tell


def forget(desk: Desk) -> None:
    """What putting a backup back by hand does to the count."""
    with Session(writing(desk.engine)) as session, session.begin():
        session.exec(update(Device).values(stop_counter=0))


def test_a_stop_the_device_holds_for_old_goes_out_at_once_with_a_higher_number(
    desk: Desk, stale: Callable[[str, int], None]
) -> None:
    stop = desk.stop()
    assert desk.outgoing() == [stop.public_id]
    stale(stop.public_id, 41)
    assert (desk.now(stop).stop_number, desk.now(stop).state) == (42, CommandState.SENDING)
    assert desk.outgoing() == [stop.public_id]
    desk.tell(EventKind.STOPPED, {"n": 42})
    assert desk.now(stop).state is CommandState.DONE
    assert desk.stop().stop_number == 43


def test_an_old_closing_event_that_comes_again_does_not_pass_for_the_new_stop(
    desk: Desk, stale: Callable[[str, int], None]
) -> None:
    """After a restore the device resends its history, and the STOP it ignored looks obeyed."""
    desk.stop()
    forget(desk)
    stop = desk.stop()
    desk.outgoing()
    desk.tell(EventKind.STOPPED, {"n": 1})
    assert desk.now(stop).state is CommandState.DONE, "told by history, and not true"
    stale(stop.public_id, 1)
    assert desk.now(stop).state is CommandState.SENDING
    assert desk.now(stop).stop_number == 2


def test_an_older_stop_delivered_late_stops_nothing_again(
    desk: Desk, stale: Callable[[str, int], None]
) -> None:
    first, second = desk.stop(), desk.stop()
    desk.outgoing()
    desk.tell(EventKind.STOPPED, {"n": 2})
    stale(first.public_id, 2)
    assert [desk.now(one).state for one in (first, second)] == [CommandState.DONE] * 2
    assert desk.outgoing() == []


@pytest.mark.parametrize("number", [-1, 0, 2**60, 2**70])
def test_a_device_that_lies_about_its_count_moves_nothing(
    desk: Desk, stale: Callable[[str, int], None], number: int
) -> None:
    stop = desk.stop()
    desk.outgoing()
    stale(stop.public_id, number)
    desk.tell(EventKind.STOPPED, {"n": number})
    assert desk.now(stop).stop_number == 1
    assert desk.outgoing() == []
    assert desk.stop().stop_number == 2


def test_history_raises_the_count(desk: Desk) -> None:
    desk.tell(EventKind.STOPPED, {"n": 7})
    assert desk.stop().stop_number == 8


def test_after_a_restore_the_count_is_far_above_all_that_was_sent(desk: Desk) -> None:
    desk.stop()
    with Session(writing(desk.engine)) as session, session.begin():
        service.skip_ahead(session)
    assert desk.stop().stop_number == 2 + service.SKIPPED
