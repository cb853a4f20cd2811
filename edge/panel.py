"""What fingers mean and what light and sound say: the rules of the box's front.

Pure; it refuses to call a spark a press, and to make noise without end or at night.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from wire.codes import Fault, ZoneState

DEBOUNCE_S: Final = 0.03
"""A contact bounces for 1 to 20 ms; no finger is quicker than this."""
HELD_S: Final = 3.0
"""Nobody leans on a button for this long by accident."""
ALARM_EVERY_S: Final = 60.0
ALARM_ROUNDS: Final = 10
"""After ten minutes whoever is near has heard it; the lamp goes on telling."""

ACCEPTED: Final = "1"
REFUSED: Final = "10101"
ALARM: Final = "1010101"
CALLED: Final = "1010101010"
"""Seconds of sound: one beep for yes, three for no, four for an alarm, five for a call."""


class Gesture(StrEnum):
    """What a finger did."""

    PRESS = "press"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Edge:
    """A contact closed or opened at a moment, monotonic seconds."""

    closed: bool
    at: float


@dataclass(frozen=True, slots=True)
class Contact:
    """One button; `settled` is what it is believed to be."""

    raw: bool = False
    since: float = float("-inf")
    settled: bool = False
    held: bool = False


class Mood(StrEnum):
    """What the lamp says, the most urgent first."""

    CALLED = "called"
    """Somebody far away asks which box this is."""
    LOCKOUT = "lockout"
    FAULT = "fault"
    HALTED = "halted"
    WATERING = "watering"
    ALONE = "alone"
    """No cloud; watering goes on without it."""
    WELL = "well"


PATTERNS: Final[Mapping[Mood, str]] = {
    Mood.CALLED: "110",
    Mood.LOCKOUT: "1",
    Mood.FAULT: "10101000",
    Mood.HALTED: "11110000",
    Mood.WATERING: "10",
    Mood.ALONE: "10100000",
    Mood.WELL: "10000000",
}
"""Seconds of light. It never rests for eight seconds while the agent lives."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the lamp is told."""

    states: tuple[ZoneState, ...]
    faults: tuple[Fault | None, ...]
    any_open: bool
    paused: bool
    connected: bool
    called: bool = False


@dataclass(frozen=True, slots=True)
class Voice:
    """The buzzer's memory."""

    tune: str = ""
    """Seconds still to play."""
    about: Mood | None = None
    """The mood it has been alarming about."""
    rounds: int = 0
    due: float = 0.0


def found(*, closed: bool) -> Contact:
    """A contact at a start: one that is closed already was not pressed."""
    return Contact(raw=closed, settled=closed, held=closed)


def feel(
    contact: Contact, edges: Iterable[Edge], now: float
) -> tuple[Contact, tuple[Gesture, ...]]:
    """What was done to one button since the last look."""
    gestures: list[Gesture] = []
    for edge in edges:
        contact = _settle(contact, edge.at, gestures)
        if edge.closed is not contact.raw:
            contact = replace(contact, raw=edge.closed, since=edge.at)
    contact = _settle(contact, now, gestures)
    return contact, tuple(gestures)


def _settle(contact: Contact, now: float, gestures: list[Gesture]) -> Contact:
    """Believe a level that has lasted; tell a press once, and once that it is held."""
    if now - contact.since < DEBOUNCE_S:
        return contact
    if contact.raw is not contact.settled:
        if contact.raw:
            gestures.append(Gesture.PRESS)
        contact = replace(contact, settled=contact.raw, held=False)
    if contact.settled and not contact.held and now - contact.since >= HELD_S:
        gestures.append(Gesture.HOLD)
        contact = replace(contact, held=True)
    return contact


def mood(facts: Facts) -> Mood:
    """The one thing to say."""
    checks = (
        (facts.called, Mood.CALLED),
        (ZoneState.LOCKOUT in facts.states, Mood.LOCKOUT),
        (any(fault is not None for fault in facts.faults), Mood.FAULT),
        (ZoneState.HOLD in facts.states or facts.paused, Mood.HALTED),
        (facts.any_open, Mood.WATERING),
        (not facts.connected, Mood.ALONE),
    )
    return next((mood for applies, mood in checks if applies), Mood.WELL)


def is_lit(mood: Mood, now: float) -> bool:
    """Whether the lamp burns in this second."""
    pattern = PATTERNS[mood]
    return pattern[int(now) % len(pattern)] == "1"


def is_quiet(minute: int | None, quiet: tuple[int, int]) -> bool:
    """Whether people sleep; not known without a clock, and then an alarm may sound."""
    start, end = quiet
    if minute is None:
        return False
    return start <= minute < end if start <= end else minute >= start or minute < end


def answer(voice: Voice, tune: str) -> Voice:
    """Answer a press; whoever presses has heard the alarm, which stays silent until it is new."""
    return replace(voice, tune=tune, rounds=ALARM_ROUNDS)


def sound(voice: Voice, mood: Mood, now: float, *, quiet: bool) -> tuple[Voice, bool]:
    """One second of the buzzer."""
    cause = mood if mood in {Mood.LOCKOUT, Mood.FAULT} else None
    if cause is not voice.about:
        voice = replace(voice, about=cause, rounds=0, due=now)
    if cause is not None and not quiet and voice.rounds < ALARM_ROUNDS and now >= voice.due:
        rounds = voice.rounds + 1
        voice = replace(voice, tune=ALARM, rounds=rounds, due=now + ALARM_EVERY_S)
    if not voice.tune:
        return voice, False
    return replace(voice, tune=voice.tune[1:]), voice.tune[0] == "1"
