"""Who reads from the broker: a row for each worker, by which a silent one is found.

The broker deals messages to every member of the share, present or not. So a member that is
silent is a fault, until it comes back or is retired.
"""

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine
from sqlmodel import Session, col, delete, select

from cloud import bulk
from cloud.clock import Clock
from cloud.telemetry.models import IngestWorker

BEAT_S: Final = 10.0
SILENT: Final = timedelta(seconds=60)
"""Several beats: a worker that waits for a database that is away comes back within."""


@dataclass
class Tally:
    """What a worker has done since its start."""

    messages: int = 0
    rows: int = 0
    rejected: int = 0


def beat(session: Session, name: str, tally: Tally, now: datetime) -> None:
    row = {"name": name, "pid": os.getpid(), "beat_at": now, **asdict(tally)}
    bulk.put(session, IngestWorker, [row])


def known(session: Session) -> Sequence[IngestWorker]:
    """All workers that have a session at the broker, with what they told of themselves."""
    return session.exec(select(IngestWorker).order_by(col(IngestWorker.name))).all()


def forget(session: Session, name: str) -> None:
    """This worker was retired; the broker deals it nothing any more."""
    session.exec(delete(IngestWorker).where(col(IngestWorker.name) == name))


def complaint(engine: Engine, clock: Clock) -> str:
    """Which workers were not heard for a minute; empty when there are some and all were."""
    with Session(engine) as session:
        beats = {worker.name: worker.beat_at for worker in known(session)}
    silent = [name for name, at in beats.items() if at < clock.now() - SILENT]
    if not beats:
        return "no worker has told that it lives"
    return f"silent: {', '.join(silent)}" if silent else ""
