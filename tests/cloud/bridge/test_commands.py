"""Commands from the tap to the valve and back: each state is the device's own word."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from cloud.db import writing
from cloud.devices import service as devices
from cloud.devices.models import Command, CommandState
from cloud.devices.refusals import BadPause
from cloud.devices.rules import Amount
from cloud.errors import NotFound
from tests.cloud.bridge.bridge import Bridge
from tests.cloud.conftest import Member, Seeded
from wire.codes import Fault

HOUR = timedelta(hours=1)


@dataclass
class Tapper:
    """Somebody at the page."""

    engine: Engine
    seeded: Seeded
    bridge: Bridge

    @property
    def house(self) -> str:
        return self.seeded.greenhouse.public_id

    @property
    def zone(self) -> str:
        return self.seeded.zones[0].public_id

    def ask(self, what: Callable[[Session], Command]) -> Command:
        with Session(writing(self.engine), expire_on_commit=False) as session, session.begin():
            return what(session)

    def pause(self, lasts: timedelta = HOUR, who: Member | None = None) -> Command:
        principal, now = (who or self.seeded.farmer).principal, self.bridge.clock.now()
        return self.ask(lambda s: devices.request_pause(s, principal, self.house, lasts, now))

    def resume(self) -> Command:
        who, now = self.seeded.farmer.principal, self.bridge.clock.now()
        return self.ask(lambda s: devices.request_resume(s, who, self.house, now))

    def clear(self) -> Command:
        who, now = self.seeded.farmer.principal, self.bridge.clock.now()
        return self.ask(lambda s: devices.request_clear_fault(s, who, self.zone, now))

    def identify(self) -> Command:
        who, now = self.seeded.farmer.principal, self.bridge.clock.now()
        return self.ask(lambda s: devices.request_identify(s, who, self.house, now))

    def water(self, seconds: float = 60.0) -> Command:
        who, now = self.seeded.farmer.principal, self.bridge.clock.now()
        amount = Amount(seconds=seconds)
        return self.ask(lambda s: devices.request_water(s, who, self.zone, amount, now))

    def now(self, command: Command) -> Command:
        with Session(self.engine) as session:
            return devices.command(session, self.seeded.farmer.principal, command.public_id)


@pytest.fixture
def tapper(engine: Engine, seeded: Seeded, bridge: Bridge) -> Tapper:
    return Tapper(engine, seeded, bridge)


def rests_s(bridge: Bridge) -> float:
    """For how long automation still rests."""
    return bridge.rig.runtime.agent._house.pause.left(bridge.rig.clock.mono())


def fault(bridge: Bridge) -> Fault | None:
    return bridge.rig.zones[0].memory.fault


def test_water_is_sending_accepted_open_flowing_and_done(bridge: Bridge, tapper: Tapper) -> None:
    asked, seen = tapper.water(), []
    for _ in range(8):
        bridge.round()
        state = tapper.now(asked).state
        seen += [] if state in seen else [state]
    bridge.seconds(90)
    bridge.rows()
    seen.append(tapper.now(asked).state)
    order = [CommandState.RUNNING, CommandState.FLOWING, CommandState.DONE]
    assert [state for state in seen if state is not CommandState.ACCEPTED] == order
    assert (tapper.now(asked).litres_given or 0.0) == pytest.approx(4.0, abs=0.5)


def test_a_pause_rests_automation_for_its_time_and_a_resume_ends_it(
    bridge: Bridge, tapper: Tapper
) -> None:
    asked = tapper.pause()
    bridge.round()
    assert tapper.now(asked).state is CommandState.DONE
    assert rests_s(bridge) == pytest.approx(HOUR.total_seconds(), abs=6)
    again = tapper.resume()
    bridge.round()
    assert tapper.now(again).state is CommandState.DONE
    assert rests_s(bridge) == 0.0


def test_a_fault_is_cleared_from_afar_unless_only_eyes_can_judge_it(
    bridge: Bridge, tapper: Tapper
) -> None:
    bridge.rig.flows = False
    failed = tapper.water(300.0)
    bridge.round()
    bridge.seconds(120)
    bridge.rows()
    assert tapper.now(failed).state is CommandState.FAILED
    assert fault(bridge) is Fault.NO_FLOW
    cleared = tapper.clear()
    bridge.round()
    assert tapper.now(cleared).state is CommandState.DONE
    assert fault(bridge) is None
    memory = bridge.rig.zones[0].memory
    bridge.rig.zones[0].memory = type(memory)(now=memory.now, fault=Fault.STUCK_OPEN)
    refused = tapper.clear()
    bridge.round()
    told = tapper.now(refused)
    assert (told.state, told.reason) == (CommandState.REJECTED, Fault.STUCK_OPEN)


def test_a_box_without_lamp_and_buzzer_says_that_it_cannot_be_called(
    bridge: Bridge, tapper: Tapper
) -> None:
    asked = tapper.identify()
    bridge.round()
    told = tapper.now(asked)
    assert (told.state, told.reason) == (CommandState.REJECTED, "unsupported")


@pytest.mark.parametrize("lasts", [timedelta(seconds=59), timedelta(days=7, seconds=1)])
def test_a_rest_is_a_minute_to_a_week(tapper: Tapper, lasts: timedelta) -> None:
    with pytest.raises(BadPause):
        tapper.pause(lasts)
    assert tapper.pause(timedelta(days=7)).for_s == 604_800.0


def test_the_neighbour_rests_nothing_here(tapper: Tapper) -> None:
    with pytest.raises(NotFound):
        tapper.pause(who=tapper.seeded.neighbour)
