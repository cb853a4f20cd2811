"""Joining, changing and leaving a cooperative, as its people live it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, select

from cloud.audit.models import AuditEntry
from cloud.audit.rules import AuditAction
from cloud.db import writing
from cloud.errors import NotFound
from cloud.members import rules, service
from cloud.members.models import Invitation, InviteForm, JoinForm
from cloud.members.service import AlreadyMember, LastManager
from cloud.principal import Role
from tests.cloud.client import TestClient
from tests.cloud.conftest import PASSWORD, START, FixedClock, Member, Seeded

NEW = {"phone": "0913555001", "password": "mưa xuân về", "agreed": "yes"}


@pytest.fixture
def browser(app: FastAPI) -> TestClient:
    """A telephone that was never here."""
    return TestClient(app, headers={"Origin": "http://testserver"}, follow_redirects=False)


def invite(manager: TestClient, role: Role = Role.PACKER) -> str:
    """The path of the link a manager is shown."""
    page = manager.post("/htx/thanh-vien", data={"name": "Anh Tư", "role": role}).text
    return "/loi-moi/" + page.split("/loi-moi/", 1)[1].split('"', 1)[0]


def test_an_invited_person_chooses_a_password_and_works(
    as_manager: TestClient, browser: TestClient
) -> None:
    link = invite(as_manager)
    page = browser.get(link).text
    assert "HTX Thử" in page
    assert "Đóng gói" in page
    assert browser.post(link, data=NEW).status_code == 303
    assert browser.get("/htx/don").status_code == 200
    assert browser.get("/htx/thanh-vien").status_code == 403
    assert "+84913555001" in as_manager.get("/htx/thanh-vien").text


def test_a_link_joins_once(as_manager: TestClient, browser: TestClient) -> None:
    link = invite(as_manager)
    assert browser.post(link, data=NEW).status_code == 303
    again = browser.post(link, data={**NEW, "phone": "0913555002"})
    assert again.status_code == 410
    assert browser.get(link).status_code == 410


def test_a_link_ages(as_manager: TestClient, browser: TestClient, clock: FixedClock) -> None:
    link = invite(as_manager)
    clock.advance(seconds=service.INVITATION_LIFE.total_seconds())
    assert browser.post(link, data=NEW).status_code == 410


def test_a_withdrawn_link_is_none(
    as_manager: TestClient, browser: TestClient, session: Session
) -> None:
    link = invite(as_manager)
    invitation = session.exec(select(Invitation)).one().public_id
    session.rollback()
    as_manager.post(f"/htx/loi-moi/{invitation}/huy")
    assert browser.get(link).status_code == 410
    assert "Anh Tư" not in as_manager.get("/htx/thanh-vien").text


def test_a_link_does_not_open_anothers_account(
    as_manager: TestClient, browser: TestClient, seeded: Seeded
) -> None:
    """Whoever invites and types a stranger's number needs the stranger's password."""
    link = invite(as_manager)
    form = {**NEW, "phone": seeded.neighbour.phone, "password": "đoán thử xem"}
    refused = browser.post(link, data=form)
    assert refused.status_code == 401
    assert "set-cookie" not in refused.headers
    own = browser.post(link, data={**form, "password": PASSWORD})
    assert own.status_code == 303


def test_who_works_in_two_cooperatives_arrives_where_they_were_invited(
    as_manager: TestClient, browser: TestClient, seeded: Seeded
) -> None:
    link = invite(as_manager, Role.HELPER)
    browser.post(link, data={**NEW, "phone": seeded.neighbour.phone, "password": PASSWORD})
    assert seeded.greenhouse.name in browser.get("/vuon").text
    assert browser.get("/htx/thanh-vien").status_code == 403, "a manager there, a helper here"


def test_nobody_joins_twice(as_manager: TestClient, engine: Engine, seeded: Seeded) -> None:
    token = invite(as_manager).rsplit("/", 1)[1]
    form = JoinForm(phone=seeded.farmer.phone, password=PASSWORD)
    with Session(writing(engine)) as session, pytest.raises(AlreadyMember):
        service.join(session, token, form, "vi", START)


def test_an_unknown_link_joins_nobody(session: Session) -> None:
    with pytest.raises(NotFound):
        service.join(session, "guessed", JoinForm.model_validate(NEW), "vi", START)


def test_a_new_role_counts_at_once_and_asks_for_a_new_login(
    as_manager: TestClient, seeded: Seeded, log_in: Callable[[Member], TestClient]
) -> None:
    before = log_in(seeded.farmer)
    member = f"/htx/thanh-vien/{seeded.farmer.account.public_id}"
    as_manager.post(f"{member}/vai-tro", data={"role": "packer"})
    assert before.get("/api/v1/lots").status_code == 401
    after = log_in(seeded.farmer)
    assert after.get("/htx/don").status_code == 200
    assert after.get("/api/v1/devices").status_code == 403


def test_who_was_let_go_gets_in_no_more(
    as_manager: TestClient, as_farmer: TestClient, client: TestClient, seeded: Seeded
) -> None:
    as_manager.post(f"/htx/thanh-vien/{seeded.farmer.account.public_id}/xoa")
    assert as_farmer.get("/api/v1/lots").status_code == 401
    form = {"phone": seeded.farmer.phone, "password": PASSWORD}
    assert client.post("/dang-nhap", data=form).status_code == 401


def test_the_last_manager_stays(session: Session, seeded: Seeded) -> None:
    manager = seeded.manager
    with pytest.raises(LastManager):
        service.remove(session, manager.principal, manager.account.public_id, START)
    with pytest.raises(LastManager):
        service.change_role(
            session, manager.principal, manager.account.public_id, Role.FARMER, START
        )


def test_the_page_offers_no_end_to_the_last_manager(
    as_manager: TestClient, seeded: Seeded
) -> None:
    manager, farmer = (
        f"/htx/thanh-vien/{one.account.public_id}" for one in (seeded.manager, seeded.farmer)
    )
    alone = as_manager.get("/htx/thanh-vien").text
    assert f"{manager}/xoa" not in alone
    assert f"{manager}/vai-tro" not in alone
    assert f"{farmer}/xoa" in alone
    assert "phải còn ít nhất một quản lý" in alone
    as_manager.post(f"{farmer}/vai-tro", data={"role": Role.MANAGER})
    both = as_manager.get("/htx/thanh-vien").text
    assert f"{manager}/xoa" in both
    assert "phải còn ít nhất một quản lý" not in both


def test_a_second_manager_frees_the_first(session: Session, seeded: Seeded) -> None:
    manager, farmer = seeded.manager, seeded.farmer
    service.change_role(session, manager.principal, farmer.account.public_id, Role.MANAGER, START)
    service.remove(session, manager.principal, manager.account.public_id, START)
    left = service.people(session, manager.principal)
    assert [(one.id, one.role) for one in left] == [(farmer.account.public_id, Role.MANAGER)]


def test_every_step_is_written_down(engine: Engine, seeded: Seeded) -> None:
    manager = seeded.manager.principal
    wish = InviteForm(name="Anh Tư", role=Role.EDITOR)
    with Session(writing(engine), expire_on_commit=False) as session, session.begin():
        token = service.invite(session, manager, wish, START)
        service.join(
            session, token, JoinForm.model_validate(NEW), "vi", START + timedelta(hours=1)
        )
        (_f, _m, person) = service.people(session, manager)
        service.change_role(session, manager, person.id, Role.REVIEWER, START)
        service.remove(session, manager, person.id, START)
        written = session.exec(
            select(AuditEntry).where(AuditEntry.chain == manager.cooperative_id)
        ).all()
    assert [one.action for one in written] == [
        AuditAction.MEMBER_INVITED,
        AuditAction.MEMBER_JOINED,
        AuditAction.LOGGED_IN,
        AuditAction.MEMBER_ROLE,
        AuditAction.MEMBER_REMOVED,
    ]
    assert written[3].detail == {"from": "editor", "to": "reviewer"}
    assert token not in repr(written)


@given(st.dictionaries(st.integers(1, 9), st.sampled_from(Role)), st.integers(1, 9), st.data())
def test_a_step_is_refused_exactly_when_no_manager_is_left(
    roles: dict[int, Role], account: int, data: st.DataObject
) -> None:
    wish = data.draw(st.none() | st.sampled_from(Role))
    others = {role for member, role in roles.items() if member != account}
    left = Role.MANAGER in others or wish is Role.MANAGER
    assert rules.orphans(roles, account, wish) is not left
