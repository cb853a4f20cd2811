"""The chores of the night: each in a transaction of its own, each harmless when done twice."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine
from sqlmodel import Session

from cloud.audit import service as audit
from cloud.clock import Clock
from cloud.db import writing
from cloud.i18n import TIME_ZONE
from cloud.orders import buyers
from cloud.privacy import service as privacy

Chore = Callable[[Session, datetime], None]

CHORES: Final[tuple[Chore, ...]] = (
    audit.publish,
    buyers.erase_due,
    privacy.erase_left,
    privacy.sweep,
)

_LATE_S: Final = 86_400
"""A night that the machine slept through is made up for; another comes after a day."""

_log = logging.getLogger(__name__)


def work(engine: Engine, clock: Clock, chores: tuple[Chore, ...] = CHORES) -> int:
    """Do all chores; how many failed, none of which keeps another from its turn."""
    return sum(not _done(engine, chore, clock.now()) for chore in chores)


@contextmanager
def every_night(engine: Engine, clock: Clock) -> Iterator[None]:
    """Do them now, for a night may have passed while nobody ran, and ten minutes past midnight."""
    scheduler = BackgroundScheduler(timezone=TIME_ZONE, daemon=True)
    scheduler.add_job(
        work,
        "cron",
        (engine, clock),
        hour=0,
        minute=10,
        next_run_time=clock.now(),
        coalesce=True,
        misfire_grace_time=_LATE_S,
    )
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown()


def _done(engine: Engine, chore: Chore, now: datetime) -> bool:
    try:
        with Session(writing(engine)) as session, session.begin():
            chore(session, now)
    except Exception:  # noqa: BLE001  # whatever it was, the others get their turn
        _log.exception("a chore of the night failed: %s.%s", chore.__module__, chore.__name__)
        return False
    return True
