"""The round through all houses, every few seconds; each look is a transaction of its own."""

import logging
from collections.abc import Iterator
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
        for house in self._due(marks, now):
            try:
                _look(engine, house, now)
            except _ODD:
                _log.exception("cannot look at greenhouse %s; the others go on", house)
            self._looked[house] = _Looked(now, marks[house])
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


def _look(engine: Engine, house: int, now: datetime) -> None:
    """Most looks change nothing, and take no lock."""
    with Session(engine) as session:
        look = service.look(session, house, now)
        if not service.has_news(session, house, look, now):
            return
    with Session(writing(engine)) as session, session.begin():
        outbox.note(session, service.examine(session, house, look, now), now)
