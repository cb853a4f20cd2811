"""A copy of the public log beside the journal, so that a backup that is put back forks nothing.

Whoever kept a checkpoint would see two pasts where a log grew again from an older end. With the
copy it goes on from where it was; without one it goes on under another name, for all to see.
"""

import logging
import threading
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Engine, update
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from cloud import bulk
from cloud.durable import LineFile
from cloud.settings import Settings
from cloud.transparency import service
from cloud.transparency.entries import Entry
from cloud.transparency.models import LogHead
from cloud.transparency.service import FIRST_LIFE, ONLY, Standing

LOOK_S: Final = 2.0
"""A line is outside the database after this; what is lost within it is told as another past."""

_NAME: Final = "public-log.jsonl"

_log = logging.getLogger(__name__)


class Kept(BaseModel):
    """One line of the log with what it is found by."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    number: int
    subject: str
    text: str


class Copy(LineFile[Kept]):
    """The file of these lines."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, Kept)

    def lines(self) -> list[Kept]:
        """All whole lines that follow each other."""
        found: list[Kept] = []
        for line in super().lines():
            if line.number == len(found):
                found.append(line)
        return found


class LogKeeper:
    """Copies new lines of the log out of the database."""

    def __init__(self, engine: Engine, copy: Copy) -> None:
        self._engine = engine
        self._copy = copy
        self._size = len(copy.lines())

    def run(self, stop: threading.Event) -> None:
        """Until told to stop; a database or disk that is away is asked again."""
        while not stop.wait(LOOK_S):
            self.look()
        self.look()

    def look(self) -> None:
        try:
            with Session(self._engine) as session:
                fresh = service.since(session, self._size)
            if fresh:
                self._copy.append([_kept(one) for one in fresh])
                self._size += len(fresh)
        except (SQLAlchemyError, OSError):
            _log.exception("the copy of the public log stands still")


def copy_of(settings: Settings) -> Copy:
    return Copy(settings.journal_file.with_name(_NAME))


def go_on(session: Session, copy: Copy) -> bool:
    """Give a database that was put back the lines it has forgotten, before it says anything new.

    Returns False where the copy is lost or of another past: the log then has another name.
    """
    own, kept = service.since(session, 0), copy.lines()
    same = [(one.number, one.subject, one.text) for one in own] == [
        (one.number, one.subject, one.text) for one in kept[: len(own)]
    ]
    if same and copy.path.exists():
        service.append(session, [Entry(one.subject, one.text) for one in kept[len(own) :]])
        return True
    bulk.insert_new(session, LogHead, [{"id": ONLY, "size": 0, "life": FIRST_LIFE}])
    session.exec(update(LogHead).values(life=LogHead.life + 1))
    if copy.path.exists():
        copy.path.replace(copy.path.with_suffix(f".{len(kept)}"))  # it is evidence
    return False


def _kept(one: Standing) -> Kept:
    return Kept(number=one.number, subject=one.subject, text=one.text)
