"""Stops, pauses and resumes the whole house, and writes each down before anybody is told."""

from dataclasses import dataclass
from typing import Final

from edge import standstill, watchers
from edge.change import Facts
from edge.house import House, Moment
from edge.recorder import Entry, Recorder
from edge.standstill import Halt, Pause
from edge.store import Store
from edge.zones import ZoneKeeper
from wire.codes import ClockQuality, Ended, EventKind, Reason

META_HOLD: Final = "hold"
META_STOP_N: Final = "stop_n"
META_LOCKOUT: Final = "lockout"
META_PAUSE: Final = "pause"
"""End on the wall clock, or nothing where none was believed, and whole seconds asked for."""
META_PAUSE_LEFT: Final = "pause_left_s"
META_HALTED: Final = "halted_s"

NO_PAUSE: Final = ""


@dataclass(frozen=True, slots=True)
class Barred:
    """By what a person keeps the whole house shut."""

    hold: bool = False
    locked: bool = False


UNBARRED: Final = Barred()


def barred(house: House) -> Barred:
    return Barred(house.hold, house.locked)


def bar_again(house: House, recorder: Recorder, before: Barred) -> None:
    """What was stopped when the card refused to take it is stopped in this life too."""
    if before.hold and not house.hold:
        stop(house, recorder, {})
    if before.locked and not house.locked:
        house.interlock.trip()
        lock(house, recorder)


def stop(house: House, recorder: Recorder, facts: Facts, command: str | None = None) -> None:
    """Shut everything now; it holds until somebody lets water flow again."""
    house.valves.all_off(Ended.STOPPED)
    house.hold = True
    with recorder.entry() as entry:
        _call_off_all(house, Reason.HOLD, entry)
        entry.change.set_meta(META_HOLD, "1")
        entry.change.set_meta(META_STOP_N, str(house.stop_n))
        if command is not None:
            entry.change.see_command(command, entry.stamp.wall.unix_ms)
        entry.event(EventKind.STOPPED, None, {"n": house.stop_n, **facts})


def lock(house: House, recorder: Recorder) -> None:
    """The emergency stop has shut the valves; only somebody before the box lifts it."""
    house.locked = True
    with recorder.entry() as entry:
        _call_off_all(house, Reason.LOCKOUT, entry)
        entry.change.set_meta(META_LOCKOUT, "1")
        entry.event(EventKind.LOCKED, None, {})


def unlock(house: House, entry: Entry) -> bool:
    """Lift the emergency stop, if its contact is closed; the card knows it first."""
    if not house.interlock.lift():
        return False
    house.locked = False
    entry.change.set_meta(META_LOCKOUT, "0")
    return True


def pause(house: House, entry: Entry, for_s: float, now: float) -> None:
    """Automation rests for some hours or days, power cuts included."""
    wall_ms = believed_ms(entry.stamp.wall.quality, entry.stamp.wall.unix_ms)
    house.pause = standstill.pause(for_s, now, wall_ms)
    until = "" if house.pause.until_ms is None else str(house.pause.until_ms)
    entry.change.set_meta(META_PAUSE, f"{until}/{for_s:.0f}")
    entry.change.set_meta(META_PAUSE_LEFT, f"{for_s:.0f}")
    entry.event(EventKind.PAUSED, None, {"for_s": round(for_s)})


def resume(house: House, entry: Entry, facts: Facts) -> None:
    """Let water flow again after STOP or a pause; the emergency stop is not touched."""
    house.hold, house.pause = False, Pause()
    entry.change.set_meta(META_HOLD, "0")
    entry.change.set_meta(META_PAUSE, NO_PAUSE)
    entry.event(EventKind.RESUMED, None, facts)


def watch(house: House, recorder: Recorder, moment: Moment) -> None:
    """Once a tick: notice the emergency stop, a better clock, and a halt that lasts too long."""
    if house.interlock.is_tripped() and not house.locked:
        lock(house, recorder)
    wall_ms = believed_ms(moment.wall.quality, moment.wall.unix_ms)
    house.pause = standstill.surer(house.pause, moment.mono, wall_ms)
    barred = house.hold or house.locked
    house.halt, is_too_long = standstill.watch(house.halt, moment.mono, halted=barred)
    if is_too_long:
        reason = Reason.LOCKOUT if house.locked else Reason.HOLD
        with recorder.entry() as entry:
            _note_halt(house, entry, moment.mono)
            hours = standstill.TOO_LONG_S / 3600
            why = f"no zone has been watered for {hours:g} hours: {reason.value}"
            on = ",".join(watchers.alarms(house))
            entry.event(EventKind.ALARM, None, {"code": reason.value, "why": why, "on": on})


def note(house: House, entry: Entry, now: float) -> None:
    """With each minute's rows: what a start must know of a pause and a halt."""
    if house.pause.is_on(now):
        entry.change.set_meta(META_PAUSE_LEFT, f"{house.pause.left(now):.0f}")
    if house.halt is not None or house.halt_noted:
        _note_halt(house, entry, now)


def _note_halt(house: House, entry: Entry, now: float) -> None:
    lasted = 0.0 if house.halt is None else house.halt.lasted(now)
    entry.change.set_meta(META_HALTED, f"{lasted:.0f}")
    house.halt_noted = house.halt is not None


def found_pause(store: Store, now: float) -> Pause:
    """The pause that was on when the power went."""
    until, _, whole_s = (store.meta(META_PAUSE) or NO_PAUSE).partition("/")
    if not whole_s:
        return Pause()
    left_s = min(float(whole_s), float(store.meta(META_PAUSE_LEFT) or whole_s))
    return standstill.found(int(until) if until else None, left_s, now)


def found_halt(store: Store, now: float) -> Halt | None:
    """The halt that was on when the power went."""
    return standstill.halt_found(float(store.meta(META_HALTED) or "0"), now)


def believed_ms(quality: ClockQuality, unix_ms: int) -> int | None:
    return None if quality is ClockQuality.NONE else unix_ms


def call_off(zone: ZoneKeeper, reason: Reason | Ended, entry: Entry) -> None:
    """End what only waits for the line."""
    dose, zone.request = zone.request, None
    entry.change.waits_no_more(zone.key)
    if dose is not None and dose.id is not None:
        data: Facts = {"id": dose.id, "reason": reason.value}
        entry.event(EventKind.COMMAND_REJECTED, zone.key, data)


def _call_off_all(house: House, reason: Reason, entry: Entry) -> None:
    for zone in house.zones.values():
        if zone.request is not None:
            call_off(zone, reason, entry)
