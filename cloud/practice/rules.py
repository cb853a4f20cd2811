"""Lessons and their steps, and which of them are done by what the greenhouse has told. Pure."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Final

from wire.codes import EventKind

LASTS: Final = timedelta(minutes=30)
"""Both lessons take ten minutes at a slow pace; the next person waits for the place."""

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


class Lesson(StrEnum):
    """Steps that belong together, and count as one thing learnt."""

    WATER = "water"
    VALVE = "valve"


LESSONS: Final = {
    Lesson.WATER: (Step.DRY, Step.WATER, Step.STOP, Step.RESUME),
    Lesson.VALVE: (Step.TRY, Step.CLEAR, Step.AGAIN),
}

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


def done(told: Iterable[EventKind], *, seen: bool) -> frozenset[Step]:
    """The steps done, by what was told in its order; `seen`: the dry zone was named."""
    found = {Step.DRY} if seen else set()
    ahead = list(_SHOWN_BY)
    for kind in told:
        if ahead and kind is ahead[0][1]:
            found.add(ahead.pop(0)[0])
    return frozenset(found)


def learnt(steps: frozenset[Step]) -> Sequence[Lesson]:
    """The lessons of which no step is missing."""
    return [lesson for lesson, whole in LESSONS.items() if steps.issuperset(whole)]


def upcoming(steps: frozenset[Step]) -> str:
    """The first step that is not done, or `DONE`."""
    course = (step for whole in LESSONS.values() for step in whole)
    return next((step.value for step in course if step not in steps), DONE)


def places(most: int, taken: int, free_octets: int | None) -> int:
    """How many greenhouses there may be in all; None: the machine does not tell what is free."""
    if free_octets is None:
        return most
    return min(most, taken + max(0, (free_octets - ROOM) // TAKES))
