"""Lessons and their steps, and which of them are done by what the greenhouse has told. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from wire.codes import EventKind

LASTS: Final = timedelta(minutes=30)
"""All lessons take twenty minutes at a slow pace; the next person waits for the place."""

ROOM: Final = 256 << 20
"""Octets that stay free on the machine, besides what one more greenhouse takes."""
TAKES: Final = 96 << 20
"""Octets of one greenhouse with its agent."""


class Step(StrEnum):
    """One thing to do; the values are kept in the database."""

    DRY = "dry"
    WATER = "water"
    STOP = "stop"
    RESUME = "resume"
    TRY = "try"
    CLEAR = "clear"
    AGAIN = "again"
    NOTE = "note"
    MEND = "mend"
    SET = "set"
    RULES = "rules"
    HARVEST = "harvest"
    WEIGH = "weigh"


class Lesson(StrEnum):
    """Steps that belong together, and count as one thing learnt."""

    WATER = "water"
    VALVE = "valve"
    DIARY = "diary"
    SETTINGS = "settings"
    LOTS = "lots"


@dataclass(frozen=True)
class Deeds:
    """What the learner has done that the greenhouse does not tell of."""

    seen: bool = False
    """They have named the dry zone."""
    noted: bool = False
    mended: bool = False
    """They have put an entry of the diary right."""
    wished: bool = False
    """They have asked for other settings."""
    ruling: bool = False
    """And the greenhouse has said that it goes by them."""
    harvested: bool = False
    """They have made a lot of what they picked."""
    weighed: bool = False
    """And have written down what of it is spoilt."""


LESSONS: Final = {
    Lesson.WATER: (Step.DRY, Step.WATER, Step.STOP, Step.RESUME),
    Lesson.VALVE: (Step.TRY, Step.CLEAR, Step.AGAIN),
    Lesson.DIARY: (Step.NOTE, Step.MEND),
    Lesson.SETTINGS: (Step.SET, Step.RULES),
    Lesson.LOTS: (Step.HARVEST, Step.WEIGH),
}
AFTER: Final = {Lesson.VALVE: Lesson.WATER}
"""The valves stick in the course of the lesson before."""

ENOUGH: Final = 3
"""Who finished a lesson before it is told how it goes: of fewer it would be known who it was."""

DONE: Final = "done"
"""In place of a step, once there is none left."""

_SHOWN_BY: Final = (
    (Step.WATER, EventKind.COMMAND_FLOWING),
    (Step.STOP, EventKind.STOPPED),
    (Step.RESUME, EventKind.RESUMED),
    (Step.TRY, EventKind.FAULT),
    (Step.CLEAR, EventKind.FAULT_CLEARED),
    (Step.AGAIN, EventKind.COMMAND_FLOWING),
)
"""What the greenhouse tells when a step is done; each counts only after the one before it."""

KINDS: Final = tuple(dict.fromkeys(kind for _step, kind in _SHOWN_BY))


def done(told: Iterable[EventKind], deeds: Deeds) -> frozenset[Step]:
    """The steps done, by what was told in its order and by what the learner did."""
    by_hand = {
        Step.DRY: deeds.seen,
        Step.NOTE: deeds.noted,
        Step.MEND: deeds.mended,
        Step.SET: deeds.wished,
        Step.RULES: deeds.ruling,
        Step.HARVEST: deeds.harvested,
        Step.WEIGH: deeds.weighed,
    }
    found = {step for step, is_done in by_hand.items() if is_done}
    ahead = list(_SHOWN_BY)
    for kind in told:
        if ahead and kind is ahead[0][1]:
            found.add(ahead.pop(0)[0])
    return frozenset(found)


def learnt(steps: frozenset[Step]) -> Sequence[Lesson]:
    """The lessons of which no step is missing."""
    return [lesson for lesson, whole in LESSONS.items() if steps.issuperset(whole)]


def open_lessons(steps: frozenset[Step]) -> Sequence[Lesson]:
    """Those that may be begun now, because they are neither learnt nor need another one first."""
    known = learnt(steps)
    return [
        lesson
        for lesson in LESSONS
        if lesson not in known and AFTER.get(lesson, lesson) in (lesson, *known)
    ]


def upcoming(steps: frozenset[Step], chosen: str = "") -> str:
    """The first step that is not done, or `DONE`; of the lesson that was chosen, if any."""
    lessons = sorted(LESSONS, key=lambda lesson: lesson != chosen)
    course = (step for lesson in lessons for step in LESSONS[lesson])
    return next((step.value for step in course if step not in steps), DONE)


def places(most: int, taken: int, free_octets: int | None) -> int:
    """How many greenhouses there may be in all; None: the machine does not tell what is free."""
    if free_octets is None:
        return most
    return min(most, taken + max(0, (free_octets - ROOM) // TAKES))
