"""A helper vouches for a farmer who stands before them, and for nobody else."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from cloud.accounts.throttle import VOUCH
from cloud.audit.models import AuditEntry
from cloud.audit.rules import AuditAction
from cloud.cooperatives import service as cooperatives
from cloud.db import writing
from cloud.permissions import PROOF_LIFE
from cloud.principal import Role
from tests.cloud.client import TestClient
from tests.cloud.conftest import FixedClock, Member, Seeded, _member, prove
from tests.cloud.recovery.conftest import NEW, Phone

PAGE = "/nguoi-quen-mat-khau"


@pytest.fixture
def helper(engine: Engine, seeded: Seeded, clock: FixedClock) -> Member:
    with Session(writing(engine), expire_on_commit=False) as session, session.begin():
        return _member(session, seeded.cooperative, "0912000004", Role.HELPER, clock.now())


@pytest.fixture
def as_helper(log_in: Callable[[Member], TestClient], helper: Member) -> TestClient:
    return log_in(helper)


def vouch(client: TestClient, number: str, code: str) -> int:
    return client.post(PAGE, data={"phone": number, "code": code}).status_code


def other(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def test_a_farmer_comes_back_with_a_helper_s_word(
    as_helper: TestClient, phone: Phone, seeded: Seeded
) -> None:
    answer = as_helper.post(PAGE, data={"phone": seeded.farmer.phone, "code": phone.code})
    assert answer.status_code == 200
    assert seeded.farmer.account.name in answer.text
    assert phone.page not in answer.text
    assert phone.choose() == 303
    assert phone.inside
    login = {"phone": seeded.farmer.phone, "password": NEW}
    assert as_helper.post("/dang-nhap", data=login, follow_redirects=False).status_code == 303


def test_the_page_is_found_from_where_one_helps(as_helper: TestClient) -> None:
    assert f'href="{PAGE}"' in as_helper.get("/giup").text
    assert as_helper.get(PAGE).status_code == 200


def test_a_wrong_code_and_a_number_that_is_no_farmer_s_sound_alike(
    as_helper: TestClient, app: FastAPI, phone: Phone, seeded: Seeded
) -> None:
    manager = Phone(app, seeded.manager.phone)
    stranger = Phone(app, "0999999999")
    wrong = ((seeded.farmer.phone, other(phone.code)), ("0999999999", stranger.code))
    pages = [as_helper.post(PAGE, data={"phone": n, "code": c}).text for n, c in wrong]
    pages.append(
        as_helper.post(PAGE, data={"phone": seeded.manager.phone, "code": manager.code}).text
    )
    assert len(set(pages)) == 1
    assert "Số và mã không khớp" in pages[0]


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.FARMER}))
def test_nobody_but_a_farmer_is_vouched_for(
    as_helper: TestClient, app: FastAPI, engine: Engine, seeded: Seeded, role: Role
) -> None:
    """Else a helper who holds both ends would become a manager."""
    with Session(writing(engine)) as session, session.begin():
        _member(session, seeded.cooperative, "0912000077", role, FixedClock().now())
    theirs = Phone(app, "0912000077")
    assert vouch(as_helper, "0912000077", theirs.code) == 409
    assert theirs.choose() == 410


def test_a_farmer_of_two_cooperatives_is_the_word_of_neither_s_helper(
    as_helper: TestClient, engine: Engine, phone: Phone, seeded: Seeded
) -> None:
    with Session(writing(engine)) as session, session.begin():
        home = cooperatives.create(session, "HTX Nhà", "Xã Xa", "+84262000009", FixedClock().now())
        cooperatives.enrol(session, seeded.farmer.principal.account_id, home, Role.FARMER)
    assert vouch(as_helper, seeded.farmer.phone, phone.code) == 409
    assert phone.choose() == 410


def test_a_farmer_of_another_cooperative_is_not_there(
    log_in: Callable[[Member], TestClient], engine: Engine, phone: Phone, seeded: Seeded
) -> None:
    with Session(writing(engine), expire_on_commit=False) as session, session.begin():
        home = cooperatives.create(session, "HTX Nhà", "Xã Xa", "+84262000009", FixedClock().now())
        stranger = _member(session, home, "0912000088", Role.HELPER, FixedClock().now())
    assert vouch(log_in(stranger), seeded.farmer.phone, phone.code) == 409
    assert phone.choose() == 410


def test_a_helper_who_tries_codes_is_stopped_whatever_numbers_they_try(
    as_helper: TestClient, phone: Phone, seeded: Seeded, clock: FixedClock
) -> None:
    code = phone.code
    tried = [vouch(as_helper, f"09120001{number:02}", code) for number in range(VOUCH.burst)]
    assert set(tried) == {409}
    assert vouch(as_helper, seeded.farmer.phone, code) == 409
    clock.advance(seconds=VOUCH.refill.total_seconds())
    assert vouch(as_helper, seeded.farmer.phone, code) == 200


def test_whoever_picks_up_the_helper_s_telephone_has_to_know_their_password(
    as_helper: TestClient, app: FastAPI, seeded: Seeded, clock: FixedClock
) -> None:
    clock.advance(seconds=PROOF_LIFE.total_seconds())
    code = Phone(app, seeded.farmer.phone).code
    form = {"phone": seeded.farmer.phone, "code": code}
    asked = as_helper.post(PAGE, data=form, follow_redirects=False)
    assert asked.headers["location"].startswith("/tai-khoan/xac-nhan")
    prove(as_helper)
    assert vouch(as_helper, seeded.farmer.phone, code) == 200


def test_a_farmer_vouches_for_nobody(as_farmer: TestClient, phone: Phone, seeded: Seeded) -> None:
    assert as_farmer.get(PAGE).status_code == 403
    assert vouch(as_farmer, seeded.farmer.phone, phone.code) == 403


def test_it_is_written_down_which_helper_vouched(
    as_helper: TestClient, helper: Member, phone: Phone, seeded: Seeded, engine: Engine
) -> None:
    vouch(as_helper, seeded.farmer.phone, phone.code)
    with Session(engine) as session:
        chain = select(AuditEntry).where(AuditEntry.chain == seeded.cooperative.id)
        newest = session.exec(chain.order_by(col(AuditEntry.seq).desc())).first()
    assert newest is not None
    assert (newest.action, newest.actor_id) == (
        AuditAction.RECOVERY_CONFIRMED,
        helper.principal.account_id,
    )
    assert newest.subject == f"account:{seeded.farmer.account.public_id}"
