"""Looks after what irrigation cannot mend, and tells each thing once: lines, air, probes."""

from edge import air_watch, flow_watch, learnt
from edge.house import House, Moment
from edge.recorder import Entry, Recorder
from edge.zones import ZoneKeeper
from wire.codes import Alarm, EventKind


def look(house: House, recorder: Recorder, moment: Moment) -> None:
    """Once a tick."""
    for zone in house.zones.values():
        _look_at_line(house, zone, recorder, moment)
        house.senses.doubt(zone.key, zone.doubted)
    before = house.air
    senses = house.senses
    house.air = air_watch.watched(before, senses.air(moment.mono), senses.charge(), moment.mono)
    was, on = _told(before), _told(house.air)
    if was == on:
        return
    with recorder.entry() as entry:
        _tell(entry, None, was, on)


def alarms(house: House) -> tuple[Alarm, ...]:
    """What is on in the house: its air, and the batteries of its nodes."""
    return tuple(sorted(_told(house.air)))


def _look_at_line(house: House, zone: ZoneKeeper, recorder: Recorder, moment: Moment) -> None:
    was = zone.flow.told
    inputs = house.inputs(zone, moment)
    zone.flow = flow_watch.watched(zone.flow, zone.memory.state, inputs, moment.mono)
    if zone.flow.told is was:
        return
    with recorder.entry() as entry:
        learnt.note_flow(zone, entry)
        _tell(entry, zone.key, _set(was), _set(zone.flow.told))


def _tell(entry: Entry, zone: str | None, was: frozenset[Alarm], on: frozenset[Alarm]) -> None:
    """Each event names all that is on after it: whoever hears only the last knows the rest."""
    left = ",".join(sorted(on))
    for kind, changed in ((EventKind.ALARM_OVER, was - on), (EventKind.ALARM, on - was)):
        for alarm in sorted(changed):
            entry.event(kind, zone, {"code": alarm.value, "on": left})


def _told(air: air_watch.AirWatch) -> frozenset[Alarm]:
    return frozenset(alarm for alarm, watch in air.items() if watch.told)


def _set(alarm: Alarm | None) -> frozenset[Alarm]:
    return frozenset() if alarm is None else frozenset({alarm})
