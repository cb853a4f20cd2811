"""The audit record on both databases: what is written, and that it stays as written."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from cloud.audit import service
from cloud.audit.models import AuditEntry, AuditHead
from cloud.audit.rules import START as GENESIS
from cloud.audit.rules import AuditAction, Break, Record, digest
from cloud.audit.service import NO_COOPERATIVE, Deed
from cloud.db import writing
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, Member, Seeded
from wire.codes import Op

DEED = Deed(AuditAction.WATER, "command:x", {"device": "d1"})


def entries(engine: Engine, chain: int) -> list[AuditEntry]:
    with Session(engine) as session:
        found = select(AuditEntry).where(AuditEntry.chain == chain).order_by(col(AuditEntry.seq))
        return list(session.exec(found))


def test_whatever_a_member_can_ask_of_a_device_has_its_name_here() -> None:
    assert {op.value for op in Op} <= {action.value for action in AuditAction}


def test_a_member_s_ways_in_and_out_are_written_down(
    engine: Engine, seeded: Seeded, log_in: Callable[[Member], TestClient]
) -> None:
    log_in(seeded.farmer).post("/thoat")
    principal = seeded.farmer.principal
    written = entries(engine, principal.cooperative_id)
    assert [one.action for one in written] == [AuditAction.LOGGED_IN, AuditAction.LOGGED_OUT]
    assert {one.actor_id for one in written} == {principal.account_id}
    assert {one.subject for one in written} == {f"account:{seeded.farmer.account.public_id}"}


def test_a_wrong_password_is_written_down_without_what_was_typed(
    engine: Engine, seeded: Seeded, client: TestClient
) -> None:
    form = {"phone": seeded.farmer.phone, "password": "a secret mistyped"}
    assert client.post("/dang-nhap", data=form).status_code == 401
    (failed,) = entries(engine, NO_COOPERATIVE)
    assert failed.action is AuditAction.LOGIN_FAILED
    assert failed.actor_id is None
    assert "mistyped" not in repr(failed)


def test_a_harvest_and_its_stamps_are_written_down(
    engine: Engine, seeded: Seeded, watered: None, as_manager: TestClient
) -> None:
    harvest = {
        "zone": seeded.zones[0].public_id,
        "product": "Dưa lưới",
        "kg": "50",
        "harvested_on": "2026-03-03",
        "key": "harvest-of-march",
    }
    lot = as_manager.post("/htx/lo", data=harvest, follow_redirects=False).headers["location"]
    as_manager.post(f"{lot}/tem", data={"quantity": 10, "key": "stamps-of-march-1"})
    written = entries(engine, seeded.manager.principal.cooperative_id)
    assert [one.action for one in written[1:]] == [
        AuditAction.HARVESTED,
        AuditAction.STAMPS_ISSUED,
    ]
    assert written[1].detail == {"quantity_g": 50_000}
    assert written[2].detail == {"quantity": 10, "lot": lot.rsplit("/", 1)[1]}
    assert watered is None


def test_what_fails_leaves_no_entry(engine: Engine, seeded: Seeded) -> None:
    chain = seeded.farmer.principal.cooperative_id
    with Session(writing(engine)) as session:
        service.note(session, seeded.farmer.principal, DEED, START)
        session.rollback()
    assert entries(engine, chain) == []


def test_people_who_act_at_once_write_one_after_the_other(engine: Engine, seeded: Seeded) -> None:
    def act() -> None:
        for _ in range(10):
            with Session(writing(engine)) as session, session.begin():
                service.note(session, seeded.farmer.principal, DEED, START)

    hands = [threading.Thread(target=act) for _ in range(4)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    written = entries(engine, seeded.farmer.principal.cooperative_id)
    assert [one.seq for one in written] == list(range(1, 41))
    with Session(engine) as session:
        assert service.breaks(session) == []


@pytest.mark.parametrize("change", ["UPDATE audit_entry SET seq = 2", "DELETE FROM audit_entry"])
def test_the_database_refuses_to_rewrite_the_past(
    engine: Engine, seeded: Seeded, change: str
) -> None:
    with Session(writing(engine)) as session, session.begin():
        service.note(session, seeded.farmer.principal, DEED, START)
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text(change))


def test_an_end_that_was_cut_off_is_found(engine: Engine, seeded: Seeded) -> None:
    principal = seeded.farmer.principal
    with Session(writing(engine)) as session, session.begin():
        for _ in range(3):
            service.note(session, principal, DEED, START)
        session.get_one(AuditHead, principal.cooperative_id).seq = 4
        assert service.breaks(session) == [Break(principal.cooperative_id, 4)]


def roots(session: Session) -> dict[date, str]:
    return {one.day: one.root for one in service.published(session, None, 100)}


def test_each_day_with_deeds_is_published_once_when_it_is_over(
    engine: Engine, seeded: Seeded
) -> None:
    principal, day = seeded.farmer.principal, START.date()
    with Session(writing(engine)) as session, session.begin():
        service.publish(session, START)
        assert roots(session) == {}, "nobody has done anything"
        service.note(session, principal, DEED, START)
        service.publish(session, START)
        assert roots(session) == {}, "the day is not over"
        service.note(session, principal, DEED, START + timedelta(days=3))
        service.publish(session, START + timedelta(days=9))
        kept = roots(session)
        assert list(kept) == [day + timedelta(days=3), day]
        assert len(set(kept.values())) == 2
        service.publish(session, START + timedelta(days=10))
        assert roots(session) == kept
        assert service.unkept(session) == []


def test_a_day_ends_at_midnight_in_viet_nam(engine: Engine, seeded: Seeded) -> None:
    late = datetime(2026, 3, 2, 16, 59, tzinfo=UTC)
    with Session(writing(engine)) as session, session.begin():
        service.note(session, seeded.farmer.principal, DEED, late)
        service.note(session, seeded.farmer.principal, DEED, late + timedelta(minutes=1))
        service.publish(session, late + timedelta(minutes=2))
        (root,) = service.published(session, None, 100)
        assert [(seq, root.day) for _chain, seq, _digest in root.ends] == [(1, date(2026, 3, 2))]


def test_a_record_written_anew_does_not_bear_out_what_was_published(
    engine: Engine, seeded: Seeded
) -> None:
    """Whoever owns the database can make a chain that fits together; not one that fits this."""
    chain = seeded.farmer.principal.cooperative_id
    with Session(writing(engine)) as session, session.begin():
        service.note(session, seeded.farmer.principal, DEED, START)
        service.publish(session, START + timedelta(days=1))
    with Session(writing(engine)) as session, session.begin():
        forged = digest(GENESIS, Record(chain, 1, START, None, None, "stop", "command:y", {}))
        head = session.get_one(AuditHead, chain)
        kept = head.digest
        head.digest = forged
        session.flush()
        allow_anything(session)
        session.connection().execute(
            text(
                "UPDATE audit_entry SET actor_id = NULL, action = 'stop', subject = 'command:y',"
                " detail = '{}', digest = :forged"
            ),
            {"forged": forged},
        )
        session.expire_all()
        assert service.breaks(session) == []
        assert service.unkept(session) == [START.date()]
        assert kept != forged


def allow_anything(session: Session) -> None:
    """What the owner of a database can always do: take its own guard away, in this transaction."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(text("SET LOCAL session_replication_role = replica"))
    else:
        session.connection().execute(text("DROP TRIGGER audit_entry_update"))


def test_the_database_refuses_to_rewrite_what_was_published(
    engine: Engine, seeded: Seeded
) -> None:
    with Session(writing(engine)) as session, session.begin():
        service.note(session, seeded.farmer.principal, DEED, START)
        service.publish(session, START + timedelta(days=1))
    for statement in ("UPDATE audit_root SET root = 'x'", "DELETE FROM audit_root"):
        with (
            pytest.raises(DBAPIError, match="append-only"),
            Session(writing(engine)) as session,
            session.begin(),
        ):
            session.connection().execute(text(statement))


def test_anybody_can_keep_what_was_published(
    engine: Engine, seeded: Seeded, client: TestClient
) -> None:
    with Session(writing(engine)) as session, session.begin():
        for days in range(3):
            service.note(session, seeded.farmer.principal, DEED, START + timedelta(days=days))
        service.publish(session, START + timedelta(days=3))
    told = client.get("/api/v1/audit/roots").json()["items"]
    assert [one["day"] for one in told] == ["2026-03-04", "2026-03-03", "2026-03-02"]
    assert all(set(one) == {"day", "root", "published_at"} for one in told)
    older = client.get("/api/v1/audit/roots?before=2026-03-03").json()["items"]
    assert older == told[2:]
