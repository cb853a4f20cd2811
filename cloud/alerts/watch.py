"""The round through all houses, every few seconds; each look is a transaction of its own."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from cloud.alerts import outbox, service
from cloud.alerts.service import Mark
from cloud.db import writing

EVERY_S: Final = 20
"""With what a channel takes, well within the minute in which somebody must know."""
AGAIN: Final = timedelta(seconds=60)
"""How long a house with nothing new goes unlooked at: time alone makes a box silent, or an alert
over, and both are measured in minutes."""

TOGETHER: Final = 100
"""Houses that are asked for at once: some thousand rows, which memory hardly notices."""

_ODD: Final = (SQLAlchemyError, ArithmeticError, LookupError, TypeError, ValueError)
"""What rows of one device may bring about that nobody thought of."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Looked:
    """When somebody last looked at a house, and what was newest there."""

    at: datetime
    mark: Mark


class Watch:
    """Goes round the houses and remembers where there was nothing new."""

    def __init__(self) -> None:
        self._looked: dict[int, _Looked] = {}

    def round(self, engine: Engine, now: datetime) -> None:
        """Look where something came since, and everywhere once a minute.

        What goes wrong with one house keeps no other from its look.
        """
        with Session(engine) as session:
            marks = service.watched(session)
        self._looked = {house: seen for house, seen in self._looked.items() if house in marks}
        due = list(self._due(marks, now))
        for first in range(0, len(due), TOGETHER):
            _visit(engine, due[first : first + TOGETHER], now)
        self._looked |= {house: _Looked(now, marks[house]) for house in due}
        _escalate(engine, now)

    def _due(self, marks: dict[int, Mark], now: datetime) -> Iterator[int]:
        for house, mark in sorted(marks.items()):
            last = self._looked.get(house)
            if last is None or last.mark != mark or not timedelta() <= now - last.at < AGAIN:
                yield house


def look_round(engine: Engine, now: datetime) -> None:
    """One round of somebody who was never there before."""
    Watch().round(engine, now)


def _escalate(engine: Engine, now: datetime) -> None:
    with Session(engine) as session:
        if not outbox.has_unheeded(session, now):
            return
    with Session(writing(engine)) as session, session.begin():
        outbox.escalate(session, now)


def _visit(engine: Engine, houses: Sequence[int], now: datetime) -> None:
    """Look at some houses together; where that goes wrong, at each by itself."""
    try:
        _look(engine, houses, now)
    except _ODD:
        if len(houses) == 1:
            _log.exception("cannot look at greenhouse %s; the others go on", houses[0])
            return
        for house in houses:
            _visit(engine, [house], now)


def _look(engine: Engine, houses: Sequence[int], now: datetime) -> None:
    """Most looks change nothing, and take no lock; each that does is kept by itself."""
    with Session(engine) as session:
        looks = service.looks(session, houses, now)
        changed = service.with_news(session, looks, now)
    for house in changed:
        with Session(writing(engine)) as session, session.begin():
            outbox.note(session, service.examine(session, house, looks[house], now), now)
