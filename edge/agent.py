"""The shell of the decision, once a second: gather, decide, act, record.

A valve's opening is on the card before its pin moves; closing never waits for anything.
"""

from dataclasses import dataclass, replace
from typing import Final

from edge import learnt, standby, watchers
from edge.change import OpenDose
from edge.clock import Clock
from edge.console import Console
from edge.control import Close, Effect, Emit, Inputs, Open, believed
from edge.dosing import PLAN_EVERY_S, plan
from edge.errors import ValveError
from edge.house import House, Moment
from edge.office import Office
from edge.outlook import has_moved
from edge.recorder import Entry, Recorder
from edge.senses import SensorNews
from edge.standby import Barred, call_off
from edge.store import Store
from edge.upkeep import tidy
from edge.valves import Closing
from edge.zone import step
from edge.zone_books import booked
from edge.zones import ZoneKeeper
from wire.codes import ClockQuality, Ended, EventKind, Metric, Reason, Refusal
from wire.messages import Scalar

SAMPLE_EVERY_S: Final = 60.0
CLOCK_STEP_S: Final = 2.0
"""A wall clock that moves this far against the monotonic one was set, not slewed."""

WHY_CHARS: Final = 200
"""A text on the wire is no longer."""

META_FLOOR: Final = "floor_ms"
_PROBE_METRICS: Final = (Metric.VWC_1, Metric.VWC_2, Metric.VWC_3, Metric.VWC_4)
_FAILED: Final = {Ended.FAULT.value, Ended.INTERRUPTED.value}


@dataclass
class _LastRow:
    due: float
    at: float
    litres: float | None


class Agent:
    """Owns the loop's body; who calls `tick`, and how often, is the runtime's business."""

    def __init__(
        self, house: House, office: Office, console: Console, recorder: Recorder, clock: Clock
    ) -> None:
        self._house, self._office, self._console = house, office, console
        self._recorder, self._clock = recorder, clock
        now = clock.mono()
        self._row = _LastRow(now + SAMPLE_EVERY_S, now, house.senses.litres())
        self._offset: float | None = None
        self.last_tick = now
        self.clock_quality = ClockQuality.NONE
        self.clock_steps = 0
        """How often the wall clock was set since boot; calendars must be rebuilt then."""

    @property
    def store(self) -> Store:
        return self._recorder.store

    def mono(self) -> float:
        return self._clock.mono()

    def tick(self) -> None:
        """One full pass."""
        moment = Moment(self._clock.mono(), self._clock.wall())
        self.last_tick, self.clock_quality = moment.mono, moment.wall.quality
        self._watch_clock(moment)
        self._house.valves.guard()
        wetted = [z.key for z in self._house.zones.values() if z.is_wetted(moment.mono)]
        self._house.senses.look(moment.mono, frozenset(wetted))
        for news in self._house.senses.news():
            self._tell_sensor(news)
        self._console.attend(self._house, moment.mono)
        standby.watch(self._house, self._recorder, moment)
        self._office.attend(moment)
        for zone in self._house.zones.values():
            self._advance(zone, moment)
        watchers.look(self._house, self._recorder, moment)
        self._console.show(self._house, moment)
        if moment.mono >= self._row.due:
            self._write_rows(moment)

    def attend(self) -> None:
        """Deal with the cloud's words between two ticks, so that STOP need not wait for one."""
        self._office.attend(Moment(self._clock.mono(), self._clock.wall()))

    @property
    def barred(self) -> Barred:
        return standby.barred(self._house)

    def bar(self, before: Barred) -> None:
        """Keep shut what was shut before this start."""
        standby.bar_again(self._house, self._recorder, before)

    def close_senses(self) -> None:
        """Ask the sensors nothing more."""
        self._house.senses.close()

    def settle(self) -> None:
        """The valves are shut for good: book the last water and tell how open doses ended.

        Where the card has refused something, memory knows more than the card: the next start
        goes by the card alone, and charges what was open in full.
        """
        if self._recorder.store.has_refused:
            return
        self._house.valves.take_closings()
        with self._recorder.entry() as entry:
            for zone in self._house.zones.values():
                entry.change.shut(zone.key)
                call_off(zone, Reason.STARTING, entry)
                self._settle_zone(zone, entry)

    def _settle_zone(self, zone: ZoneKeeper, entry: Entry) -> None:
        moment = Moment(self._clock.mono(), entry.stamp.wall)
        inputs = self._house.inputs(zone, moment)
        zone.memory = booked(zone.params, zone.memory, inputs, moment.mono)
        ended = zone.interrupted()
        if ended is not None:
            _tell(entry, ended)
        entry.change.zone(zone.key, zone.record())

    def _advance(self, zone: ZoneKeeper, moment: Moment) -> None:
        zone.adopt_settings()
        inputs = self._house.inputs(zone, moment)
        if inputs.request is None and moment.mono >= zone.plan_due:
            zone.plan_due = moment.mono + PLAN_EVERY_S
            known = believed(zone.memory, inputs)
            zone.memory, dose = plan(zone.params, zone.memory, known, moment.mono)
            inputs = replace(inputs, request=dose)
        zone.memory, effects = step(zone.params, zone.memory, inputs, moment.mono)
        zone.obeyed()
        flowing = zone.first_flow(inputs)
        effects = effects if flowing is None else (*effects, flowing)
        unheard = _unheard(zone, inputs)
        if unheard is not None and zone.waits_for_line(inputs, moment.mono):
            unheard = None
        else:
            zone.request = None
        closings = self._close(effects)
        if closings or unheard or any(not isinstance(effect, Close) for effect in effects):
            self._record(zone, effects, closings, unheard)
        for effect in effects:
            if isinstance(effect, Open):
                self._open(effect)

    def _close(self, effects: tuple[Effect, ...]) -> list[Closing]:
        for effect in effects:
            if isinstance(effect, Close):
                self._house.valves.close(effect.zone, effect.ended)
        return self._house.valves.take_closings()

    def _record(
        self,
        zone: ZoneKeeper,
        effects: tuple[Effect, ...],
        closings: list[Closing],
        unheard: str | None,
    ) -> None:
        with self._recorder.entry() as entry:
            if zone.request is None:
                entry.change.waits_no_more(zone.key)
            for key in {closing.zone for closing in closings} | _closed(effects):
                self._journal_shut(entry, self._house.zones[key])
            for effect in effects:
                if isinstance(effect, Emit):
                    _tell(entry, effect)
                    zone.remember(effect, zone.memory.now)
                elif isinstance(effect, Open):
                    dose = OpenDose(effect.zone, effect.lease_s, effect.lease_l, _command(zone))
                    entry.change.opening(dose, entry.stamp.wall.unix_ms)
            if unheard is not None:
                data = {"id": unheard, "reason": Refusal.BUSY.value}
                entry.event(EventKind.COMMAND_REJECTED, zone.key, data)
            for key in {zone.key, *(closing.zone for closing in closings)}:
                entry.change.zone(key, self._house.zones[key].record())

    def _journal_shut(self, entry: Entry, zone: ZoneKeeper) -> None:
        """Between two pulses the journal keeps the dose, with no water to charge for it."""
        if zone.is_under_way:
            pause = OpenDose(zone.key, 0.0, 0.0, _command(zone))
            entry.change.opening(pause, entry.stamp.wall.unix_ms)
        else:
            entry.change.shut(zone.key)

    def _open(self, order: Open) -> None:
        try:
            self._house.valves.open(order.zone, order.lease_s, order.lease_l)
        except ValveError as refusal:
            with self._recorder.entry() as entry:
                entry.change.shut(order.zone)
                on = self._house.zones[order.zone].flow.told or ""
                data = {"code": refusal.code, "why": str(refusal), "on": on}
                entry.event(EventKind.ALARM, order.zone, data)

    def _write_rows(self, moment: Moment) -> None:
        totals = {key: self._house.valves.totals(key) for key in self._house.zones}
        litres = self._house.senses.litres()
        with self._recorder.entry() as entry:
            for key, zone in self._house.zones.items():
                entry.sample(key, self._zone_metrics(zone, totals[key], moment))
                self._tell_mode(entry, zone, moment)
                if totals[key] != zone.booked:
                    entry.change.zone(key, zone.record())
            for zone in self._house.zones.values():
                learnt.note(zone, entry, moment.mono)
            house = self._house_metrics(litres, moment)
            if house:
                entry.sample(None, house)
            standby.note(self._house, entry, moment.mono)
            tidy(entry, self._recorder.store)
            entry.change.set_meta(META_FLOOR, str(entry.stamp.wall.unix_ms))
        for key, so_far in totals.items():
            self._house.zones[key].booked = so_far
        self._row = _LastRow(moment.mono + SAMPLE_EVERY_S, moment.mono, litres)

    def _zone_metrics(
        self, zone: ZoneKeeper, totals: tuple[float, float], moment: Moment
    ) -> dict[Metric, float]:
        stale_s, senses = zone.params.stale_s, self._house.senses
        metrics = {
            Metric.OPEN_S: round(totals[0] - zone.booked[0], 1),
            Metric.LITRES: round(totals[1] - zone.booked[1], 3),
        }
        vwc = senses.vote(zone.key, moment.mono, stale_s).vwc
        if vwc is not None:
            metrics[Metric.VWC] = round(vwc, 4)
            metrics[Metric.FILL] = round(vwc / zone.params.full_point, 4)
        values = senses.values(zone.key, moment.mono, stale_s)
        for metric, value in zip(_PROBE_METRICS, values, strict=False):
            if value is not None:
                metrics[metric] = round(value, 4)
        return metrics

    def _house_metrics(self, litres: float | None, moment: Moment) -> dict[Metric, float]:
        metrics = {}
        if litres is not None and self._row.litres is not None:
            minutes = (moment.mono - self._row.at) / 60
            metrics[Metric.FLOW_LPM] = round((litres - self._row.litres) / minutes, 3)
        senses = self._house.senses
        air = senses.air(moment.mono)
        measured = {
            Metric.AIR_C: air.air_c,
            Metric.RH: air.rh,
            Metric.RAD_W_M2: air.rad_w_m2,
            Metric.TANK: senses.tank_share(),
        }
        known = {
            metric: round(value, 3) for metric, value in measured.items() if value is not None
        }
        return {**metrics, **known}

    def _tell_sensor(self, news: SensorNews) -> None:
        data: dict[str, Scalar] = {"sensor": news.sensor, "lost": news.lost}
        if news.failure is None:
            self._recorder.tell(EventKind.SENSOR_WELL, None, data)
            return
        data |= {"code": news.failure.fault.value, "why": news.failure.why[:WHY_CHARS]}
        self._recorder.tell(EventKind.SENSOR_FAULT, None, data)

    def _tell_mode(self, entry: Entry, zone: ZoneKeeper, moment: Moment) -> None:
        """Say why a resting zone does not water, and when it will: per change, once a minute."""
        if zone.is_busy:
            return
        inputs = self._house.inputs(zone, moment)
        mode, ahead = zone.mode(inputs, moment.mono), zone.ahead(inputs, moment.mono)
        at_ms = None if ahead is None else moment.wall.unix_ms + int(ahead.seconds * 1000.0)
        if mode == zone.told and not has_moved(zone.next_told_ms, at_ms):
            return
        zone.told, zone.next_told_ms = mode, at_ms
        data: dict[str, Scalar] = {"state": mode[0], "reason": mode[1]}
        if ahead is not None:
            data |= {"next_ms": at_ms, "next_by": ahead.by.value}
        entry.event(EventKind.MODE, zone.key, data)

    def _watch_clock(self, moment: Moment) -> None:
        offset = moment.wall.unix_ms / 1000 - moment.mono
        step_s = 0.0 if self._offset is None else offset - self._offset
        self._offset = offset
        if abs(step_s) > CLOCK_STEP_S:
            self.clock_steps += 1
            data = {"step_s": round(step_s, 1), "quality": int(moment.wall.quality)}
            self._recorder.tell(EventKind.CLOCK_STEP, None, data)


def _unheard(zone: ZoneKeeper, inputs: Inputs) -> str | None:
    """The command whose dose the zone machine did not take up."""
    dose = inputs.request
    return None if dose is None or dose.id is None or dose.id == _command(zone) else dose.id


def _closed(effects: tuple[Effect, ...]) -> set[str]:
    return {effect.zone for effect in effects if isinstance(effect, Close)}


def _command(zone: ZoneKeeper) -> str | None:
    delivery = zone.memory.delivery
    return None if delivery is None else delivery.dose.id


def _tell(entry: Entry, emit: Emit) -> None:
    """Record an event, and for a dose that answers a command also how the command fares."""
    entry.event(emit.kind, emit.zone, emit.data)
    command = emit.data.get("id")
    if not isinstance(command, str):
        return
    if emit.kind is EventKind.DOSE_STARTED:
        entry.event(EventKind.COMMAND_RUNNING, emit.zone, {"id": command})
    elif emit.kind is EventKind.DOSE_ENDED:
        ended = emit.data["ended"]
        kind = EventKind.COMMAND_FAILED if ended in _FAILED else EventKind.COMMAND_DONE
        data = {"id": command, "litres": emit.data["litres"], "reason": ended}
        entry.event(kind, emit.zone, data)
