"""The record as a manager reads it: names, words, pages, and the proof that it is whole."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from cloud.audit import service as audit
from cloud.audit.models import AuditHead
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.db import writing
from cloud.members import record
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, Seeded

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def write(engine: Engine, seeded: Seeded, count: int) -> None:
    with Session(writing(engine)) as session, session.begin():
        for number in range(count):
            deed = Deed(AuditAction.WATER, f"command:c{number}")
            audit.note(session, seeded.farmer.principal, deed, START)


def test_a_manager_reads_who_did_what(
    engine: Engine, seeded: Seeded, as_manager: TestClient
) -> None:
    write(engine, seeded, 1)
    page = as_manager.get("/htx/nhat-ky").text
    assert seeded.farmer.account.name in page
    assert "Tưới" in page
    assert "command:c0" in page
    assert "Đăng nhập" in page, "the manager's own way in"


def test_a_long_record_is_read_page_by_page(
    engine: Engine, seeded: Seeded, as_manager: TestClient
) -> None:
    write(engine, seeded, record.PAGE + 5)
    newest = as_manager.get("/htx/nhat-ky").text
    assert f"command:c{record.PAGE + 4}<" in newest
    assert "command:c0<" not in newest
    older = newest.split("/htx/nhat-ky?truoc=", 1)[1].split('"', 1)[0]
    assert "command:c0<" in as_manager.get(f"/htx/nhat-ky?truoc={older}").text


def test_a_neighbours_record_is_their_own(
    engine: Engine, seeded: Seeded, as_neighbour: TestClient
) -> None:
    write(engine, seeded, 1)
    assert "command:c0" not in as_neighbour.get("/htx/nhat-ky").text


def test_the_record_is_proved_whole(
    engine: Engine, seeded: Seeded, as_manager: TestClient
) -> None:
    write(engine, seeded, 3)
    page = as_manager.get("/htx/nhat-ky/kiem-tra").text
    assert "Nhật ký còn nguyên." in page
    assert "Đã đọc lại 4 dòng" in page
    assert "Mã khóa đầu tiên có vào sáng mai." in page


def test_what_was_published_last_is_shown_to_copy(
    engine: Engine, seeded: Seeded, as_manager: TestClient
) -> None:
    write(engine, seeded, 3)
    with Session(writing(engine)) as session, session.begin():
        audit.publish(session, START + timedelta(days=1))
        root = audit.published(session, None, 1)[0].root
    page = as_manager.get("/htx/nhat-ky/kiem-tra").text
    assert root in page
    assert "02/03/2026" in page


def test_what_no_account_did_is_said_to_be_the_server_s(
    engine: Engine, seeded: Seeded, as_manager: TestClient
) -> None:
    with Session(writing(engine)) as session, session.begin():
        deed = Deed(AuditAction.COOPERATIVE_FOUNDED, "cooperative:x")
        audit.append(session, seeded.manager.principal.cooperative_id, None, deed, START)
    assert "Máy chủ" in as_manager.get("/htx/nhat-ky").text


def test_a_forged_record_is_named_by_its_line(
    engine: Engine, seeded: Seeded, as_manager: TestClient
) -> None:
    write(engine, seeded, 3)
    with Session(writing(engine)) as session, session.begin():
        chain = seeded.farmer.principal.cooperative_id
        session.exec(select(AuditHead).where(AuditHead.chain == chain)).one().digest = "forged"
    assert "sửa từ dòng 5" in as_manager.get("/htx/nhat-ky/kiem-tra").text


@pytest.mark.parametrize("action", AuditAction)
def test_every_deed_has_a_name(
    engine: Engine, seeded: Seeded, as_manager: TestClient, action: AuditAction
) -> None:
    with Session(writing(engine)) as session, session.begin():
        audit.note(session, seeded.farmer.principal, Deed(action, "thing:x"), START)
    page = as_manager.get("/htx/nhat-ky")
    assert page.status_code == 200, "the templates are strict: a word that lacks is an error"
    assert f"<td>{action}</td>" not in page.text
