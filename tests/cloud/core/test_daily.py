"""The chores of the night: all get their turn, and what fails leaves nothing half done."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session, select

from cloud import daily
from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.chores import ChoreDone, Nights
from cloud.db import writing
from cloud.devices.vault import Vault
from cloud.media.store import Store
from cloud.stamps.sheets import Room
from cloud.telemetry.keep import Keep
from tests.cloud.conftest import START, FixedClock, Seeded

Until = Callable[[Callable[[], bool]], None]
DEED = Deed(AuditAction.STOP, "command:x")


def half(session: Session, now: datetime) -> None:
    audit.append(session, audit.NO_COOPERATIVE, None, DEED, now)
    raise OSError("the disk is full")


def test_a_chore_that_fails_keeps_no_other_from_its_turn(
    engine: Engine, seeded: Seeded, clock: FixedClock
) -> None:
    with Session(writing(engine)) as session, session.begin():
        audit.note(session, seeded.farmer.principal, DEED, START)
    clock.advance(days=1)
    assert daily.work(engine, clock, (half, audit.publish)) == 1
    with Session(engine) as session:
        assert len(audit.published(session, None, 9)) == 1
        assert audit.ends(session)[0].chain != audit.NO_COOPERATIVE, "nothing half done"


def test_a_night_done_twice_is_as_one(engine: Engine, seeded: Seeded, clock: FixedClock) -> None:
    with Session(writing(engine)) as session, session.begin():
        audit.note(session, seeded.farmer.principal, DEED, START - timedelta(days=1))
    assert [daily.work(engine, clock) for _ in range(2)] == [0, 0]
    with Session(engine) as session:
        assert len(audit.published(session, None, 9)) == 1


def test_whoever_starts_the_service_makes_up_for_the_nights_it_missed(
    engine: Engine, seeded: Seeded, clock: FixedClock, until: Until, tmp_path: Path
) -> None:
    with Session(writing(engine)) as session, session.begin():
        audit.note(session, seeded.farmer.principal, DEED, START - timedelta(days=1))

    room = Room(tmp_path / "sheets", Vault(bytes(32)))
    nightly = daily.rounds(Keep(14, 90, 730), Store(tmp_path), room)

    def done() -> bool:
        with Session(engine) as session:
            return set(session.exec(select(ChoreDone.name))) == set(daily.names(nightly))

    with daily.every_night(engine, clock, nightly):
        until(done)
    with Session(engine) as session:
        assert audit.published(session, None, 9)


def test_a_night_that_nobody_worked_is_told_with_what_was_left_undone(
    engine: Engine, clock: FixedClock
) -> None:
    nights = Nights(engine, clock, [daily.name_of(half), daily.name_of(audit.publish)])
    assert nights().ok, "a service that just began waits a night"
    clock.advance(hours=25)
    daily.work(engine, clock, (half, audit.publish))
    assert nights().ok
    clock.advance(hours=2)
    found = nights()
    assert not found.ok
    assert "half" in found.reason
    assert "publish" not in found.reason
    assert found.age_s == 27 * 3600
