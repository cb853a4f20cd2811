"""One's own data: agreed to, read, taken along, put right, erased."""

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import Session, select

from cloud import daily
from cloud.accounts.consents import NOTICE
from cloud.accounts.models import Account, Consent, LoginSession
from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.cooperatives.models import Membership
from cloud.db import writing
from cloud.members import service as members
from cloud.members.models import InviteForm
from cloud.principal import Role
from cloud.privacy import service
from cloud.privacy.service import LEFT_KEPT, SWEPT_AFTER
from cloud.tables import METADATA
from tests.cloud.client import TestClient
from tests.cloud.conftest import PASSWORD as FARMERS
from tests.cloud.conftest import FixedClock, Member, Seeded
from tests.cloud.privacy.conftest import NAME, OWN, PASSWORD, PHONE, Traced, browser

LogIn = Callable[[Member], TestClient]
E164 = "+84913555777"
WORDS = {
    "2026-11-24": "22056a551311798c",
    "2026-11-29": "9812cf67901df5ab",
    "2026-11-30": "ce6fa55cdb2ffe8c",
}
"""What was said in each version of the notice, so that nobody's consent is to other words."""


def test_nobody_joins_without_saying_yes(as_manager: TestClient, app: FastAPI) -> None:
    page = as_manager.post("/htx/thanh-vien", data={"name": NAME, "role": "farmer"}).text
    link = "/loi-moi/" + page.split("/loi-moi/", 1)[1].split('"', 1)[0]
    client, form = browser(app), {"phone": PHONE, "password": PASSWORD}
    assert " checked" not in client.get(link).text
    silent = client.post(link, data=form)
    assert silent.status_code == 409
    assert "Cần đánh dấu đồng ý" in silent.text
    assert NAME not in as_manager.get("/htx/thanh-vien").text.split("Lời mời đang chờ")[0]
    assert client.post(link, data={**form, "agreed": "yes"}).status_code == 200


def test_a_consent_tells_to_which_words_it_was_given(
    traced: Traced, session: Session, clock: FixedClock
) -> None:
    (consent,) = session.exec(select(Consent)).all()
    account = session.get_one(Account, consent.account_id)
    assert (account.name, consent.notice, consent.language) == (NAME, NOTICE, "vi")
    assert consent.given_at == clock.now() - timedelta(minutes=1)
    assert consent.withdrawn_at is None
    assert traced.client.get(OWN).text.count("Đồng ý lúc") == 1


def test_other_words_are_another_version(client: TestClient) -> None:
    said = ""
    for language in ("vi", "en"):
        page = client.get(f"/rieng-tu?lang={language}").text
        said += page.split("<main", 1)[1].split("</main>", 1)[0]
    words = " ".join(re.sub(r"<[^>]+>", " ", said).split())
    assert hashlib.sha256(words.encode()).hexdigest()[:16] == WORDS[NOTICE]


def test_all_that_is_known_is_handed_over_and_nobody_else(traced: Traced, seeded: Seeded) -> None:
    answer = traced.client.get(f"{OWN}/tai-ve")
    assert "attachment" in answer.headers["content-disposition"]
    known = answer.json()
    assert (known["name"], known["phone"]) == (NAME, E164)
    assert [one["role"] for one in known["cooperatives"]] == ["farmer"]
    assert [one["notice"] for one in known["consents"]] == [NOTICE]
    assert [one["farm"] for one in known["cards"]] == [seeded.farm.name]
    assert len(known["browsers"]) == 1
    actions = [one["action"] for one in known["record"]]
    assert actions == ["member.joined", "login", "help.asked"]
    assert seeded.manager.account.phone not in answer.text
    assert "hash" not in answer.text


def test_what_a_helper_did_stands_in_the_data_of_both(
    traced: Traced, session: Session, engine: Engine, seeded: Seeded, log_in: LogIn
) -> None:
    account = session.exec(select(Account).where(Account.name == NAME)).one()
    account_id, now = account.id, account.created_at
    session.rollback()
    deed = Deed(AuditAction.STOP, "command:helped")
    chain, helper = seeded.cooperative.id or 0, seeded.farmer.principal.account_id
    with Session(writing(engine)) as own, own.begin():
        audit.append(own, chain, helper, deed, now, on_behalf_of=account_id)
    for client in (traced.client, log_in(seeded.farmer)):
        assert "command:helped" in client.get(f"{OWN}/tai-ve").text


def test_a_name_is_put_right(traced: Traced, as_manager: TestClient) -> None:
    traced.client.post(f"{OWN}/ten", data={"name": "  Trần   Thị Mới "})
    assert "Trần Thị Mới" in traced.client.get(OWN).text
    assert "Trần Thị Mới" in as_manager.get("/htx/thanh-vien").text
    assert "Sửa tên" in as_manager.get("/htx/nhat-ky").text
    assert traced.traces(NAME) == []


def test_a_new_number_is_the_one_to_log_in_with(traced: Traced) -> None:
    new = {"phone": "0913555888", "password": PASSWORD}
    assert traced.client.post(f"{OWN}/so-moi", data=new).url.path == OWN
    assert traced.log_in("0913555888") == 303
    assert traced.log_in(PHONE) == 401
    assert traced.traces(E164) == []


@pytest.mark.parametrize(
    ("phone", "password", "sentence"),
    [
        ("0913555888", "sai rồi nhé", "Mật khẩu chưa đúng."),
        ("113", PASSWORD, "Số điện thoại"),
        ("0912000001", PASSWORD, "Số này đã có tài khoản khác dùng."),
    ],
)
def test_a_number_is_changed_by_its_owner_to_a_free_one(
    traced: Traced, phone: str, password: str, sentence: str
) -> None:
    answer = traced.client.post(f"{OWN}/so-moi", data={"phone": phone, "password": password})
    assert answer.status_code == 409
    assert sentence in answer.text.split("<form", 1)[0]
    assert traced.log_in() == 303


def test_nobody_learns_by_trying_which_numbers_are_known(
    traced: Traced, clock: FixedClock
) -> None:
    def ask() -> str:
        taken = {"phone": "0912000001", "password": PASSWORD}
        return traced.client.post(f"{OWN}/so-moi", data=taken).text

    told = [ask() for _ in range(5)]
    assert ["đã có tài khoản" in one for one in told] == [True] * 3 + [False] * 2
    assert "Thử quá nhiều lần." in told[-1]
    clock.advance(hours=8)
    assert "đã có tài khoản" in ask()


def test_after_erasing_no_table_knows_the_person(
    traced: Traced, as_manager: TestClient, engine: Engine
) -> None:
    assert set(traced.traces(NAME, E164)) == {"account"}
    answer = traced.client.post(f"{OWN}/xoa", data={"password": PASSWORD})
    assert "Đã xóa tài khoản" in answer.text
    assert traced.traces(NAME, E164, PHONE[1:]) == []
    assert traced.client.get(OWN).url.path == "/dang-nhap"
    assert traced.log_in() == 401
    assert NAME not in as_manager.get("/htx/thanh-vien").text
    record = as_manager.get("/htx/nhat-ky").text
    assert "Người đã xóa tài khoản" in record
    with Session(engine) as session:
        assert session.exec(select(Consent.withdrawn_at)).one() is not None
        assert audit.breaks(session) == []
        kept = set(session.exec(select(LoginSession.account_id)))
        erased = session.exec(select(Account).where(Account.public_id == traced.id)).one()
        assert erased.id not in kept
        assert (
            session.exec(select(Membership).where(Membership.account_id == erased.id)).all() == []
        )


def test_whoever_was_erased_can_join_as_somebody_new(
    traced: Traced, as_manager: TestClient, app: FastAPI
) -> None:
    traced.client.post(f"{OWN}/xoa", data={"password": PASSWORD})
    page = as_manager.post("/htx/thanh-vien", data={"name": NAME, "role": "farmer"}).text
    link = "/loi-moi/" + page.split("/loi-moi/", 1)[1].split('"', 1)[0]
    form = {"phone": PHONE, "password": PASSWORD, "agreed": "yes"}
    again = browser(app)
    assert again.post(link, data=form).status_code == 200
    assert [one["action"] for one in again.get(f"{OWN}/tai-ve").json()["record"]] == [
        "member.joined",
        "login",
    ]


def test_nothing_is_erased_without_the_password(traced: Traced) -> None:
    answer = traced.client.post(f"{OWN}/xoa", data={"password": "sai rồi nhé"})
    assert answer.status_code == 409
    assert traced.log_in() == 303


def test_the_last_manager_hands_over_first(
    as_manager: TestClient, log_in: LogIn, seeded: Seeded
) -> None:
    refused = as_manager.post(f"{OWN}/xoa", data={"password": FARMERS})
    assert refused.status_code == 409
    assert "phải còn ít nhất một quản lý" in refused.text
    farmer = f"/htx/thanh-vien/{seeded.farmer.account.public_id}"
    as_manager.post(f"{farmer}/vai-tro", data={"role": "manager"})
    assert "Đã xóa" in as_manager.post(f"{OWN}/xoa", data={"password": FARMERS}).text
    assert log_in(seeded.farmer).get("/htx/thanh-vien").status_code == 200


def test_whoever_is_alone_in_a_cooperative_may_go(
    as_neighbour: TestClient, engine: Engine, seeded: Seeded, clock: FixedClock
) -> None:
    assert "Đã xóa" in as_neighbour.post(f"{OWN}/xoa", data={"password": FARMERS}).text
    with Session(writing(engine)) as session, session.begin():
        assert members.found(session, "HTX Khác", "Chị Hai", clock.now()), "and be followed"
    assert seeded.neighbour.account.id is not None


def test_whom_everybody_let_go_is_erased_by_itself(
    traced: Traced, as_manager: TestClient, engine: Engine, clock: FixedClock
) -> None:
    as_manager.post(f"/htx/thanh-vien/{traced.id}/xoa")
    clock.advance(seconds=LEFT_KEPT.total_seconds() - 1)
    assert daily.work(engine, clock) == 0
    assert traced.traces(NAME) == ["account"]
    clock.advance(seconds=1)
    assert daily.work(engine, clock) == 0
    assert traced.traces(NAME, E164) == []


def test_whom_another_cooperative_takes_in_time_stays(
    traced: Traced, as_manager: TestClient, engine: Engine, seeded: Seeded, clock: FixedClock
) -> None:
    as_manager.post(f"/htx/thanh-vien/{traced.id}/xoa")
    with Session(writing(engine)) as session, session.begin():
        wish = InviteForm(name="Chị Dấu", role=Role.FARMER)
        token = members.invite(session, seeded.neighbour.principal, wish, clock.now())
    form = {"phone": PHONE, "password": PASSWORD, "agreed": "yes"}
    assert browser(traced.app).post(f"/loi-moi/{token}", data=form).status_code == 200
    clock.advance(seconds=LEFT_KEPT.total_seconds())
    assert daily.work(engine, clock) == 0
    assert traced.traces(NAME) == ["account"]
    assert traced.log_in() == 303


def test_what_is_long_over_is_forgotten(traced: Traced, engine: Engine, clock: FixedClock) -> None:
    def left() -> set[str]:
        names = {"login_session", "help_code", "recovery"}
        return {name for name in names if has_rows(engine, name)}

    assert left() == {"login_session", "help_code", "recovery"}
    clock.advance(days=1)
    with Session(writing(engine)) as session, session.begin():
        service.sweep(session, clock.now())
    assert left() == {"login_session", "help_code", "recovery"}, "somebody may ask about it"
    clock.advance(days=400, seconds=SWEPT_AFTER.total_seconds())
    with Session(writing(engine)) as session, session.begin():
        service.sweep(session, clock.now())
    assert left() == set()
    assert traced.id


def has_rows(engine: Engine, name: str) -> bool:
    with engine.connect() as connection:
        return connection.execute(sa.select(METADATA.tables[name])).first() is not None


def test_one_s_own_data_is_lent_to_nobody(
    traced: Traced, app: FastAPI, engine: Engine, seeded: Seeded, log_in: LogIn
) -> None:
    with Session(writing(engine)) as session, session.begin():
        session.exec(
            select(Membership).where(Membership.account_id == seeded.farmer.account.id)
        ).one().role = Role.HELPER
    helper = log_in(seeded.farmer)
    traced.client.post("/tai-khoan/giup", data={"lasts": "once"})
    (code,) = re.findall(r'<p class="big">(\d{6})</p>', traced.client.get("/tai-khoan/giup").text)
    assert helper.post("/giup", data={"code": code}).status_code == 200
    for path in (OWN, f"{OWN}/tai-ve"):
        assert helper.get(path).status_code == 403
    assert app is traced.app
