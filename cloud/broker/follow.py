"""Keeps the broker's accounts what the database says, whichever process changed it."""

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

Accounts = Mapping[str, str]

EVERY_S: Final = 1.0
"""A device that was struck off is out within five seconds: this, the signal, and the broker."""

_log = logging.getLogger(__name__)


class Follower:
    """Asks the database for the accounts, and tells the broker when they are others."""

    def __init__(
        self,
        engine: Engine,
        accounts: Callable[[Session], Accounts],
        reload: Callable[[Accounts], None],
        known: Accounts,
    ) -> None:
        self._engine = engine
        self._accounts = accounts
        self._reload = reload
        self._known = dict(known)

    def run(self, stop: threading.Event) -> None:
        while not stop.wait(EVERY_S):
            try:
                self.look()
            except (SQLAlchemyError, OSError):
                _log.exception("the broker cannot be told who may come in; trying again")

    def look(self) -> None:
        with Session(self._engine) as session:
            found = dict(self._accounts(session))
        if found != self._known:
            self._reload(found)
            self._known = found
