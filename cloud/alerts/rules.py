"""How an alert opens, worsens and ends: the state of a house and one look give the next. Pure.

An alert is open, then acknowledged by a person, then over. It is over once nothing of it was seen
for a while; a look that cannot tell (the device is away) neither keeps it up nor ends it. So
nothing opens twice within its time of calm, however its cause comes and goes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from cloud.alerts.kinds import Place, Severity, calm
from cloud.alerts.signs import Detail, Look, Sign


class Change(StrEnum):
    """What happened to an alert, worth telling somebody."""

    OPENED = "opened"
    WORSENED = "worsened"
    RESOLVED = "resolved"


@dataclass(frozen=True)
class Standing:
    """An alert that is not over. `well` is since when nothing of it was seen."""

    place: Place
    severity: Severity
    since: datetime
    opened: datetime
    seen: datetime
    well: datetime | None = None
    acknowledged: datetime | None = None
    detail: Detail = field(default_factory=dict)


@dataclass(frozen=True)
class Effect:
    """A change, with the alert as it is after it."""

    change: Change
    standing: Standing


@dataclass(frozen=True)
class Step:
    """The next state of a house, and what changed on the way."""

    standing: Mapping[Place, Standing]
    effects: tuple[Effect, ...]


def step(before: Mapping[Place, Standing], look: Look, now: datetime) -> Step:
    """One look at a house later."""
    after: dict[Place, Standing] = {}
    effects: list[Effect] = []
    for place, standing in before.items():
        sign = look.signs.get(place)
        if sign is not None:
            after[place] = _seen(standing, sign, now)
            effects += _worsened(standing, after[place])
        elif place in look.blind:
            after[place] = replace(standing, well=None)
        else:
            well = standing.well or now
            rested = replace(standing, well=well)
            if now - well >= calm(place.kind):
                effects.append(Effect(Change.RESOLVED, rested))
            else:
                after[place] = rested
    for place, sign in look.signs.items():
        if place not in before:
            after[place] = _opened(sign, now)
            effects.append(Effect(Change.OPENED, after[place]))
    return Step(after, tuple(effects))


def acknowledge(standing: Standing, now: datetime) -> Standing:
    """A person knows of it; whoever was first stays it."""
    return standing if standing.acknowledged else replace(standing, acknowledged=now)


def _opened(sign: Sign, now: datetime) -> Standing:
    return Standing(
        sign.place, sign.severity, min(sign.since, now), opened=now, seen=now, detail=sign.detail
    )


def _seen(standing: Standing, sign: Sign, now: datetime) -> Standing:
    """It never becomes less pressing while it lasts; what is worse has to be known anew."""
    worse = sign.severity.rank > standing.severity.rank
    return replace(
        standing,
        severity=sign.severity if worse else standing.severity,
        seen=now,
        well=None,
        acknowledged=None if worse else standing.acknowledged,
        detail=sign.detail,
    )


def _worsened(before: Standing, after: Standing) -> Iterator[Effect]:
    if after.severity is not before.severity:
        yield Effect(Change.WORSENED, after)
