"""Serves people at the greenhouse: their orders pass the same rules and books as the cloud's."""

from collections.abc import Callable

from edge import standby
from edge.change import Facts
from edge.control import Dose
from edge.house import House, Moment
from edge.onlooker import look
from edge.orders import EndHere, Look, Order, ResumeHere, Source, StopHere, WaterHere
from edge.recorder import Entry, Recorder
from edge.zones import ZoneKeeper
from wire.codes import Cause, Ended, EventKind, Reason, Refusal
from wire.identity import random_id


class Counter:
    """Attended by the control loop's thread only."""

    def __init__(self, house: House, recorder: Recorder, is_connected: Callable[[], bool]) -> None:
        self._house, self._recorder, self._is_connected = house, recorder, is_connected

    def serve(self, order: Order, moment: Moment) -> None:
        """Do it or refuse it, then reply."""
        match order:
            case Look(show):
                show(look(self._house, moment, connected=self._is_connected()))
            case StopHere(source, reply):
                standby.stop(self._house, self._recorder, {"by": source.value})
                reply(None)
            case WaterHere(_, _, _, reply):
                reply(self._water(order, moment))
            case EndHere(source, key, reply):
                self._end(self._house.zones[key], source)
                reply(None)
            case ResumeHere(source, reply):
                reply(self._resume(source))

    def _water(self, order: WaterHere, moment: Moment) -> str | None:
        zone = self._house.zones[order.zone]
        refusal = self.refusal(zone, moment)
        if refusal is not None:
            return refusal
        seconds = min(order.seconds, zone.params.max_lease_s)
        dose = Dose(Cause.MANUAL, zone.params.max_lease_l, seconds, random_id())
        with self._recorder.entry() as entry:
            data: Facts = {"id": dose.id, "by": order.source.value, "max_s": seconds}
            entry.event(EventKind.COMMAND_ACCEPTED, zone.key, data)
            entry.change.waits(zone.key, dose.id or "")
        zone.ask(dose, moment.mono)
        return None

    def refusal(self, zone: ZoneKeeper, moment: Moment) -> str | None:
        """What stands against a person's dose now, whoever asks for it."""
        if zone.is_promised:
            return Refusal.BUSY.value
        reason = zone.refusal(self._house.inputs(zone, moment))
        return None if reason in {None, Reason.OTHER_ZONE} else reason.value

    def _end(self, zone: ZoneKeeper, source: Source) -> None:
        zone.cancel = True
        with self._recorder.entry() as entry:
            if zone.request is not None:
                standby.call_off(zone, Ended.STOPPED, entry)
            entry.event(EventKind.STOPPED, zone.key, {"by": source.value})

    def _resume(self, source: Source) -> str | None:
        """A page may be read from the road: what only eyes can judge stays with the button."""
        house = self._house
        with self._recorder.entry() as entry:
            if source is Source.PANEL:
                self._clear_here(entry)
            if house.locked:
                return Reason.LOCKOUT.value
            standby.resume(house, entry, {"by": source.value})
        return None

    def _clear_here(self, entry: Entry) -> None:
        if self._house.locked:
            standby.unlock(self._house, entry)
        for zone in self._house.zones.values():
            zone.clear_fault = zone.cleared_here = True
