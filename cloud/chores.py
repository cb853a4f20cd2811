"""When each chore of the night was last done, so that no night without chores passes unseen."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine
from sqlmodel import Field, Session, SQLModel, select

from cloud import bulk
from cloud.clock import Clock
from cloud.db import UtcDateTime
from cloud.health import Finding

OVERDUE: Final = timedelta(hours=26)
"""A day, and two hours for a slow night or a clock that was set."""


class ChoreDone(SQLModel, table=True):
    """One chore, by the name of its function."""

    __tablename__ = "chore"

    name: str = Field(primary_key=True, max_length=80)
    done_at: datetime = Field(sa_type=UtcDateTime)


def record(session: Session, name: str, now: datetime) -> None:
    bulk.put(session, ChoreDone, [{"name": name, "done_at": now}])


class Nights:
    """Asks whether the chores were done; a process that just began waits a night for the first."""

    def __init__(self, engine: Engine, clock: Clock, names: Iterable[str]) -> None:
        self._engine = engine
        self._clock = clock
        self._names = frozenset(names)
        self._began = clock.now()

    def __call__(self) -> Finding:
        with Session(self._engine) as session:
            done = {row.name: row.done_at for row in session.exec(select(ChoreDone)).all()}
        now = self._clock.now()
        ages = {name: now - done.get(name, self._began) for name in self._names}
        late = sorted(name for name, age in ages.items() if age > OVERDUE)
        oldest = max(ages.values(), default=timedelta()).total_seconds()
        reason = f"not done for a day: {', '.join(late)}; run: vuonso cloud daily" if late else ""
        return Finding(not late, reason, oldest)
