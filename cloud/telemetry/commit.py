"""Committing batches: again while the database is away, and past a message it cannot take."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlmodel import Session

from cloud.db import writing
from cloud.devices.link import KnownDevice
from cloud.errors import Unavailable
from cloud.telemetry import batch
from cloud.telemetry.batch import Outcome
from cloud.telemetry.reader import Incoming

_POISON: Final = (DBAPIError, ArithmeticError, ValueError)
"""What a database or its driver says to a value it cannot hold."""


class DatabaseAway(Unavailable):
    """The database does not take anything now; the same batch may be tried again."""

    code = "database_away"


def commit(
    engine: Engine,
    messages: Sequence[Incoming],
    known: Mapping[str, KnownDevice],
    now: datetime,
) -> list[Outcome]:
    """Make a batch durable; halves it until a poisonous message stands alone in quarantine.

    Raises:
        DatabaseAway: nothing of it is durable.
    """
    try:
        with transaction(writing(engine)) as session:
            return [batch.process(session, messages, known, now)]
    except _POISON as error:
        problem = type(error).__name__
    if len(messages) == 1:
        with transaction(writing(engine)) as session:
            return [batch.set_aside(session, messages[0], problem, now)]
    middle = len(messages) // 2
    first = commit(engine, messages[:middle], known, now)
    return first + commit(engine, messages[middle:], known, now)


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """A transaction, committed at the end of the block.

    Raises:
        DatabaseAway: nothing of it is durable, and that is the database's fault.
    """
    try:
        with Session(engine) as session, session.begin():
            yield session
    except DBAPIError as error:
        if _is_away(error):
            raise DatabaseAway from error
        raise


def _is_away(error: DBAPIError) -> bool:
    return isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated
