"""Days of a device between the samples and the archive; a row is always in one of them at least.

Packing takes a day's rows out in the transaction that stores the blob, once the blob has given
them all back. Thawing puts them back for rows that come late, and leaves the blob where it is.
"""

import dataclasses
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import ColumnElement, func, text
from sqlmodel import Session, col, delete, select

from cloud.bulk import insert_new, table_of
from cloud.telemetry import days, packs
from cloud.telemetry.days import Level
from cloud.telemetry.models import Rollup, Sample, SamplePack
from cloud.telemetry.packs import PackedRow, PackError

_HAND: Final = 0x766_F6E
"""Of PostgreSQL's advisory locks; any number that nobody else here uses."""

_NAMES: Final = tuple(field.name for field in dataclasses.fields(PackedRow))
_CONTENT: Final = tuple(table_of(Sample).c[name] for name in _NAMES)


class UnlikePackError(PackError):
    """A blob did not give back what went in; the rows stay where they are."""

    code = "unlike_pack"


class DamagedPackError(PackError):
    """A stored day is not what was packed; its rows are in a backup."""

    code = "damaged_pack"

    def __init__(self, device_id: str, day: int) -> None:
        super().__init__(device=device_id, day=day)
        self.device_id, self.day = device_id, day


def hold(session: Session) -> None:
    """One hand at a time moves or counts rows of days that are over, until its transaction ends.

    SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(text(f"SELECT pg_advisory_xact_lock({_HAND})"))


def rows_of(
    session: Session, device_id: str, day: int, zone_key: str | None = None
) -> list[PackedRow]:
    """Every row of a day, or of one zone on it, wherever they are.

    The samples are asked first: a row that is moved in between is then found where it went.
    """
    found = sa.select(*_CONTENT).where(*_of_day(device_id, day))
    if zone_key is not None:
        found = found.where(col(Sample.zone_key) == zone_key)
    loose = [_row(one) for one in session.connection().execute(found)]
    packed = _packed(session, device_id, day)
    return packs.union(
        (row for row in packed if zone_key is None or row.zone_key == zone_key), loose
    )


def count(session: Session, device_id: str) -> int:
    """How many different samples of a device there are, wherever they are."""
    loose = dict(
        session.exec(
            select(Sample.day, func.count())
            .where(Sample.device_id == device_id)
            .group_by(col(Sample.day))
        ).all()
    )
    packed = dict(
        session.exec(
            select(SamplePack.day, SamplePack.count).where(SamplePack.device_id == device_id)
        ).all()
    )
    both = {day: len(rows_of(session, device_id, day)) for day in loose.keys() & packed.keys()}
    return sum((loose | packed | both).values())


def pack_day(session: Session, device_id: str, day: int, now: datetime) -> int:
    """Move a day into the archive, to what is there of it already; how many rows left.

    Its quarters go with it: hours and days are made of them only while they are whole.

    Raises:
        PackError: nothing may be committed.
    """
    hold(session)
    leaving = sa.delete(table_of(Sample)).where(*_of_day(device_id, day)).returning(*_CONTENT)
    loose = [_row(one) for one in session.connection().execute(leaving)]
    if not loose:
        return 0
    _put(session, device_id, day, packs.union(_packed(session, device_id, day), loose), now)
    quarters = days.parts([day], Level.DAY, Level.QUARTER)
    session.exec(
        delete(Rollup).where(
            col(Rollup.level) == Level.QUARTER,
            col(Rollup.device_id) == device_id,
            col(Rollup.bucket).between(quarters[0], quarters[-1]),
        )
    )
    return len(loose)


def thaw(session: Session, device_ids: Collection[str], day: int) -> bool:
    """Put this day of these devices back among the samples; whether any of it was packed.

    Raises:
        DamagedPackError: nothing of this day may be made anew.
    """
    found = session.exec(
        select(SamplePack.device_id).where(
            SamplePack.day == day, col(SamplePack.device_id).in_(device_ids)
        )
    ).all()
    for device_id in found:
        rows = _packed(session, device_id, day)
        insert_new(
            session, Sample, [{"device_id": device_id, "day": day, **vars(row)} for row in rows]
        )
    return bool(found)


def _packed(session: Session, device_id: str, day: int) -> list[PackedRow]:
    found = session.exec(
        select(SamplePack.body, SamplePack.digest).where(
            SamplePack.device_id == device_id, SamplePack.day == day
        )
    ).one_or_none()
    if found is None:
        return []
    with suppress(PackError):
        rows = packs.unpack(found[0])
        if packs.digest(rows) == found[1]:
            return rows
    raise DamagedPackError(device_id, day)


def _put(session: Session, device_id: str, day: int, rows: list[PackedRow], now: datetime) -> None:
    blob, digest = packs.pack(rows), packs.digest(rows)
    if packs.digest(packs.unpack(blob)) != digest:
        raise UnlikePackError(device=device_id, day=day)
    session.merge(
        SamplePack(
            device_id=device_id,
            day=day,
            count=len(rows),
            digest=digest,
            body=blob,
            packed_at=now,
        )
    )
    session.flush()


def _of_day(device_id: str, day: int) -> tuple[ColumnElement[bool], ...]:
    return col(Sample.device_id) == device_id, col(Sample.day) == day


def _row(content: Sequence[Any]) -> PackedRow:
    """PostgreSQL's JSON knows no floats: a whole number comes back without its point."""
    values = dict(zip(_NAMES, content, strict=True))
    metrics = {name: float(value) for name, value in values["metrics"].items()}
    return PackedRow(**{**values, "metrics": metrics})
