"""What irrigation cannot mend, told by the real agent: once when it begins, once when it ends."""

from dataclasses import replace

import pytest

from edge.flow_watch import FlowWatch
from edge.house import Moment
from edge.onlooker import look
from edge.readings import Answer, Quantity, Reading, Receipt
from edge.trust import Trust
from edge.view import View
from tests.edge.rig import Rig
from wire.codes import Alarm, EventKind, SensorFault

USUAL_LPM = 5.0
"""A quarter above what the rig's line carries: emitters have clogged."""

HOT: Answer = {Quantity.AIR_C: Reading(0, 42.0), Quantity.RH: Reading(0, 0.7)}
MILD: Answer = {Quantity.AIR_C: Reading(0, 30.0), Quantity.RH: Reading(0, 0.7)}


@pytest.fixture
def clogged(rig: Rig) -> Rig:
    rig.seconds(20)
    zone = rig.runtime.agent._house.zones["z1"]
    zone.flow = FlowWatch(zone.params.nominal_lpm, USUAL_LPM, 200.0)
    return rig


def watered(rig: Rig, doses: int, first: int = 1) -> None:
    for number in range(first, first + doses):
        rig.water("z1", litres=4.0, id_=f"command{number:04}")
        rig.seconds(120)


def breathed(rig: Rig, air: Answer, minutes: int) -> None:
    for _ in range(minutes):
        receipt = Receipt("air", rig.clock.mono(), air)
        rig.runtime.agent._house.senses._house.take(receipt)
        rig.seconds(60)


def view(rig: Rig) -> View:
    moment = Moment(rig.clock.mono(), rig.clock.wall())
    return look(rig.runtime.agent._house, moment, connected=False)


def told(rig: Rig, kind: EventKind) -> list[tuple[object, object, object]]:
    return [(event["zone"], event["code"], event["on"]) for event in rig.events(kind)]


def test_clogged_emitters_are_told_once_and_watering_goes_on(clogged: Rig) -> None:
    watered(clogged, 6)
    assert told(clogged, EventKind.ALARM) == [("z1", Alarm.CLOGGED, "clogged")]
    assert view(clogged).zones[0].alarm is Alarm.CLOGGED
    assert len(clogged.events(EventKind.DOSE_ENDED)) == 6


def test_a_power_cut_does_not_forget_what_was_told(clogged: Rig) -> None:
    watered(clogged, 6)
    clogged.power_cut()
    clogged.start()
    clogged.seconds(20)
    watered(clogged, 2, first=7)
    assert len(told(clogged, EventKind.ALARM)) == 1
    assert clogged.runtime.agent._house.zones["z1"].flow.told is Alarm.CLOGGED


def test_a_mended_line_is_told(clogged: Rig) -> None:
    watered(clogged, 6)
    zone = clogged.runtime.agent._house.zones["z1"]
    zone.flow = FlowWatch(zone.params.nominal_lpm, 4.0, 200.0, told=Alarm.CLOGGED, low=0.05)
    watered(clogged, 2, first=7)
    assert told(clogged, EventKind.ALARM_OVER) == [("z1", Alarm.CLOGGED, "")]


def test_a_probe_that_stands_still_is_named_and_named_again_when_it_moves(rig: Rig) -> None:
    rig.seconds(700)
    zone = rig.runtime.agent._house.zones["z1"]
    belief = zone.memory.belief
    assert belief is not None
    doubted = replace(belief, trust={"2": Trust(is_trusted=False)})
    zone.memory = replace(zone.memory, belief=doubted)
    rig.seconds(30)
    (fault,) = rig.events(EventKind.SENSOR_FAULT)
    assert (fault["sensor"], fault["code"], fault["lost"]) == ("p2", SensorFault.STUCK, 1)
    zone.memory = replace(zone.memory, belief=replace(doubted, trust={}))
    rig.seconds(30)
    (well,) = rig.events(EventKind.SENSOR_WELL)
    assert (well["sensor"], well["lost"]) == ("p2", 0)


def test_an_hour_of_heat_is_told_once_and_its_end_too(rig: Rig) -> None:
    rig.seconds(20)
    breathed(rig, HOT, 60)
    assert told(rig, EventKind.ALARM) == [(None, Alarm.HEAT, "heat")]
    assert view(rig).alarms == (Alarm.HEAT,)
    breathed(rig, MILD, 5)
    assert told(rig, EventKind.ALARM_OVER) == [(None, Alarm.HEAT, "")]
    assert view(rig).alarms == ()
