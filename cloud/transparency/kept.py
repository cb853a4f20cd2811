"""A copy of the public log beside the journal, so that a backup that is put back forks nothing.

Whoever kept a checkpoint would see two pasts where a log grew again from an older end. With the
copy it goes on from where it was; without one it goes on under another name, for all to see.
"""

import logging
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import Engine, update
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from cloud import bulk
from cloud.settings import Settings
from cloud.transparency import service
from cloud.transparency.entries import Entry
from cloud.transparency.models import LogHead
from cloud.transparency.service import FIRST_LIFE, ONLY, Standing

LOOK_S: Final = 2.0
"""A line is outside the database after this; what is lost within it is told as another past."""

_NAME: Final = "public-log.jsonl"
_OWNER: Final = 0o600

_log = logging.getLogger(__name__)


class Kept(BaseModel):
    """One line of the log with what it is found by."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    number: int
    subject: str
    text: str


@dataclass(frozen=True)
class Copy:
    """The file; whoever writes to it is alone."""

    path: Path

    def lines(self) -> list[Kept]:
        """All whole lines that follow each other; half a one is left after a power cut."""
        if not self.path.exists():
            return []
        found: list[Kept] = []
        for text in self.path.read_bytes().splitlines():
            line = _read(text)
            if line is not None and line.number == len(found):
                found.append(line)
        return found

    def append(self, standings: Sequence[Standing]) -> None:
        """Durable when it returns."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        lines = (Kept(number=one.number, subject=one.subject, text=one.text) for one in standings)
        text = "".join(f"\n{line.model_dump_json()}" for line in lines)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _OWNER)
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())


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
                self._copy.append(fresh)
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


def _read(text: bytes) -> Kept | None:
    try:
        return Kept.model_validate_json(text)
    except ValidationError:
        return None
