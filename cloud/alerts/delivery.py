"""Who is told of an alert, when, and how often it is tried. Pure.

First those who work in the garden; what cannot wait and nobody acknowledged within five minutes
goes to the cooperative's managers too. What can wait keeps silent at night.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
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


@dataclass(frozen=True)
class Reachable:
    """Somebody with an address that they confirmed."""

    contact_id: int
    role: Role


def first_told(people: Sequence[Reachable]) -> list[int]:
    """Who grows there; a manager alone where no grower can be reached."""
    growers = [one.contact_id for one in people if one.role is Role.FARMER]
    return growers or second_told(people)


def second_told(people: Sequence[Reachable]) -> list[int]:
    return [one.contact_id for one in people if one.role is Role.MANAGER]


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
