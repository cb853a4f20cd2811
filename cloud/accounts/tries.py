"""The buckets of tries in the database: pay before a guess is looked at, get back if it is right.

Paying first, and at once for all buckets of a guess, leaves no gap for guesses sent together.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from cloud.accounts.models import Tries
from cloud.accounts.throttle import Limit
from cloud.bulk import insert_new

_OLD: Final = timedelta(days=1)
_SWEEP: Final = 100  # rows forgotten with each try: faster than they can be made


@dataclass(frozen=True)
class Lock:
    """What is tried, from where, and how often that may be."""

    limit: Limit
    parts: tuple[str, ...]

    @property
    def key(self) -> str:
        """Names nobody: neither telephone numbers nor addresses are kept."""
        return hashlib.sha256("\0".join((self.limit.name, *self.parts)).encode()).hexdigest()


def pay(session: Session, locks: Sequence[Lock], now: datetime) -> bool:
    """Take one try from each bucket; from none, and False, where one is empty."""
    _sweep(session, now)
    ordered = sorted(locks, key=lambda lock: lock.key)
    insert_new(session, Tries, [{"key": lock.key, "full_at": now} for lock in ordered])
    rows = _locked(session, ordered)
    if any(lock.limit.opens_at(rows[lock.key].full_at) > now for lock in ordered):
        return False
    for lock in ordered:
        row = rows[lock.key]
        row.full_at = lock.limit.after_try(row.full_at, now)
    session.flush()
    return True


def give_back(session: Session, locks: Sequence[Lock]) -> None:
    """The try was right: it costs nothing."""
    for lock in sorted(locks, key=lambda lock: lock.key):
        session.exec(
            update(Tries).where(col(Tries.key) == lock.key).values(full_at=_earlier(session, lock))
        )


def fill(session: Session, lock: Lock) -> None:
    """Forgive all wrong tries of one bucket."""
    session.exec(delete(Tries).where(col(Tries.key) == lock.key))


def waits_until(session: Session, lock: Lock, now: datetime) -> datetime | None:
    """When a bucket that is empty has a try again."""
    row = session.get(Tries, lock.key)
    opens_at = lock.limit.opens_at(row.full_at) if row else now
    return opens_at if opens_at > now else None


def _locked(session: Session, ordered: Sequence[Lock]) -> dict[str, Tries]:
    """Rows in the order of their keys, so that two guesses never wait for each other."""
    keys = [lock.key for lock in ordered]
    found = select(Tries).where(col(Tries.key).in_(keys)).order_by(col(Tries.key))
    statement = found.with_for_update().execution_options(populate_existing=True)
    return {row.key: row for row in session.exec(statement)}


def _earlier(session: Session, lock: Lock) -> datetime | None:
    row = _locked(session, [lock]).get(lock.key)
    return row.full_at - lock.limit.refill if row else None


def _sweep(session: Session, now: datetime) -> None:
    old = (
        select(Tries.key)
        .where(Tries.full_at < now - _OLD)
        .limit(_SWEEP)
        .with_for_update(skip_locked=True)
    )
    session.exec(delete(Tries).where(col(Tries.key).in_(old)))
