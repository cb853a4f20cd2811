"""What weighs much asks for the password once more, and nobody else's telephone gives it."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from cloud.accounts import service as accounts
from cloud.accounts.models import LoginSession
from cloud.db import writing
from cloud.permissions import PROOF_LIFE
from tests.cloud.client import TestClient
from tests.cloud.conftest import PASSWORD, FixedClock, Member, Seeded

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LIST = "/htx/thanh-vien"
ASK = "/tai-khoan/xac-nhan"


@pytest.fixture
def weighty(seeded: Seeded) -> list[tuple[str, dict[str, str]]]:
    """Everything that says who comes in and who may do what."""
    farmer = f"{LIST}/{seeded.farmer.account.public_id}"
    card = {"farm": seeded.farm.public_id, "pin": "739104", "again": "739104"}
    return [
        (LIST, {"name": "Anh Tư", "role": "manager"}),
        (f"{farmer}/the", card),
        (f"{farmer}/quen-mat-khau", {"code": "123456"}),
        (f"{farmer}/vai-tro", {"role": "manager"}),
        (f"{farmer}/xoa", {}),
    ]


def press(client: TestClient, path: str, form: dict[str, str]) -> str:
    """Where a button of a page leads, without going there; empty if it was simply done."""
    headers = {"Referer": f"http://testserver{LIST}?x=1"}
    answer = client.post(path, data=form, headers=headers, follow_redirects=False)
    assert answer.status_code in {200, 303, 409}, path
    return answer.headers.get("location", "")


def show(client: TestClient, password: str = PASSWORD, onward: str = LIST) -> str | None:
    form = {"password": password, "tiep": onward}
    return client.post(ASK, data=form, follow_redirects=False).headers.get("location")


def test_what_weighs_much_asks_for_the_password_and_does_nothing_before(
    as_manager: TestClient, clock: FixedClock, weighty: list[tuple[str, dict[str, str]]]
) -> None:
    clock.advance(seconds=PROOF_LIFE.total_seconds())
    before = as_manager.get(LIST).text
    for path, form in weighty:
        assert press(as_manager, path, form) == f"{ASK}?tiep={LIST}", path
    assert as_manager.get(LIST).text == before
    assert show(as_manager) == LIST
    for path, form in weighty:
        assert ASK not in press(as_manager, path, form), path


def test_the_page_of_cards_asks_before_somebody_types_a_pin(
    as_manager: TestClient, clock: FixedClock, seeded: Seeded
) -> None:
    clock.advance(seconds=PROOF_LIFE.total_seconds())
    page = f"{LIST}/{seeded.farmer.account.public_id}/the"
    assert as_manager.get(page).url.path == ASK
    assert f'value="{page}"' in as_manager.get(page).text
    assert show(as_manager, onward=page) == page
    assert as_manager.get(page).url.path == page


def test_what_makes_safe_asks_for_nothing(as_manager: TestClient, clock: FixedClock) -> None:
    """A lost card and an invitation in wrong hands are ended at once."""
    as_manager.post(LIST, data={"name": "Anh Tư", "role": "packer"})
    invitation = as_manager.get(LIST).text.split("/htx/loi-moi/", 1)[1].split("/", 1)[0]
    clock.advance(seconds=PROOF_LIFE.total_seconds())
    assert press(as_manager, f"/htx/loi-moi/{invitation}/huy", {}) == LIST
    assert "Anh Tư" not in as_manager.get(LIST).text
    gone = as_manager.post("/htx/the/nobody/huy", follow_redirects=False)
    assert gone.status_code == 404, "and not asked for a password"


def test_the_proof_is_fresh_after_logging_in_and_lasts_a_sitting(
    as_manager: TestClient, clock: FixedClock
) -> None:
    invite = {"name": "Anh Tư", "role": "packer"}
    clock.advance(seconds=PROOF_LIFE.total_seconds() - 1)
    assert press(as_manager, LIST, invite) == ""
    clock.advance(seconds=1)
    assert press(as_manager, LIST, invite) == f"{ASK}?tiep={LIST}"


def test_a_wrong_password_proves_nothing_and_costs_a_try(
    as_manager: TestClient, clock: FixedClock, engine: Engine, seeded: Seeded
) -> None:
    clock.advance(seconds=PROOF_LIFE.total_seconds())
    wrong = as_manager.post(ASK, data={"password": "mưa xuân về", "tiep": LIST})
    assert wrong.status_code == 409
    assert "Mật khẩu chưa đúng" in wrong.text
    for _ in range(12):
        show(as_manager, "mưa xuân về")
    assert show(as_manager) is None, "too many: the right one has to wait too"
    with Session(engine) as session:
        logins = session.exec(
            select(LoginSession).where(LoginSession.account_id == seeded.manager.account.id)
        ).all()
    assert {one.proved_at for one in logins} == {logins[0].created_at}


def test_the_proof_of_one_browser_is_none_in_another(
    log_in: Callable[[Member], TestClient], clock: FixedClock, seeded: Seeded
) -> None:
    here, there = log_in(seeded.manager), log_in(seeded.manager)
    clock.advance(seconds=PROOF_LIFE.total_seconds())
    assert show(here) == LIST
    invite = {"name": "Anh Tư", "role": "packer"}
    assert press(here, LIST, invite) == ""
    assert press(there, LIST, invite) == f"{ASK}?tiep={LIST}"


def test_a_proof_brings_a_new_cookie(as_manager: TestClient, clock: FixedClock) -> None:
    before = as_manager.cookies["sid"]
    clock.advance(seconds=PROOF_LIFE.total_seconds())
    show(as_manager)
    assert as_manager.cookies["sid"] != before
    as_manager.cookies.clear()
    as_manager.cookies.set("sid", before)
    assert as_manager.get(LIST).url.path == "/dang-nhap"


def test_it_leads_to_no_other_site(as_manager: TestClient) -> None:
    assert show(as_manager, onward="//evil.example/x") == "/vuon"
    assert "evil" not in as_manager.get(f"{ASK}?tiep=https://evil.example").text


def test_an_operator_s_link_proves_and_ages_too(
    app: FastAPI, engine: Engine, seeded: Seeded, clock: FixedClock
) -> None:
    with Session(writing(engine)) as session, session.begin():
        owner = session.exec(
            select(LoginSession.account_id).order_by(col(LoginSession.id))
        ).first()
        assert owner is None
        token = accounts.new_link(session, seeded.manager.principal.account_id, clock.now())
    client = TestClient(app, headers={"Origin": "http://testserver"})
    client.post(f"/vao/{token}")
    invite = {"name": "Anh Tư", "role": "packer"}
    assert press(client, LIST, invite) == ""
    clock.advance(seconds=PROOF_LIFE.total_seconds())
    assert press(client, LIST, invite) == f"{ASK}?tiep={LIST}"
