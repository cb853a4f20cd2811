"""Who forgot their password comes back with a manager's word, and nobody else does."""

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from cloud.accounts.throttle import ASK, CONFIRM
from cloud.audit.models import AuditEntry
from cloud.audit.rules import AuditAction
from cloud.cooperatives import service as cooperatives
from cloud.db import writing
from cloud.principal import Role
from cloud.recovery.models import Recovery
from cloud.recovery.service import LIFE
from tests.cloud.client import TestClient
from tests.cloud.conftest import FixedClock, Seeded, prove
from tests.cloud.recovery.conftest import NEW, Phone


def confirm(manager: TestClient, seeded: Seeded, code: str) -> int:
    member = seeded.farmer.account.public_id
    answer = manager.post(f"/htx/thanh-vien/{member}/quen-mat-khau", data={"code": code})
    return answer.status_code


def test_the_person_chooses_a_password_once_a_manager_has_confirmed_them(
    as_manager: TestClient, phone: Phone, seeded: Seeded
) -> None:
    assert confirm(as_manager, seeded, phone.code) == 200
    assert "Đặt mật khẩu mới" in phone.client.get(phone.page).text
    assert phone.choose() == 303
    assert phone.inside
    login = {"phone": seeded.farmer.phone, "password": NEW}
    assert as_manager.post("/dang-nhap", data=login, follow_redirects=False).status_code == 303


def test_nobody_who_helps_holds_anything_that_opens_the_account(
    as_manager: TestClient, phone: Phone, seeded: Seeded
) -> None:
    code = phone.code
    page = as_manager.post(
        f"/htx/thanh-vien/{seeded.farmer.account.public_id}/quen-mat-khau", data={"code": code}
    )
    assert phone.page not in page.text
    for guess in (code, "x"):
        assert as_manager.get(f"/quen-mat-khau/{guess}").status_code == 410
    login = {"phone": seeded.farmer.phone, "password": code}
    assert as_manager.post("/dang-nhap", data=login).status_code == 401


def test_without_a_manager_s_word_nothing_is_set(phone: Phone) -> None:
    assert phone.choose() == 410
    assert not phone.inside


def test_the_word_counts_for_the_telephone_whose_code_was_read(
    as_manager: TestClient, app: FastAPI, phone: Phone, seeded: Seeded
) -> None:
    thief = Phone(app, seeded.farmer.phone)
    confirm(as_manager, seeded, phone.code)
    assert thief.choose() == 410
    assert phone.choose() == 303


def test_it_works_once(as_manager: TestClient, phone: Phone, seeded: Seeded) -> None:
    confirm(as_manager, seeded, phone.code)
    assert phone.choose() == 303
    assert phone.choose("trời xanh nắng ấm") == 410


@pytest.mark.parametrize("confirmed", [False, True])
def test_it_ages(
    as_manager: TestClient, phone: Phone, seeded: Seeded, clock: FixedClock, *, confirmed: bool
) -> None:
    code = phone.code
    if confirmed:
        confirm(as_manager, seeded, code)
    clock.advance(seconds=LIFE.total_seconds())
    assert phone.client.get(phone.page).status_code == 410
    assert phone.choose() == 410
    prove(as_manager)
    assert confirm(as_manager, seeded, code) == 409


def test_a_password_that_is_guessed_is_refused_and_another_may_be_chosen(
    as_manager: TestClient, phone: Phone, seeded: Seeded
) -> None:
    confirm(as_manager, seeded, phone.code)
    assert phone.choose("matkhau123") == 409
    assert phone.choose() == 303


def test_whoever_was_in_is_out(
    as_manager: TestClient, as_farmer: TestClient, phone: Phone, seeded: Seeded
) -> None:
    confirm(as_manager, seeded, phone.code)
    phone.choose()
    assert as_farmer.get("/api/v1/devices").status_code == 401


def test_an_unknown_number_waits_in_vain_and_looks_the_same(
    app: FastAPI, phone: Phone, seeded: Seeded
) -> None:
    stranger = Phone(app, "0999999999")
    known, unknown = (
        one.client.get(one.page).text.replace(one.code, "") for one in (phone, stranger)
    )
    assert known == unknown
    assert seeded.farmer.principal.name not in known


def test_codes_are_asked_for_no_faster_than_a_person_forgets(
    app: FastAPI, seeded: Seeded, engine: Engine, clock: FixedClock
) -> None:
    phone = Phone(app, seeded.farmer.phone)
    answers = [phone.ask(seeded.farmer.phone) for _ in range(ASK.burst)]
    assert answers == [303] * (ASK.burst - 1) + [429]
    clock.advance(seconds=ASK.refill.total_seconds())
    assert phone.ask(seeded.farmer.phone) == 303
    with Session(engine) as session:
        assert len(session.exec(select(Recovery)).all()) == ASK.burst + 1


def test_a_manager_who_tries_codes_is_stopped(
    as_manager: TestClient, phone: Phone, seeded: Seeded, clock: FixedClock
) -> None:
    code = phone.code
    wrong = f"{(int(code) + 1) % 10**6:06}"
    assert {confirm(as_manager, seeded, wrong) for _ in range(CONFIRM.burst)} == {409}
    assert confirm(as_manager, seeded, code) == 409
    clock.advance(seconds=CONFIRM.refill.total_seconds())
    assert confirm(as_manager, seeded, code) == 200


def test_another_cooperative_s_manager_vouches_for_nobody_here(
    as_neighbour: TestClient, phone: Phone, seeded: Seeded
) -> None:
    assert confirm(as_neighbour, seeded, phone.code) == 404
    assert phone.choose() == 410


def test_no_manager_opens_what_another_cooperative_has_given(
    as_manager: TestClient, phone: Phone, seeded: Seeded, engine: Engine
) -> None:
    """Else whoever invites a neighbour's manager could become them."""
    with Session(writing(engine)) as session, session.begin():
        home = cooperatives.create(session, "HTX Nhà", "Xã Xa", "+84262000009", FixedClock().now())
        cooperatives.enrol(session, seeded.farmer.principal.account_id, home, Role.MANAGER)
    assert confirm(as_manager, seeded, phone.code) == 409
    assert phone.choose() == 410


def test_nobody_vouches_for_themselves(
    as_manager: TestClient, app: FastAPI, seeded: Seeded
) -> None:
    """A borrowed telephone must not change the password without the old one."""
    own = Phone(app, seeded.manager.phone)
    address = f"/htx/thanh-vien/{seeded.manager.account.public_id}/quen-mat-khau"
    assert as_manager.post(address, data={"code": own.code}).status_code == 409
    assert own.choose() == 410


def test_it_is_written_down_who_vouched(
    as_manager: TestClient, phone: Phone, seeded: Seeded, engine: Engine
) -> None:
    confirm(as_manager, seeded, phone.code)
    phone.choose()
    with Session(engine) as session:
        chain = select(AuditEntry).where(AuditEntry.chain == seeded.cooperative.id)
        vouched, done = session.exec(chain.order_by(col(AuditEntry.seq))).all()[-2:]
    manager, farmer = seeded.manager.principal.account_id, seeded.farmer.principal.account_id
    assert (vouched.action, vouched.actor_id) == (AuditAction.RECOVERY_CONFIRMED, manager)
    assert (done.action, done.actor_id) == (AuditAction.RECOVERED, farmer)
    assert vouched.subject == done.subject == f"account:{seeded.farmer.account.public_id}"
