"""What comes in, carried out: STOP at once, the cloud's rest when confirmed and allowed.

An id is on the card before anything moves, so no command is ever carried out twice.
"""

import logging
import queue
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from edge import quota, standby
from edge.change import Facts
from edge.commands import Confirmed, Desk, Stop, Told, Verdict
from edge.control import Dose
from edge.counter import Counter
from edge.daybook import Daybook
from edge.house import House, Moment
from edge.orders import Order
from edge.recorder import Entry, Recorder
from edge.settings import Settings
from wire.codes import Cause, EventKind, Fault, Op, Refusal
from wire.messages import Ask, Command, Desired, Go

MAX_PER_PASS: Final = 32
"""Words heard in one control pass; the valves come first, whatever floods in."""
CALLED_S: Final = 30.0
"""How long a box makes itself known: from the telephone to the shelf it hangs on."""
TOLD_BURST: Final = 20
TOLD_EVERY_S: Final = 60.0
"""Refusals told at once and in the long run: who forges or replays commands shall not be able to
fill the card with rows that are never dropped."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """Rows that cannot be sent any more, and why."""

    first: int
    last: int
    reason: str


@dataclass(frozen=True, slots=True)
class DayOver:
    """Local midnight has passed, or may have while nobody knew the time."""


_log = logging.getLogger(__name__)

Inbound = Command | Go | Desired | Dropped | DayOver | Order
Inbox = queue.SimpleQueue[Inbound]


@dataclass(frozen=True)
class Letterbox:
    """Both ends of the wire as the control loop sees them."""

    inbox: Inbox
    ask: Callable[[Ask], None]
    net: Callable[[], float]


@dataclass(frozen=True)
class Places:
    """Where what is no command is dealt with."""

    settings: Settings
    counter: Counter
    daybook: Daybook


class Office:
    """Attended once per tick, by the control loop's thread."""

    def __init__(
        self,
        house: House,
        desk: Desk,
        recorder: Recorder,
        letterbox: Letterbox,
        places: Places,
    ) -> None:
        self._house, self._desk, self._settings = house, desk, places.settings
        self._counter, self._daybook = places.counter, places.daybook
        self._recorder, self._letterbox = recorder, letterbox
        self._quota = quota.full(TOLD_BURST, TOLD_EVERY_S)
        self._ops: dict[Op, Callable[[Command, Entry], None]] = {
            Op.PAUSE: self._pause,
            Op.RESUME: self._resume,
            Op.CLEAR_FAULT: self._clear_fault,
            Op.IDENTIFY: self._identify,
        }

    def attend(self, moment: Moment) -> None:
        """Deal with what came in and with what did not."""
        for _ in range(MAX_PER_PASS):
            if self._letterbox.inbox.empty():
                break
            self._take(self._letterbox.inbox.get_nowait(), moment)
        for told in self._desk.overdue(self._letterbox.net()):
            self._tell(told)
        self._settings.settle()

    def _take(self, message: Inbound, moment: Moment) -> None:
        net = self._letterbox.net()
        match message:
            case Command():
                self._act_on(self._desk.command(message, net), moment)
            case Go():
                self._act_on(self._desk.go(message, net), moment)
            case Desired():
                self._settings.take(message)
            case Dropped(first, last, reason):
                data: Facts = {"from": first, "to": last, "reason": reason}
                self._recorder.tell(EventKind.ROWS_DROPPED, None, data)
            case DayOver():
                self._daybook.close_days(moment.wall)
            case _:
                self._counter.serve(message, moment)

    def _act_on(self, verdict: Verdict, moment: Moment) -> None:
        match verdict:
            case Stop():
                self._stop(verdict)
            case Confirmed(command):
                self._carry_out(command, moment)
            case Told():
                self._tell(verdict)
            case Ask():
                _log.info("asking command=%s", verdict.id)
                self._letterbox.ask(verdict)
            case None:
                pass

    def _stop(self, stop: Stop) -> None:
        if stop.n > self._house.stop_n:
            self._house.stop_n = stop.n
            standby.stop(self._house, self._recorder, {"id": stop.id}, stop.id)
        elif not stop.seen:
            # A cloud that lost its count asks in vain; told where it stands, it asks again.
            stale = Told(EventKind.COMMAND_REJECTED, stop.id, Refusal.STALE)
            self._tell(stale, n=self._house.stop_n)

    def _carry_out(self, command: Command, moment: Moment) -> None:
        refusal = self._refusal(command, moment)
        with self._recorder.entry() as entry:
            entry.change.see_command(command.id, entry.stamp.wall.unix_ms)
            if refusal is not None:
                data = {"id": command.id, "reason": refusal}
                entry.event(EventKind.COMMAND_REJECTED, command.zone, data)
                return
            entry.event(EventKind.COMMAND_ACCEPTED, command.zone, {"id": command.id})
            if command.zone is not None and command.op is Op.WATER:
                entry.change.waits(command.zone, command.id)
            if command.op in self._ops:
                self._ops[command.op](command, entry)
                entry.event(EventKind.COMMAND_DONE, command.zone, {"id": command.id})
        if command.op is Op.WATER:
            self._water(command, moment)

    def _refusal(self, command: Command, moment: Moment) -> str | None:
        zone = self._house.zones.get(command.zone or "")
        if zone is None and (command.op is Op.WATER or command.zone is not None):
            return Refusal.UNKNOWN_ZONE.value
        if command.op is Op.IDENTIFY and not self._house.can_be_called:
            return Refusal.UNSUPPORTED.value
        if command.op is Op.CLEAR_FAULT:
            return self._lasting_fault(command)
        if zone is None or command.op is not Op.WATER:
            return None
        return self._counter.refusal(zone, moment)

    def _lasting_fault(self, command: Command) -> str | None:
        """A valve that does not obey is judged by eyes, beside it."""
        for zone in self._house.zones.values():
            fault = zone.memory.fault
            trouble = self._house.nodes.trouble(zone.key)
            if command.zone in {None, zone.key} and (fault is Fault.STUCK_OPEN or trouble):
                return (trouble or Fault.STUCK_OPEN).value
        return None

    def _water(self, command: Command, moment: Moment) -> None:
        """Offer the dose to the zone machine, cut down to what the hardware file allows."""
        zone = self._house.zones[command.zone or ""]
        litres = min(command.litres or 0.0, zone.params.max_lease_l)
        seconds = min(command.max_s or 0.0, zone.params.max_lease_s)
        zone.ask(Dose(Cause.MANUAL, litres, seconds, command.id), moment.mono)

    def _pause(self, command: Command, entry: Entry) -> None:
        standby.pause(self._house, entry, command.for_s or 0.0, self._recorder.mono())

    def _resume(self, _command: Command, entry: Entry) -> None:
        standby.resume(self._house, entry, {"by": "cloud"})

    def _clear_fault(self, command: Command, _entry: Entry) -> None:
        for zone in self._house.zones.values():
            zone.clear_fault = command.zone in {None, zone.key}

    def _identify(self, _command: Command, _entry: Entry) -> None:
        self._house.called_until = self._recorder.mono() + CALLED_S

    def _tell(self, told: Told, **facts: int) -> None:
        left = self._quota.take(self._letterbox.net())
        if left is None:
            return
        self._quota = left
        data: Facts = {"id": told.id, "reason": told.reason.value, **facts}
        self._recorder.tell(told.kind, None, data)
