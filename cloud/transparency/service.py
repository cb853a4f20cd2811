"""Appending to the public log within the caller's transaction, and proving what stands in it."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, cast
from urllib.parse import urlsplit

from sqlmodel import Session, col, select, update

from cloud import bulk
from cloud.errors import NotFound
from cloud.settings import Settings
from cloud.transparency.entries import Entry
from cloud.transparency.models import LogEntry, LogHead
from traceability.keys import derive_log_key
from traceability.log import Tree, leaf_hash
from traceability.notes import Checkpoint, Inclusion, Signer, sign
from traceability.tiles import WIDTH, Tile, content

FIRST_LIFE: Final = 1
ONLY: Final = 1
"""The number of the only row of the log's head."""

_FILE: Final = "public-log"
_AT_ONCE: Final = 10_000


@dataclass(frozen=True)
class Standing:
    """An entry with its place in the log."""

    number: int
    subject: str
    text: str

    @property
    def octets(self) -> bytes:
        return self.text.encode()


@dataclass(frozen=True)
class Head:
    """How far the log goes, signed."""

    signer: Signer
    checkpoint: Checkpoint
    note: str

    @property
    def key(self) -> str:
        return str(self.signer.verifier)


@dataclass
class Trees:
    """The tree of the entries, kept by a process and caught up when somebody asks.

    64 octets a leaf; entries are never changed, so what was hashed once stays right.
    """

    _tree: Tree = field(default_factory=Tree)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def upto(self, session: Session, size: int) -> Tree:
        with self._lock:
            while self._tree.size < size:
                low = self._tree.size
                for one in _texts(session, low, min(low + _AT_ONCE, size)):
                    self._tree.append(leaf_hash(one.encode()))
            return self._tree


def append(session: Session, entries: Sequence[Entry]) -> None:
    """Append in the caller's transaction; whoever else appends waits until it ends.

    Called right before the audit record is: every transaction queues for the two in this order.
    """
    if not entries:
        return
    bulk.insert_new(session, LogHead, [{"id": ONLY, "size": 0, "life": FIRST_LIFE}])
    counted = session.exec(
        update(LogHead)
        .where(col(LogHead.id) == ONLY)
        .values(size=LogHead.size + len(entries))
        .returning(col(LogHead.size))
    )
    first = cast("int", counted.scalar_one()) - len(entries)
    for number, one in enumerate(entries, first):
        session.add(LogEntry(number=number, subject=one.subject, text=one.text))
    session.flush()


def size(session: Session) -> int:
    row = session.get(LogHead, ONLY)
    return row.size if row else 0


def head(session: Session, trees: Trees, settings: Settings) -> Head:
    """The newest checkpoint; the same entries always give the same one."""
    row = session.get(LogHead, ONLY)
    count, life = (row.size, row.life) if row else (0, FIRST_LIFE)
    signer = signer_of(settings, life)
    found = Checkpoint(signer.name, count, trees.upto(session, count).root(count))
    return Head(signer, found, sign(str(found), [signer]))


def signer_of(settings: Settings, life: int) -> Signer:
    name = name_of(settings)
    if life != FIRST_LIFE:
        name = f"{name}.{life}"
    return Signer(name, derive_log_key(master_of(settings), name))


def name_of(settings: Settings) -> str:
    return settings.log_name or f"{urlsplit(settings.public_url).netloc}/so"


def master_of(settings: Settings) -> bytes:
    """From which the keys of all that is public are derived."""
    return settings.secret(_FILE)


def standing(session: Session, number: int) -> Standing:
    """Raises NotFound where the log is shorter."""
    row = session.get(LogEntry, number)
    if row is None:
        raise NotFound
    return Standing(row.number, row.subject, row.text)


def about(session: Session, subjects: Sequence[str]) -> list[Standing]:
    """All that the log says of these things, oldest first."""
    wanted = select(LogEntry).where(col(LogEntry.subject).in_(subjects))
    found = session.exec(wanted.order_by(col(LogEntry.number)))
    return [Standing(row.number, row.subject, row.text) for row in found]


def newest(session: Session, limit: int, before: int | None = None) -> list[Standing]:
    """The last lines of all, or those before one, newest first."""
    wanted = select(LogEntry).order_by(col(LogEntry.number).desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(LogEntry.number < before)
    found = session.exec(wanted)
    return [Standing(row.number, row.subject, row.text) for row in found]


def since(session: Session, size: int) -> list[Standing]:
    """The lines after the first so many."""
    wanted = select(LogEntry).where(LogEntry.number >= size)
    found = session.exec(wanted.order_by(col(LogEntry.number)))
    return [Standing(row.number, row.subject, row.text) for row in found]


def proof(session: Session, trees: Trees, at: Head, number: int) -> Inclusion:
    """That an entry stands in the log of this checkpoint.

    Raises:
        NotFound: the log is shorter.
    """
    count = at.checkpoint.size
    if not 0 <= number < count:
        raise NotFound
    path = trees.upto(session, count).inclusion(number, count)
    return Inclusion(number, path, at.note)


def tile(session: Session, trees: Trees, wanted: Tile) -> bytes:
    """The octets of a tile.

    Raises:
        NotFound: the log does not go so far.
    """
    height = 0 if wanted.level is None else 8 * wanted.level
    low = wanted.number * WIDTH
    if wanted.width < 1 or (low + wanted.width) << height > size(session):
        raise NotFound
    if wanted.level is not None:
        tree = trees.upto(session, (low + wanted.width) << height)
        return content(wanted, tree, ())
    texts = [one.encode() for one in _texts(session, low, low + wanted.width)]
    return content(Tile(None, 0, wanted.width), Tree(), texts)


def _texts(session: Session, low: int, high: int) -> Sequence[str]:
    wanted = select(LogEntry.text).where(LogEntry.number >= low, LogEntry.number < high)
    return session.exec(wanted.order_by(col(LogEntry.number))).all()
