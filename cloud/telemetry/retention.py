"""What is kept how long: samples become packed days, finer buckets go before coarser ones.

The chores of a night; each small step is a transaction of its own, so that no writer waits long.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine, or_
from sqlmodel import Session, col, delete, select

from cloud.db import writing
from cloud.devices import link
from cloud.devices.models import Device
from cloud.telemetry import archive, days, partitions
from cloud.telemetry.days import Level
from cloud.telemetry.keep import Keep
from cloud.telemetry.models import EpochState, Quarantine, Rollup, RollupDue, Sample, SamplePack
from cloud.telemetry.packs import PackError

_QUARANTINE: Final = timedelta(days=90)
_AHEAD: Final = 1  # a day; whatever is dated later comes from a clock that is wrong

_log = logging.getLogger(__name__)


def tidy(engine: Engine, now: datetime, keep: Keep) -> None:
    """Everything of a night, in an order in which nothing is missing in between.

    Raises:
        PackError: a day could not be packed; it stays as it is, and all others had their turn.
    """
    partitions.prepare(engine, now)
    with Session(engine) as session:
        devices = session.exec(select(Device.id)).all()
    failed = [error for device in devices for error in _pack_old(engine, device, now, keep)]
    partitions.drop_empty(engine, keep.first_raw(now))
    for device in devices:
        _trim(engine, device, now, keep)
    _trim_common(engine, now)
    if failed:
        raise failed[0]


def _pack_old(engine: Engine, device_id: str, now: datetime, keep: Keep) -> Iterator[PackError]:
    """Pack each day that is over for good, and what a wrong clock dates after tomorrow."""
    odd = days.today(now) + _AHEAD
    with Session(engine) as session:
        due = session.exec(
            select(Sample.day)
            .distinct()
            .where(
                Sample.device_id == device_id,
                or_(col(Sample.day) < keep.first_raw(now), col(Sample.day) > odd),
            )
        ).all()
    for day in due:
        try:
            with Session(writing(engine)) as session, session.begin():
                archive.pack_day(session, device_id, day, now)
        except PackError as error:
            _log.error("day %d of %s could not be packed: %s", day, device_id, error.code)
            yield error


def _trim(engine: Engine, device_id: str, now: datetime, keep: Keep) -> None:
    first_hour = days.parts([keep.first_hour(now)], Level.DAY, Level.HOUR)[0]
    oldest = now - timedelta(days=keep.pack_days)
    with Session(writing(engine)) as session, session.begin():
        archive.hold(session)
        session.exec(
            delete(Rollup).where(
                col(Rollup.level) == Level.HOUR,
                col(Rollup.device_id) == device_id,
                col(Rollup.bucket) < first_hour,
            )
        )
        session.exec(
            delete(SamplePack).where(
                col(SamplePack.device_id) == device_id, col(SamplePack.packed_at) < oldest
            )
        )
        session.exec(
            delete(EpochState).where(
                col(EpochState.device_id) == device_id, col(EpochState.changed_at) < oldest
            )
        )
        link.forget_sessions(session, device_id, now)


def _trim_common(engine: Engine, now: datetime) -> None:
    beyond = days.parts([days.today(now) + _AHEAD + 1], Level.DAY, Level.QUARTER)[0]
    with Session(writing(engine)) as session, session.begin():
        session.exec(delete(RollupDue).where(col(RollupDue.quarter) >= beyond))
        session.exec(delete(Quarantine).where(col(Quarantine.last_at) < now - _QUARANTINE))
