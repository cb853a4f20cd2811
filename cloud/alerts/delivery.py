"""Who is told of an alert, when, and how often it is tried. Pure.

First those who work on that farm; what cannot wait and nobody acknowledged within five minutes
goes to the cooperative's managers too, and to whoever was given leave to help there. What can wait
keeps silent at night.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final

from cloud.alerts.kinds import Severity
from cloud.i18n import TIME_ZONE
from cloud.principal import Role

UNHEEDED_AFTER: Final = timedelta(minutes=5)
"""A telephone in a pocket is taken out sooner; a burst pipe empties a tank in twenty."""
QUIET_FROM: Final = time(21, 30)
QUIET_TO: Final = time(5, 30)
"""Growers go to bed early and are in the garden before the sun."""
FIRST_WAIT: Final = timedelta(seconds=10)
LONGEST_WAIT: Final = timedelta(minutes=10)
TRIES: Final = 10
"""With the waits between them an hour; who has not been reached by then is told by others."""


class Tie(StrEnum):
    """What somebody has to do with the farm that an alert is of."""

    HERE = "here"
    ANYWHERE = "anywhere"
    """They work in the cooperative, and nobody said on which farm."""
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class Reachable:
    """Somebody with an address that they confirmed; `helps` who was given leave to help there."""

    contact_id: int
    role: Role
    tie: Tie = Tie.ANYWHERE
    helps: bool = False


def first_told(people: Sequence[Reachable]) -> list[int]:
    """Who grows there, else who may; others alone where no such grower can be reached."""
    for tie in (Tie.HERE, Tie.ANYWHERE):
        growers = [one.contact_id for one in people if one.role is Role.FARMER and one.tie is tie]
        if growers:
            return growers
    return second_told(people)


def second_told(people: Sequence[Reachable]) -> list[int]:
    return [one.contact_id for one in people if one.role is Role.MANAGER or one.helps]


def tie(farms: Collection[int], farm: int) -> Tie:
    """Of somebody who is known to work on these farms."""
    if not farms:
        return Tie.ANYWHERE
    return Tie.HERE if farm in farms else Tie.ELSEWHERE


def due(severity: Severity, now: datetime) -> datetime:
    """When it may be sent: what presses at once, the rest when people are awake."""
    local = now.astimezone(TIME_ZONE)
    if severity is Severity.ACT or QUIET_TO <= local.time() < QUIET_FROM:
        return now
    morning = datetime.combine(local.date(), QUIET_TO, TIME_ZONE)
    return morning if local < morning else morning + timedelta(days=1)


def next_try(tries: int, now: datetime) -> datetime | None:
    """When to try again after so many tries in vain; None when it was enough."""
    if tries >= TRIES:
        return None
    doubled: int = 2 ** (tries - 1)
    return now + min(FIRST_WAIT * doubled, LONGEST_WAIT)
