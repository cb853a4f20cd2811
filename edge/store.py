"""What the agent keeps: numbered rows for the cloud, open valves, budgets, settings, seen ids.

Everything is written through `transaction`; a row has its number only if it is on the card.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from edge import history, keepsake
from edge.ballast import Ballast
from edge.change import KEPT_META, WAITING, Change, OpenDose, Origin, ZoneRecord
from edge.database import open_checked
from edge.errors import StoreError
from edge.history import Metrics, StoredRow
from edge.keepsake import Keepsake, KeptZone
from wire import codec
from wire.codes import Fault
from wire.identity import random_id


class Store:
    """One connection, used by the control loop and the uplink's thread in turn."""

    def __init__(self, path: Path) -> None:
        opened = open_checked(path)
        self.path, self._db, self.quarantined = path, opened.connection, opened.quarantined
        self.has_refused = False
        """Whether anything was not taken since this start."""
        self._lock, self._ballast = threading.RLock(), Ballast(path)
        epoch = self.meta("epoch")
        kept = keepsake.load(path) if epoch is None else None
        self.origin = Origin(epoch or random_id(), random_id())
        session = kept.meta.get("session") if kept else self.meta("session")
        self.session = int(session or "0") + 1
        self.acked = int(self.meta("acked") or "0")
        self.last, self._chain = self._highest(), self.meta("chain") or codec.GENESIS
        with ExitStack() as undo:
            undo.callback(self._db.close)
            self._begin(kept)
            undo.pop_all()

    @contextmanager
    def transaction(self) -> Iterator[Change]:
        """All or nothing, and on the card when the block is left.

        Raises:
            StoreError: the card did not take it; nothing of it happened.
        """
        with self._lock:
            try:
                self._ballast.make_room()
                with self._committed() as change:
                    yield change
            except (OSError, sqlite3.Error) as error:
                self.has_refused = True
                self._ballast.give_up()  # what the next start has to tell must find room
                raise StoreError(f"the card refuses to store: {error}") from error

    def rows(self, first: int, last: int, limit: int) -> list[StoredRow]:
        """Rows with numbers from `first` to `last`, packed or not, in order."""
        with self._reading() as db:
            return history.rows(db, first, last, limit)

    def quarters(self, zone: str, start_ms: int, end_ms: int) -> dict[int, Metrics]:
        """The quarter hours of a zone ('' for the house) that begin in a span of wall time."""
        with self._reading() as db:
            return history.quarters(db, zone, start_ms, end_ms)

    def numbers_between(self, start_ms: int, end_ms: int) -> tuple[int, int] | None:
        """First and last number of a span of wall time, as far as it is not packed yet."""
        query = "SELECT min(seq), max(seq) FROM outbox WHERE wall_ms >= ? AND wall_ms < ?"
        ((first, last),) = self._all(query, start_ms, end_ms)
        return None if first is None else (first, last)

    def recent_from(self) -> int:
        """The number from which on rows were written in the hour that ended with the newest."""
        with self._reading() as db:
            return history.recent_from(db, self.last)

    def oldest(self) -> int:
        """The lowest number still on the card, 0 when there is none."""
        with self._reading() as db:
            return history.oldest(db)

    def free(self) -> int:
        """Bytes that the card has for the agent.

        Raises:
            StoreError: the card does not even say that.
        """
        try:
            return self._ballast.free()
        except OSError as error:
            raise StoreError(f"the card refuses to tell its room: {error}") from error

    def open_doses(self) -> list[OpenDose]:
        found = self._all("SELECT zone, lease_s, lease_l, command FROM journal")
        return [OpenDose(*row) for row in found]

    def zone(self, key: str) -> ZoneRecord:
        found = self._all("SELECT day, litres, fault FROM zone WHERE zone = ?", key)
        if not found:
            return ZoneRecord()
        day, litres, fault = found[0]
        return ZoneRecord(day, litres, Fault(fault) if fault else None)

    def settings(self) -> tuple[int, str] | None:
        """The newest settings: version and body."""
        found = self._all("SELECT version, body FROM settings ORDER BY version DESC LIMIT 1")
        return (int(found[0][0]), str(found[0][1])) if found else None

    def kept_settings(self) -> list[str]:
        """The bodies of all generations of settings, the newest first."""
        return [row["body"] for row in self._all("SELECT body FROM settings ORDER BY -version")]

    def meta(self, key: str) -> str | None:
        found = self._all("SELECT value FROM meta WHERE key = ?", key)
        return str(found[0][0]) if found else None

    def waiting(self) -> dict[str, str]:
        """Accepted commands whose zones never began: the command's id by zone."""
        found = self._all("SELECT key, value FROM meta WHERE key GLOB ?", f"{WAITING}*")
        return {row["key"].removeprefix(WAITING): row["value"] for row in found}

    def is_seen(self, command_id: str) -> bool:
        return bool(self._all("SELECT 1 FROM seen_command WHERE id = ?", command_id))

    def ack(self, upto: int) -> None:
        """Rows up to `upto` are durable in the cloud; written down with the next transaction.

        Losing this note costs nothing: the cloud says it again at the next birth. An `upto`
        lower than before is a cloud restored from a backup, and believed.
        """
        with self._lock:
            self.acked = min(upto, self.last)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def _begin(self, kept: Keepsake | None) -> None:
        with self.transaction() as change:
            if kept is not None:
                _restore(kept, change)
            change.set_meta("epoch", self.origin.epoch)
            change.set_meta("session", str(self.session))

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._lock:
                yield self._db
        except sqlite3.Error as error:
            self.has_refused = True
            raise StoreError(f"the card refuses to be read: {error}") from error

    @contextmanager
    def _committed(self) -> Iterator[Change]:
        change = Change(self._db, self.origin, self.last, self._chain)
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield change
            change.set_meta("acked", str(self.acked))
            self._db.execute("COMMIT")
        finally:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
        self.last, self._chain = change.last, change.chain
        if change.is_worth_keeping:
            keepsake.save(self._keepsake(), self.path)

    def _keepsake(self) -> Keepsake:
        zones = self._all("SELECT zone, day, litres, fault FROM zone")
        meta = self._all("SELECT key, value FROM meta")
        return Keepsake(
            meta={row["key"]: row["value"] for row in meta if row["key"] in KEPT_META},
            zones={key: KeptZone(day=d, litres=ml, fault=f) for key, d, ml, f in zones},
            settings=self.settings(),
            doses=tuple(self.open_doses()),
        )

    def _highest(self) -> int:
        found = self._all("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'")
        return int(found[0][0]) if found else 0

    def _all(self, query: str, *values: str | int) -> list[sqlite3.Row]:
        with self._reading() as db:
            return db.execute(query, values).fetchall()


def _restore(kept: Keepsake, change: Change) -> None:
    """Take over from a damaged predecessor what its last keepsake tells."""
    for key in KEPT_META - {"epoch"}:
        if key in kept.meta:
            change.set_meta(key, kept.meta[key])
    change.set_meta("prev_epoch", kept.meta.get("epoch", ""))
    for key, zone in kept.zones.items():
        change.zone(key, ZoneRecord(zone.day, zone.litres, zone.fault))
    for dose in kept.doses:
        change.opening(dose, 0)
    if kept.settings is not None:
        change.settings(*kept.settings)
