"""The cloud: the real worker and services on a real SQLite file, killed and cut off by order.

A process that dies between two statements leaves its transaction to the database; the next one
begins with nothing but what was committed.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from cloud import keyring
from cloud.db import make_engine, writing
from cloud.devices.vault import Vault
from cloud.telemetry.commit import DatabaseAway
from cloud.telemetry.ingest import Post, Stores, Worker
from cloud.telemetry.live import Hub
from tests.sim.agenda import Agenda
from tests.sim.broker import Broker
from tests.sim.clocks import CloudClock
from tests.sim.post import SimPost
from tests.sim.tally import Tally

ROUND_S: Final = 6.0
"""Rows wait so long for company: a busy worker, and far below the devices' patience."""
PROMPT_S: Final = 0.2
LOOK_S: Final = 60.0
"""A round without news, for commands that expire."""
RESTART_S: Final = 5.0
STATEMENTS: Final = 40


class Killed(BaseException):
    """The process is gone; nothing of it may catch this."""


@dataclass(frozen=True)
class Premises:
    """Where the cloud stands; `post` is where a planted mistake goes in."""

    database: Path
    vault: Vault
    clock: CloudClock
    post: Callable[[Post, "Centre"], Post] = lambda post, _centre: post


class Centre:
    """One worker and one database for all houses."""

    def __init__(self, premises: Premises, broker: Broker, agenda: Agenda, tally: Tally) -> None:
        self.clock, self.vault, self.tally = premises.clock, premises.vault, tally
        self.engine = make_engine(f"sqlite:///{premises.database}")
        sa.event.listen(self.engine, "before_cursor_execute", self._at_statement)
        self.reader = sqlite3.connect(premises.database, isolation_level=None)
        """For those who check: it meets no fault."""
        self.quiet = make_engine(f"sqlite:///{premises.database}")
        """The same, through the services."""
        for one in (self.engine, self.quiet):
            keyring.bind(one, premises.database.parent / "secrets")
        self.is_away = False
        self.agenda, self._left = agenda, 0
        self.post = SimPost(broker, self._is_due)
        self._way = premises.post(self.post, self)
        self._worker: Worker | None = None
        self._due_at = float("inf")
        self.start()

    def start(self) -> None:
        if self._worker is not None:
            return
        stores = Stores(self.engine, self.vault, Hub())
        self._worker = Worker(stores, self._way, self.clock)
        self._way.open()
        self._plan(PROMPT_S)

    def kill(self) -> None:
        """SIGKILL; systemd starts another."""
        self._worker, self._left = None, 0
        self._way.close()
        self.agenda.after(RESTART_S, self.start)

    def doom(self, statements: int) -> None:
        """Let whoever comes to it die before this many statements have run."""
        self._left = statements

    def is_wanted(self) -> None:
        """Somebody has asked something of a device."""
        self._plan(PROMPT_S)

    def close(self) -> None:
        self.reader.close()
        self.engine.dispose()
        self.quiet.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """What a request has; it may end in `Killed` or in an OperationalError."""
        with Session(writing(self.engine), expire_on_commit=False) as session, session.begin():
            yield session

    def _round(self) -> None:
        if self.agenda.now < self._due_at:
            return
        self._due_at = float("inf")
        if self._worker is None:
            return
        try:
            self._worker.step()
        except DatabaseAway:
            self._plan(RESTART_S)
            return
        except Killed:
            self.tally.note("worker died")
            self.kill()
            return
        self._plan(LOOK_S)

    def _is_due(self, urgent: bool) -> None:  # noqa: FBT001 - a port of two callers
        self._plan(PROMPT_S if urgent else self.agenda.on_grid(ROUND_S) - self.agenda.now)

    def _plan(self, after_s: float) -> None:
        due = self.agenda.now + after_s
        if due < self._due_at:
            self._due_at = due
            self.agenda.at(due, self._round)

    def _at_statement(
        self,
        _connection: sa.Connection,
        _cursor: object,
        statement: str,
        _parameters: object,
        _context: object,
        _many: bool,  # noqa: FBT001 - SQLAlchemy's own signature
    ) -> None:
        if self.is_away:
            raise OperationalError(statement, None, OSError("the database is away"))
        if self._left:
            self._left -= 1
            if not self._left:
                self.tally.fault("cloud killed at a statement")
                raise Killed
