"""What may be written to the store, inside one transaction of it."""

import sqlite3
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from edge import history, thinning
from edge.clock import Wall
from wire import codec, rows
from wire.codes import EventKind, Fault, Metric
from wire.messages import Event, Sample, Scalar

DAY_MS: Final = 86_400_000
KEEP_ROWS_MS: Final = 30 * DAY_MS
"""Acknowledged rows stay as the greenhouse's own history of a month."""
SEEN_MS: Final = 7 * DAY_MS
"""How long a command's id is remembered against replay."""
GENERATIONS: Final = 2
"""Settings kept: the newest and the one before it."""
WAITING: Final = "waiting."
"""Before a zone's key: the note of a command that waits for the line."""
KEPT_META: Final = frozenset(
    {"epoch", "session", "hold", "stop_n", "lockout", "pause", "settings_heard"}
)
"""What a damaged database must not take with it: above all that somebody said STOP."""
HOUSE_META: Final = frozenset({"hold", "lockout", "pause"})
"""What of it people said of the house, whichever device it has; the rest counts for one cloud."""


Facts = Mapping[str, Scalar]
"""What an event tells."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Which database and which start of the agent a row comes from."""

    epoch: str
    boot: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """When something happened: milliseconds since boot, and wall time with its quality."""

    uptime_ms: int
    wall: Wall


@dataclass(frozen=True, slots=True)
class OpenDose:
    """A dose whose end is not written: its valve was ordered open, or it pauses with no lease."""

    zone: str
    lease_s: float
    lease_l: float
    command: str | None = None


@dataclass(frozen=True, slots=True)
class ZoneRecord:
    """What a zone must know after a power cut."""

    day: int | None = None
    litres: float = 0.0
    fault: Fault | None = None


class Change:
    """Writes of one transaction; `last` and `chain` count only once it is committed."""

    def __init__(self, db: sqlite3.Connection, origin: Origin, last: int, chain: str) -> None:
        self._db, self._origin = db, origin
        self.last, self.chain = last, chain
        self.is_worth_keeping = False
        """Whether something changed that must outlive a damaged database."""

    def sample(self, stamp: Stamp, zone: str | None, metrics: dict[Metric, float]) -> None:
        row = Sample(
            e=self._origin.epoch,
            s=self.last + 1,
            b=self._origin.boot,
            u=stamp.uptime_ms,
            t=stamp.wall.unix_ms,
            q=stamp.wall.quality,
            z=zone,
            m=metrics,
        )
        self._append(rows.seal_sample(row), "sample")

    def event(self, stamp: Stamp, kind: EventKind, zone: str | None, data: Facts) -> None:
        self._bind(self._event(stamp, kind, zone, data))

    def summary(
        self, stamp: Stamp, zone: str, data: Facts, sign: Callable[[bytes], bytes]
    ) -> None:
        """A day's summary: it names the event before it, and the device signs the whole row."""
        bare = {**data, rows.CHAIN: self.chain}
        row = self._event(stamp, EventKind.DAY_SUMMARY, zone, bare)
        signature = sign(rows.signed(row)).hex()
        self._bind(row.model_copy(update={"d": {**bare, rows.SIGNATURE: signature}}))

    def opening(self, dose: OpenDose, wall_ms: int) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO journal (zone, lease_s, lease_l, command, wall_ms) "
            "VALUES (?, ?, ?, ?, ?)",
            (dose.zone, dose.lease_s, dose.lease_l, dose.command, wall_ms),
        )
        self.is_worth_keeping = True

    def shut(self, zone: str) -> None:
        self._db.execute("DELETE FROM journal WHERE zone = ?", (zone,))
        self.is_worth_keeping = True

    def zone(self, key: str, record: ZoneRecord) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO zone (zone, day, litres, fault) VALUES (?, ?, ?, ?)",
            (key, record.day, record.litres, record.fault),
        )
        self.is_worth_keeping = True

    def settings(self, version: int, body: str) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO settings (version, body) VALUES (?, ?)", (version, body)
        )
        self._db.execute(
            "DELETE FROM settings WHERE version NOT IN "
            "(SELECT version FROM settings ORDER BY version DESC LIMIT ?)",
            (GENERATIONS,),
        )
        self.is_worth_keeping = True

    def see_command(self, command_id: str, wall_ms: int) -> None:
        self._db.execute(
            "INSERT INTO seen_command (id, wall_ms) VALUES (?, ?)", (command_id, wall_ms)
        )

    def waits(self, zone: str, command: str) -> None:
        """An accepted command has not opened its valve yet; a restart must tell how it ended."""
        self.set_meta(f"{WAITING}{zone}", command)

    def waits_no_more(self, zone: str) -> None:
        self._db.execute("DELETE FROM meta WHERE key = ?", (f"{WAITING}{zone}",))

    def set_meta(self, key: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, value))
        self.is_worth_keeping |= key in KEPT_META

    def prune(self, acked: int, wall_ms: int) -> None:
        """Forget acknowledged rows, command ids and quarter hours that are old enough."""
        forgotten = history.forget(self._db, acked, wall_ms - KEEP_ROWS_MS, wall_ms)
        if forgotten:
            self.set_meta(history.KEPT_FROM, str(forgotten + 1))
        self._db.execute("DELETE FROM seen_command WHERE wall_ms < ?", (wall_ms - SEEN_MS,))

    def tidy(self, wall_ms: int) -> list[int]:
        """Make a quarter hour, pack a chunk; the numbers of samples the card has changed."""
        history.roll(self._db, wall_ms)
        return history.pack(self._db, wall_ms)

    def thin(self, acked: int, free: int) -> list[tuple[int, int]]:
        """On a cramped card drop one chunk of samples; the numbers that went, span by span."""
        return thinning.thin(self._db, acked, free)

    def _event(self, stamp: Stamp, kind: EventKind, zone: str | None, data: Facts) -> Event:
        return Event(
            e=self._origin.epoch,
            s=self.last + 1,
            b=self._origin.boot,
            u=stamp.uptime_ms,
            t=stamp.wall.unix_ms,
            q=stamp.wall.quality,
            z=zone,
            k=kind,
            d=dict(data),
            h=codec.GENESIS,
        )

    def _bind(self, row: Event) -> None:
        sealed = rows.seal_event(row, self.chain)
        self._append(sealed, "event")
        self.chain = sealed.h
        self.set_meta("chain", sealed.h)

    def _append(self, row: Sample | Event, kind: str) -> None:
        payload = codec.encode(row)
        self._db.execute(
            "INSERT INTO outbox (seq, kind, wall_ms, payload, crc) VALUES (?, ?, ?, ?, ?)",
            (row.s, kind, row.t, payload, zlib.crc32(payload)),
        )
        self.last = row.s
