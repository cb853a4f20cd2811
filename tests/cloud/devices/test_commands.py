"""Asking for water and stopping it: nothing is claimed before the device has said it."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from cloud.db import writing
from cloud.devices import link, service
from cloud.devices.models import Command, CommandState
from cloud.devices.refusals import AlreadyAsked, BadAmount, KeyReused, NoDevice
from cloud.devices.rules import ANSWER_GRACE, START_LIFE, Amount
from cloud.errors import NotFound
from edge.zones import LINE_WAIT_S
from tests.cloud.conftest import FixedClock, Seeded
from tests.cloud.telemetry.sender import Sender
from wire.codes import EventKind, Op
from wire.messages import Data, Will

MINUTE = Amount(seconds=60.0)


@dataclass
class Desk:
    """A farmer at the page and the device in the greenhouse, around one database."""

    engine: Engine
    clock: FixedClock
    seeded: Seeded

    @property
    def device(self) -> str:
        return self.seeded.device.id

    def water(self, amount: Amount = MINUTE, zone: int = 0, key: str | None = None) -> Command:
        place = self.seeded.zones[zone].public_id
        return self.ask(
            lambda session: service.request_water(
                session, self.seeded.farmer.principal, place, amount, self.clock.now(), key
            )
        )

    def stop(self, key: str | None = None) -> Command:
        house = self.seeded.greenhouse.public_id
        return self.ask(
            lambda session: service.request_stop(
                session, self.seeded.farmer.principal, house, self.clock.now(), key
            )
        )

    def resume(self) -> Command:
        house = self.seeded.greenhouse.public_id
        return self.ask(
            lambda session: service.request_resume(
                session, self.seeded.farmer.principal, house, self.clock.now()
            )
        )

    def ask(self, what: Callable[[Session], Command]) -> Command:
        with Session(writing(self.engine), expire_on_commit=False) as session, session.begin():
            return what(session)

    def birth(self) -> None:
        with Session(writing(self.engine)) as session, session.begin():
            link.record_birth(session, self.device, Sender(self.device).birth(), self.clock.now())

    def hear(self) -> None:
        """A row of the device has come in."""
        with Session(writing(self.engine)) as session, session.begin():
            link.record_heard(session, [self.device], self.clock.now())

    def tell(self, kind: EventKind, data: Data) -> None:
        with Session(writing(self.engine)) as session, session.begin():
            link.record_told(session, self.device, kind, data, self.clock.now())

    def outgoing(self) -> list[str]:
        with Session(writing(self.engine)) as session, session.begin():
            found = link.claim_outgoing(session, self.clock.now())
            return [command.public_id for command in found]

    def wanted(self, command: Command) -> bool:
        with Session(self.engine) as session:
            return link.still_wanted(session, self.device, command.public_id, self.clock.now())

    def expire(self) -> list[str]:
        with Session(writing(self.engine)) as session, session.begin():
            return link.expire_overdue(session, self.clock.now())

    def now(self, command: Command) -> Command:
        with Session(self.engine) as session:
            return service.command(session, self.seeded.farmer.principal, command.public_id)


@pytest.fixture
def desk(engine: Engine, clock: FixedClock, seeded: Seeded) -> Desk:
    desk = Desk(engine, clock, seeded)
    desk.birth()
    return desk


def test_a_wish_goes_out_once_with_both_bounds(desk: Desk) -> None:
    command = desk.water()
    wire = link.wire_command(command)
    assert (wire.op, wire.zone, wire.max_s, wire.litres) == (Op.WATER, "z1", 60.0, 9.0)
    assert wire.exp - wire.iat == START_LIFE.total_seconds() * 1000
    assert desk.outgoing() == [command.public_id]
    assert desk.outgoing() == []


def test_a_wish_that_waited_too_long_is_neither_sent_nor_confirmed(desk: Desk) -> None:
    command = desk.water()
    assert desk.wanted(command)
    desk.clock.advance(seconds=START_LIFE.total_seconds())
    assert desk.outgoing() == []
    assert not desk.wanted(command)


def test_a_wish_nobody_answered_is_presumed_expired_until_the_device_knows_better(
    desk: Desk,
) -> None:
    command = desk.water()
    desk.clock.advance(seconds=(START_LIFE + ANSWER_GRACE).total_seconds())
    assert desk.expire() == []
    desk.clock.advance(seconds=1)
    assert desk.expire() == [desk.device]
    assert desk.now(command).state is CommandState.EXPIRED
    desk.tell(EventKind.COMMAND_DONE, {"id": command.public_id, "litres": 5.5})
    assert desk.now(command).state is CommandState.DONE
    assert desk.now(command).litres_given == 5.5


def test_a_promised_wish_may_wait_for_another_zone_to_be_watered(desk: Desk) -> None:
    command = desk.water()
    desk.tell(EventKind.COMMAND_ACCEPTED, {"id": command.public_id})
    desk.clock.advance(seconds=(START_LIFE + ANSWER_GRACE).total_seconds() + LINE_WAIT_S)
    assert desk.expire() == []
    desk.clock.advance(seconds=1)
    assert desk.expire() == [desk.device]
    desk.tell(EventKind.COMMAND_RUNNING, {"id": command.public_id})
    assert desk.now(command).state is CommandState.RUNNING


def test_a_refusal_carries_the_devices_reason(desk: Desk) -> None:
    command = desk.water()
    desk.tell(EventKind.COMMAND_REJECTED, {"id": command.public_id, "reason": "no_tank"})
    assert desk.now(command).state is CommandState.REJECTED
    assert desk.now(command).reason == "no_tank"


def test_a_device_speaks_of_its_own_commands_only(desk: Desk) -> None:
    command = desk.water()
    with Session(writing(desk.engine)) as session, session.begin():
        data: Data = {"id": command.public_id}
        link.record_told(
            session, "ponmlkjihgfedcba", EventKind.COMMAND_DONE, data, desk.clock.now()
        )
        assert not link.still_wanted(
            session, "ponmlkjihgfedcba", command.public_id, desk.clock.now()
        )
    desk.tell(EventKind.COMMAND_DONE, {"id": "zzzzzzzzzz"})
    desk.tell(EventKind.COMMAND_DONE, {})
    assert desk.now(command).state is CommandState.SENDING


def test_one_watering_of_a_zone_at_a_time(desk: Desk) -> None:
    desk.water()
    with pytest.raises(AlreadyAsked):
        desk.water()
    desk.water(zone=1)


def test_a_pressed_button_pressed_again_is_the_same_wish(desk: Desk) -> None:
    first = desk.water(key="the same key")
    assert desk.water(key="the same key").id == first.id
    with pytest.raises(KeyReused):
        desk.stop(key="the same key")


@pytest.mark.parametrize(
    "amount",
    [
        Amount(),
        Amount(litres=0.0),
        Amount(seconds=-1.0),
        Amount(litres=1.0, seconds=1.0),
        Amount(seconds=service.MAX_WATER_S + 1),
        Amount(litres=service.MAX_WATER_L + 1),
        Amount(seconds=float("nan")),
    ],
)
def test_an_odd_amount_is_refused(desk: Desk, amount: Amount) -> None:
    with pytest.raises(BadAmount):
        desk.water(amount)


def test_a_zone_whose_device_never_spoke_cannot_be_watered(
    engine: Engine, clock: FixedClock, seeded: Seeded
) -> None:
    with pytest.raises(NoDevice):
        Desk(engine, clock, seeded).water()


def test_another_cooperatives_zone_does_not_exist(desk: Desk) -> None:
    neighbour = desk.seeded.neighbour.principal
    with Session(desk.engine) as session, pytest.raises(NotFound):
        service.request_stop(
            session, neighbour, desk.seeded.greenhouse.public_id, desk.clock.now()
        )


def test_stop_cancels_what_no_valve_has_followed_yet(desk: Desk) -> None:
    sent, running = desk.water(zone=0), desk.water(zone=1)
    desk.tell(EventKind.COMMAND_RUNNING, {"id": running.public_id})
    desk.stop()
    assert desk.now(sent).state is CommandState.CANCELLED
    assert not desk.wanted(sent)
    assert desk.now(running).state is CommandState.RUNNING, "the device will say how it ended"


def test_stops_are_numbered_and_only_the_newest_goes_out(desk: Desk) -> None:
    first, second = desk.stop(), desk.stop()
    assert (first.stop_number, second.stop_number) == (1, 2)
    assert desk.outgoing() == [second.public_id]


def test_a_stop_never_expires_and_goes_out_at_every_birth_until_confirmed(desk: Desk) -> None:
    stop = desk.stop()
    assert desk.outgoing() == [stop.public_id]
    for _ in range(3):
        desk.clock.advance(days=30)
        assert desk.expire() == []
        desk.birth()
        assert desk.outgoing() == [stop.public_id]
    desk.tell(EventKind.STOPPED, {"n": 1})
    assert desk.now(stop).state is CommandState.DONE
    desk.birth()
    assert desk.outgoing() == []


def test_one_closing_event_confirms_all_stops_up_to_it(desk: Desk) -> None:
    stops = [desk.stop() for _ in range(3)]
    desk.tell(EventKind.STOPPED, {"n": 2})
    states = [desk.now(stop).state for stop in stops]
    assert states == [CommandState.DONE, CommandState.DONE, CommandState.SENDING]
    desk.tell(EventKind.STOPPED, {"n": "3"})
    assert desk.now(stops[2]).state is CommandState.SENDING


def test_a_worker_that_died_before_sending_a_stop_sends_it_when_it_is_back(desk: Desk) -> None:
    stop = desk.stop()
    assert desk.outgoing() == [stop.public_id]
    with Session(writing(desk.engine)) as session, session.begin():
        link.resend_stops(session)
    assert desk.outgoing() == [stop.public_id]


def test_a_stop_goes_out_again_while_the_device_speaks_of_other_things(desk: Desk) -> None:
    """The broker has lost it, and the line holds: no birth will come."""
    stop = desk.stop()
    assert desk.outgoing() == [stop.public_id]
    desk.clock.advance(seconds=60)
    assert desk.outgoing() == []  # nobody is there to hear it
    desk.hear()
    assert desk.outgoing() == [stop.public_id]
    desk.clock.advance(seconds=20)
    desk.hear()
    assert desk.outgoing() == []  # it has not had time to answer
    desk.tell(EventKind.STOPPED, {"n": 1})
    desk.clock.advance(seconds=60)
    desk.hear()
    assert desk.outgoing() == []


def test_resuming_is_confirmed_like_any_start(desk: Desk) -> None:
    resume = desk.resume()
    assert desk.wanted(resume)
    desk.stop()
    assert not desk.wanted(resume)


def test_a_last_will_counts_for_its_own_connection_only(desk: Desk) -> None:
    for session_number, ended in ((99, False), (1, True)):
        with Session(writing(desk.engine)) as session, session.begin():
            link.record_will(session, desk.device, Will(session=session_number), desk.clock.now())
            found = service.current_session(session, desk.device)
            assert found is not None
            assert (found.ended_at is not None) is ended


def test_a_sign_of_life_is_written_down_once_a_second(desk: Desk) -> None:
    for advance, expected in ((0.5, 0.0), (1.0, 1.5)):
        desk.clock.advance(seconds=advance)
        with Session(writing(desk.engine)) as session, session.begin():
            link.record_heard(session, [desk.device], desk.clock.now())
        with Session(desk.engine) as session:
            found = service.current_session(session, desk.device)
            assert found is not None
            assert (found.heard_at - found.born_at).total_seconds() == expected
