"""After thirty days what is left of looks is counters: a round of each night."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from sqlalchemy import Engine, delete
from sqlmodel import Session, col, select

from cloud.db import writing
from cloud.lots.rules import local_day
from cloud.scans.models import Scan, ScanTotal
from cloud.scans.service import facts_of

KEPT: Final = timedelta(days=30)
"""Of each look, as the page of privacy promises."""

_AT_ONCE: Final = 500  # stamps in one transaction


def add_up(engine: Engine, now: datetime) -> None:
    """Add old looks to their stamps' counters and delete them, a few hundred stamps at a time."""
    while _some(engine, now):
        pass


def _some(engine: Engine, now: datetime) -> bool:
    old = col(Scan.day) <= local_day(now - KEPT)
    with Session(writing(engine)) as session, session.begin():
        wanted = select(Scan.digest).where(old).distinct().limit(_AT_ONCE)
        digests = session.exec(wanted).all()
        theirs = old & col(Scan.digest).in_(digests)
        rows = session.exec(select(Scan).where(theirs).order_by(col(Scan.digest))).all()
        for digest, of_stamp in groupby(rows, key=lambda row: row.digest):
            _add(session, digest, [row for row in of_stamp if not row.member])
        session.exec(delete(Scan).where(theirs))
    return bool(digests)


def _add(session: Session, digest: str, rows: Sequence[Scan]) -> None:
    """A member's look is no buyer's, and leaves nothing."""
    if not rows:
        return
    total = session.get(ScanTotal, digest)
    facts, first = facts_of(total, rows), min(row.day for row in rows)
    if total is None:
        total = ScanTotal(
            digest=digest,
            issuance_id=rows[0].issuance_id,
            looks=0,
            first_day=first,
            days=0,
            provinces=[],
            devices=[],
        )
    total.looks, total.days = facts.looks, facts.days
    total.first_day = min(total.first_day, first)
    total.provinces, total.devices = sorted(facts.provinces), sorted(facts.devices)
    session.add(total)
    session.flush()
