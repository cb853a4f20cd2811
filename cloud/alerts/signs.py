"""Signs of trouble in what is known of a house. Pure: facts and a moment in, signs out.

What the device has found itself is believed. Some is looked for here as well, in its rows: water
where none should be, none where some should be, a line that carries less from week to week, and
a device that is not there to tell anything.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from cloud.alerts.facts import DayFlow, Facts, Minute
from cloud.alerts.kinds import Kind, Place, Severity
from cloud.devices.rules import LOST_AFTER
from wire.codes import Alarm, Cause, Fault, Reason, ZoneState

SILENT_URGENT: Final = timedelta(hours=1)
"""Plants under plastic stand an hour without anybody looking, and at noon not much more."""
STANDS_STILL: Final = timedelta(minutes=15)
"""Rows come each minute; a device that talks and has written none for so long has stuck."""
MUTE_ROWS: Final = 5
"""Rows without a number from the soil; a single one is a reading that the probes lost."""
DRY_ROWS: Final = 2
DRY_OPEN_S: Final = 50.0
"""Of a row's minute: the pump has had its time, and the valve was not just closing."""
DRY_LPM: Final = 0.1
"""Below one emitter's drip: a meter that turns at all counts more."""
LEAK_ROWS: Final = 5
"""A line that drains after watering is empty within two minutes, a full bucket takes three."""
LEAK_LPM: Final = 0.3
"""Twenty litres an hour: what a meter of 450 pulses a litre tells from nothing in one row."""
LEAST_OPEN_S: Final = 600.0
"""A day with less watering says too little of its line."""
RECENT_DAYS: Final = 3
EARLIER_DAYS: Final = 7
CLOGGED_BELOW: Final = 0.80
"""Share of the earlier flow. The meter's own noise over three days is below a hundredth."""
CLEAR_ABOVE: Final = 0.87
"""Between the two nothing is said, so that a line on the border does not come and go."""
TANK_LOW: Final = 0.15
TANK_WELL: Final = 0.20
FALLBACK_LASTS: Final = timedelta(hours=36)
"""A zone that is watered by the clock is so each day; a dose longer ago says nothing of today."""
HOLD_LONG: Final = timedelta(hours=4)
"""Who stops the water and forgets it is reminded before the plants do it."""
CARD_LASTS: Final = timedelta(days=1)

Detail = Mapping[str, str | int | float]


@dataclass(frozen=True)
class Sign:
    """One trouble, seen now; `detail` holds the codes and values that its sentence needs."""

    place: Place
    since: datetime
    severity: Severity
    detail: Detail = field(default_factory=dict)


@dataclass(frozen=True)
class Look:
    """All that was seen in one look, and of what nothing can be said at this moment."""

    signs: Mapping[Place, Sign]
    blind: frozenset[Place] = frozenset()


def look(facts: Facts, now: datetime) -> Look:
    """Everything that is the matter with a house now."""
    if now - facts.heard > LOST_AFTER:
        sign = _silent(facts, now)
        return Look({sign.place: sign}, _every_place(facts) - {sign.place})
    found: dict[Place, Sign] = {}
    for rule in RULES:
        for sign in rule(facts, now):
            before = found.get(sign.place)
            if before is None or sign.severity.rank > before.severity.rank:
                found[sign.place] = sign
    return Look(found, frozenset(_borders(facts)) - found.keys())


def _silent(facts: Facts, now: datetime) -> Sign:
    severity = Severity.ACT if now - facts.heard >= SILENT_URGENT else Severity.WATCH
    return Sign(Place(Kind.SILENT), facts.heard, severity)


def _every_place(facts: Facts) -> frozenset[Place]:
    zones = (None, *(zone.id for zone in facts.zones))
    return frozenset(Place(kind, zone) for kind in Kind for zone in zones)


FAULTS: Final[Mapping[Fault, tuple[Kind, Severity]]] = {
    Fault.NO_FLOW: (Kind.NO_FLOW, Severity.ACT),
    Fault.DRY_RUN: (Kind.NO_FLOW, Severity.ACT),
    Fault.BURST: (Kind.BURST, Severity.ACT),
    Fault.STUCK_OPEN: (Kind.STUCK_VALVE, Severity.ACT),
    Fault.VALVE_OPEN: (Kind.STUCK_VALVE, Severity.ACT),
    Fault.NO_WETTING: (Kind.NO_WETTING, Severity.WATCH),
    Fault.HARDWARE: (Kind.MACHINE, Severity.ACT),
    Fault.VALVE_SILENT: (Kind.MACHINE, Severity.ACT),
    Fault.VALVE_SHUT: (Kind.MACHINE, Severity.ACT),
    Fault.CLOCK: (Kind.MACHINE, Severity.ACT),
    Fault.INTERNAL: (Kind.MACHINE, Severity.ACT),
}

LINE_ALARMS: Final[Mapping[Alarm, Kind]] = {
    Alarm.CLOGGED: Kind.CLOGGED,
    Alarm.LEAKING: Kind.LEAK,
}
AIR_ALARMS: Final[Mapping[Alarm, Kind]] = {
    Alarm.HEAT: Kind.HEAT,
    Alarm.COLD: Kind.COLD,
    Alarm.DRY_AIR: Kind.DRY_AIR,
    Alarm.DAMP_AIR: Kind.DAMP_AIR,
    Alarm.BATTERY: Kind.BATTERY,
}


def _faults(facts: Facts, _now: datetime) -> Iterator[Sign]:
    for zone in facts.zones:
        if zone.fault is not None:
            kind, severity = FAULTS[zone.fault]
            since = zone.fault_at or facts.heard
            yield Sign(Place(kind, zone.id), since, severity, {"code": zone.fault.value})


def _alarms(facts: Facts, _now: datetime) -> Iterator[Sign]:
    for zone in facts.zones:
        for alarm in sorted(zone.alarms & LINE_ALARMS.keys()):
            place = Place(LINE_ALARMS[alarm], zone.id)
            since = zone.alarm_at or facts.heard
            yield Sign(place, since, Severity.WATCH, {"code": alarm.value})
    for alarm in sorted(facts.air & AIR_ALARMS.keys()):
        since = facts.air_at or facts.heard
        yield Sign(Place(AIR_ALARMS[alarm]), since, Severity.WATCH, {"code": alarm.value})


def _no_flow(facts: Facts, _now: datetime) -> Iterator[Sign]:
    """Open for whole minutes and the meter stood; a sound device has shut it long before."""
    last = facts.minutes[-DRY_ROWS:]
    if len(last) < DRY_ROWS or not all(_is_dry(minute) for minute in last):
        return
    for zone in facts.zones:
        if all(minute.open_s.get(zone.key, 0.0) >= DRY_OPEN_S for minute in last):
            yield Sign(Place(Kind.NO_FLOW, zone.id), last[0].at, Severity.ACT)


def _is_dry(minute: Minute) -> bool:
    return minute.flow_lpm is not None and minute.flow_lpm <= DRY_LPM


def _leak(facts: Facts, _now: datetime) -> Iterator[Sign]:
    """Water for minutes with every valve shut; where a valve is told to be stuck it is that."""
    last = _shut_minutes(facts)
    if len(last) < LEAK_ROWS or _is_stuck(facts):
        return
    flows = [minute.flow_lpm or 0.0 for minute in last]
    if min(flows) >= LEAK_LPM:
        detail = {"lpm": round(flows[-1], 1)}
        yield Sign(Place(Kind.LEAK), last[0].at, Severity.ACT, detail)


def _shut_minutes(facts: Facts) -> Sequence[Minute]:
    """The newest rows, if in all of them the meter spoke and no valve was open."""
    last = facts.minutes[-LEAK_ROWS:]
    shut = all(one.flow_lpm is not None and not any(one.open_s.values()) for one in last)
    return last if shut else ()


def _is_stuck(facts: Facts) -> bool:
    return any(zone.fault in {Fault.STUCK_OPEN, Fault.VALVE_OPEN} for zone in facts.zones)


def _clogged(facts: Facts, _now: datetime) -> Iterator[Sign]:
    """The slow way: each day's water is within what the device takes for noise."""
    for zone in facts.zones:
        kept = flow_kept(zone.days)
        if kept is not None and kept < CLOGGED_BELOW:
            since, detail = _told_days(zone.days)[-RECENT_DAYS].at, {"share": round(kept, 2)}
            yield Sign(Place(Kind.CLOGGED, zone.id), since, Severity.WATCH, detail)


def flow_kept(days: Sequence[DayFlow]) -> float | None:
    """What share of its earlier litres a minute a line still carries; None until that is known."""
    told = _told_days(days)
    earlier, recent = told[:-RECENT_DAYS], told[-RECENT_DAYS:]
    if len(earlier) < EARLIER_DAYS:
        return None
    before = _rate(earlier)
    return _rate(recent) / before if before > 0.0 else None


def _told_days(days: Sequence[DayFlow]) -> Sequence[DayFlow]:
    return [day for day in days if day.open_s >= LEAST_OPEN_S]


def _rate(days: Sequence[DayFlow]) -> float:
    return sum(day.litres for day in days) / sum(day.open_s for day in days)


def _stale(facts: Facts, now: datetime) -> Iterator[Sign]:
    if facts.stored_at is not None and now - facts.stored_at > STANDS_STILL:
        yield Sign(Place(Kind.STALE), facts.stored_at, Severity.WATCH)
        return
    for zone in facts.zones:
        if zone.probes and zone.mute_rows >= MUTE_ROWS:
            since = zone.fill_at or facts.heard
            yield Sign(Place(Kind.STALE, zone.id), since, Severity.WATCH)


def _sensor(facts: Facts, _now: datetime) -> Iterator[Sign]:
    lost = facts.lost_sensor
    if lost is not None:
        code = lost.fault.value if lost.fault else ""
        detail: Detail = {"code": code, "sensor": lost.sensor or "", "count": lost.count}
        yield Sign(Place(Kind.SENSOR), lost.at, Severity.WATCH, detail)


def _by_the_clock(facts: Facts, now: datetime) -> Iterator[Sign]:
    for zone in facts.zones:
        if (
            zone.cause is Cause.FALLBACK
            and zone.dose_at is not None
            and now - zone.dose_at < FALLBACK_LASTS
        ):
            yield Sign(Place(Kind.FALLBACK, zone.id), zone.dose_at, Severity.WATCH)


def _budget(facts: Facts, _now: datetime) -> Iterator[Sign]:
    for zone in facts.zones:
        if zone.reason is Reason.DAY_BUDGET:
            yield Sign(Place(Kind.BUDGET, zone.id), zone.mode_at or facts.heard, Severity.WATCH)


def _tank(facts: Facts, now: datetime) -> Iterator[Sign]:
    if facts.tank is not None and facts.tank < TANK_LOW:
        yield Sign(Place(Kind.TANK), now, Severity.WATCH, {"share": round(facts.tank, 2)})


def _halted(facts: Facts, now: datetime) -> Iterator[Sign]:
    for zone in facts.zones:
        since = zone.mode_at or facts.heard
        if zone.state is ZoneState.LOCKOUT:
            yield Sign(Place(Kind.HALTED), since, Severity.ACT, {"code": zone.state.value})
        elif zone.state is ZoneState.HOLD and now - since >= HOLD_LONG:
            yield Sign(Place(Kind.HALTED), since, Severity.WATCH, {"code": zone.state.value})


def _card(facts: Facts, now: datetime) -> Iterator[Sign]:
    if facts.card is not None and now - facts.card.at < CARD_LASTS:
        yield Sign(Place(Kind.CARD), facts.card.at, Severity.WATCH, {"code": facts.card.code})


RULES: Final[tuple[Callable[[Facts, datetime], Iterator[Sign]], ...]] = (
    _faults,
    _alarms,
    _no_flow,
    _leak,
    _clogged,
    _stale,
    _sensor,
    _by_the_clock,
    _budget,
    _tank,
    _halted,
    _card,
)
"""Each looks for one thing; of two signs in one place the more pressing counts, then the first."""


def _borders(facts: Facts) -> Iterator[Place]:
    """Where neither trouble nor its end can be told."""
    if len(_shut_minutes(facts)) < LEAK_ROWS or _is_stuck(facts):
        yield Place(Kind.LEAK)
    if facts.tank is None or TANK_LOW <= facts.tank < TANK_WELL:
        yield Place(Kind.TANK)
    for zone in facts.zones:
        kept = flow_kept(zone.days)
        if kept is not None and CLOGGED_BELOW <= kept < CLEAR_ABOVE:
            yield Place(Kind.CLOGGED, zone.id)
