"""The audit record on both databases: what is written, and that it stays as written."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select
from starlette.testclient import TestClient

from cloud.audit import service
from cloud.audit.models import AuditEntry, AuditHead
from cloud.audit.rules import AuditAction, Break
from cloud.audit.service import NO_COOPERATIVE, Deed
from cloud.db import writing
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
    }
    lot = as_manager.post("/htx/lo", data=harvest, follow_redirects=False).headers["location"]
    as_manager.post(f"{lot}/tem", data={"quantity": 10})
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


def test_the_root_of_a_day_never_changes_afterwards(engine: Engine, seeded: Seeded) -> None:
    principal, day = seeded.farmer.principal, START.date()
    with Session(writing(engine)) as session, session.begin():
        service.note(session, principal, DEED, START)
        kept = service.root(session, day)
        service.note(session, principal, DEED, START + timedelta(days=1))
        assert service.root(session, day) == kept
        assert service.root(session, day + timedelta(days=1)) != kept
