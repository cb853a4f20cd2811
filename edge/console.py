"""The front of the box at work: fingers become orders, the house's state becomes light and sound.

Looked at once a tick by the control loop; it never waits and starts no thread.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from edge import panel
from edge.config import Hardware
from edge.hardware.front import Front, Push
from edge.house import House, Moment
from edge.orders import EndHere, Order, ResumeHere, Source, WaterHere
from edge.panel import Contact, Facts, Gesture, Mood, Voice

ALWAYS_LOUD: Final = (0, 0)


@dataclass
class _Key:
    """A button and what is known of it."""

    push: Push
    contact: Contact

    def gestures(self, now: float) -> tuple[Gesture, ...]:
        self.contact, gestures = panel.feel(self.contact, self.push.take(), now)
        return gestures


class Console:
    """Mutable; only the control loop touches it."""

    def __init__(
        self,
        hardware: Hardware,
        front: Front,
        give: Callable[[Order], object],
        is_connected: Callable[[], bool],
    ) -> None:
        self._front, self._give, self._is_connected = front, give, is_connected
        self._resume = None if front.resume is None else _key(front.resume)
        self._water = [(_key(push), zone, seconds) for push, zone, seconds in front.water]
        quiet = hardware.buzzer
        self._quiet = ALWAYS_LOUD if quiet is None else (quiet.quiet_from, quiet.quiet_to)
        self._voice, self._was_called = Voice(), False

    def attend(self, house: House, now: float) -> None:
        """Turn what fingers did since the last tick into orders."""
        if self._resume is not None:
            for gesture in self._resume.gestures(now):
                if gesture is Gesture.HOLD:
                    self._give(ResumeHere(Source.PANEL, self._reply))
                else:
                    self._voice = panel.answer(self._voice, panel.ACCEPTED)
        for key, zone, seconds in self._water:
            if Gesture.PRESS in key.gestures(now):
                self._give(self._pressed(house, zone, seconds))

    def show(self, house: House, moment: Moment) -> None:
        """Light and sound of this second."""
        mood, now = self._mood(house, moment), moment.mono
        quiet = panel.is_quiet(moment.wall.minute, self._quiet)
        called = mood is Mood.CALLED
        if called and not self._was_called and not quiet:
            self._voice = panel.answer(self._voice, panel.CALLED)
        self._was_called = called
        self._voice, loud = panel.sound(self._voice, mood, now, quiet=quiet)
        for device, on in (
            (self._front.lamp, panel.is_lit(mood, now)),
            (self._front.buzzer, loud),
        ):
            if device is not None:
                (device.on if on else device.off)()

    def _pressed(self, house: House, zone: str, seconds: float) -> Order:
        """One press waters, the next one ends it."""
        if house.zones[zone].is_watering:
            return EndHere(Source.PANEL, zone, self._reply)
        return WaterHere(Source.PANEL, zone, seconds, self._reply)

    def _reply(self, reason: str | None) -> None:
        tune = panel.ACCEPTED if reason is None else panel.REFUSED
        self._voice = panel.answer(self._voice, tune)

    def _mood(self, house: House, moment: Moment) -> Mood:
        memories = [zone.memory for zone in house.zones.values()]
        facts = Facts(
            states=tuple(memory.state for memory in memories),
            faults=tuple(memory.fault for memory in memories),
            any_open=bool(house.valves.open_zones()),
            paused=house.pause.is_on(moment.mono),
            connected=self._is_connected(),
            called=moment.mono < house.called_until,
        )
        return panel.mood(facts)


def _key(push: Push) -> _Key:
    return _Key(push, panel.found(closed=push.closed_at_start))
