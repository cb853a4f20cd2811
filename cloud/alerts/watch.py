"""The round through all houses, every few seconds; each look is a transaction of its own."""

import logging
from datetime import datetime
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from cloud.alerts import outbox, service
from cloud.db import writing

EVERY_S: Final = 20
"""With what a channel takes, well within the minute in which somebody must know."""

_ODD: Final = (SQLAlchemyError, ArithmeticError, LookupError, TypeError, ValueError)
"""What rows of one device may bring about that nobody thought of."""

_log = logging.getLogger(__name__)


def look_round(engine: Engine, now: datetime) -> None:
    """Look at every house; what goes wrong with one keeps no other from its look."""
    with Session(engine) as session:
        houses = service.watched(session)
    for house in houses:
        try:
            _look(engine, house, now)
        except _ODD:
            _log.exception("cannot look at greenhouse %s; the others go on", house)
    _escalate(engine, now)


def _escalate(engine: Engine, now: datetime) -> None:
    with Session(engine) as session:
        if not outbox.has_unheeded(session, now):
            return
    with Session(writing(engine)) as session, session.begin():
        outbox.escalate(session, now)


def _look(engine: Engine, house: int, now: datetime) -> None:
    """Most looks change nothing, and take no lock."""
    with Session(engine) as session:
        if not service.has_news(session, house, now):
            return
    with Session(writing(engine)) as session, session.begin():
        outbox.note(session, service.examine(session, house, now), now)
