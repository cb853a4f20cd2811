"""Where an account is logged in: how long, how its owner sees it, and how it ends."""

import re
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import Session, select

from cloud.accounts.models import LoginSession
from cloud.accounts.rules import lives
from cloud.db import writing
from cloud.principal import Role
from tests.cloud.client import TestClient
from tests.cloud.conftest import FixedClock, Member, Seeded
from tests.cloud.hashing import cheap

ANDROID = "Mozilla/5.0 (Linux; Android 13; SM-A047F) Chrome/120.0 Mobile Safari/537.36"
NEW = "mây trắng gió hiền"

LogIn = Callable[[Member], TestClient]


def knows(client: TestClient) -> bool:
    return client.get("/api/v1/devices").status_code == 200


def browsers(client: TestClient) -> str:
    return client.get("/tai-khoan").text


def test_a_session_that_is_used_lasts_half_a_year(
    as_farmer: TestClient, clock: FixedClock
) -> None:
    whole, idle = (lives(Role.FARMER, by_card=False).whole, lives(Role.FARMER, by_card=False).idle)
    for _ in range(6):
        assert knows(as_farmer)
        clock.advance(seconds=idle.total_seconds() - 1)
    assert knows(as_farmer)
    clock.advance(seconds=6)
    assert whole == 6 * idle
    assert not knows(as_farmer)


@pytest.mark.parametrize("role", ["farmer", "manager"])
def test_a_session_nobody_uses_ends(
    log_in: LogIn, seeded: Seeded, clock: FixedClock, role: str
) -> None:
    client = log_in(getattr(seeded, role))
    idle = lives(Role(role), by_card=False).idle
    assert knows(client)
    clock.advance(seconds=idle.total_seconds() - 1)
    assert knows(client)
    clock.advance(seconds=idle.total_seconds())
    assert not knows(client)


def test_looking_is_written_down_no_more_than_once_a_step(
    as_farmer: TestClient, engine: Engine, clock: FixedClock
) -> None:
    def seen() -> object:
        with Session(engine) as session:
            return session.exec(select(LoginSession.seen_at)).one()

    knows(as_farmer)
    first = seen()
    clock.advance(hours=1)
    knows(as_farmer)
    assert seen() == first
    clock.advance(seconds=lives(Role.FARMER, by_card=False).step.total_seconds())
    knows(as_farmer)
    assert seen() != first


def test_an_owner_sees_every_browser_by_its_name(log_in: LogIn, seeded: Seeded) -> None:
    phone, computer = log_in(seeded.farmer), log_in(seeded.farmer)
    phone.headers["User-Agent"] = ANDROID
    computer.headers["User-Agent"] = "Mozilla/5.0 (Windows NT 10.0) Firefox/121.0"
    for browser in (phone, computer):
        form = {"phone": seeded.farmer.phone, "password": seeded.farmer.password}
        browser.post("/dang-nhap", data=form)
    page = browsers(computer)
    assert "Android · Chrome" in page
    assert "Windows · Firefox" in browsers(computer)
    assert page.count("máy này</span>") == 1


def test_an_owner_logs_one_browser_out(log_in: LogIn, seeded: Seeded) -> None:
    here, lost = log_in(seeded.farmer), log_in(seeded.farmer)
    (other,) = re.findall(r"/tai-khoan/may/(\w+)/thoat", browsers(here))
    here.post(f"/tai-khoan/may/{other}/thoat")
    assert knows(here)
    assert not knows(lost)


def test_an_owner_logs_all_others_out(log_in: LogIn, seeded: Seeded) -> None:
    here, *others = (log_in(seeded.farmer) for _ in range(3))
    stranger = log_in(seeded.manager)
    here.post("/tai-khoan/thoat-may-khac")
    assert knows(here)
    assert not any(knows(other) for other in others)
    assert knows(stranger)


def test_nobody_ends_another_persons_session(
    log_in: LogIn, seeded: Seeded, engine: Engine
) -> None:
    farmer, manager = log_in(seeded.farmer), log_in(seeded.manager)
    with Session(engine) as session:
        own = select(LoginSession.public_id)
        login = session.exec(
            own.where(LoginSession.account_id == seeded.farmer.principal.account_id)
        ).one()
    assert manager.post(f"/tai-khoan/may/{login}/thoat").status_code == 404
    assert knows(farmer)


def test_logging_in_gives_a_new_token_and_ends_the_old_one(
    as_farmer: TestClient, app: FastAPI, seeded: Seeded
) -> None:
    """Whoever planted or copied a cookie before the login holds nothing after it."""
    before = as_farmer.cookies["sid"]
    thief = TestClient(app, cookies={"sid": before})
    assert knows(thief)
    form = {"phone": seeded.farmer.phone, "password": seeded.farmer.password}
    as_farmer.post("/dang-nhap", data=form)
    assert as_farmer.cookies["sid"] != before
    assert not knows(thief)


def test_a_token_that_a_stranger_made_up_is_not_adopted(
    client: TestClient, seeded: Seeded
) -> None:
    client.cookies.set("sid", "planted")
    client.cookies.set("may", "planted-too")
    form = {"phone": seeded.farmer.phone, "password": seeded.farmer.password}
    answer = client.post("/dang-nhap", data=form, follow_redirects=False)
    given = [cookie.split(";")[0] for cookie in answer.headers.get_list("set-cookie")]
    assert len(given) == 2
    assert not any("planted" in cookie for cookie in given)


def test_a_new_password_logs_out_everywhere_and_the_old_one_is_nothing(
    log_in: LogIn, app: FastAPI, seeded: Seeded
) -> None:
    app.state.hashes = cheap()[0]
    here, lost = log_in(seeded.farmer), log_in(seeded.farmer)
    before = here.cookies["sid"]
    form = {"old": seeded.farmer.password, "new": NEW}
    answer = here.post("/tai-khoan/mat-khau", data=form, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/tai-khoan")
    assert here.cookies["sid"] != before
    assert knows(here)
    assert not knows(lost)
    old = {"phone": seeded.farmer.phone, "password": seeded.farmer.password}
    assert lost.post("/dang-nhap", data=old).status_code == 401
    assert lost.post("/dang-nhap", data=old | {"password": NEW}).status_code == 200


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("not the password", NEW, "Mật khẩu cũ chưa đúng"),
        ("dưa lưới ngọt", "matkhau2024", "dễ đoán"),
        ("dưa lưới ngọt", "HTX Thử 2026", "dễ đoán"),
        ("dưa lưới ngọt", "ngắn", "từ 8 đến 128"),
    ],
)
def test_a_password_is_changed_by_who_knows_it_and_to_a_good_one(
    as_farmer: TestClient, old: str, new: str, says: str
) -> None:
    answer = as_farmer.post("/tai-khoan/mat-khau", data={"old": old, "new": new})
    assert answer.status_code == 409
    assert says in answer.text
    assert knows(as_farmer)


def test_a_disabled_account_is_out_everywhere_at_once(
    log_in: LogIn, seeded: Seeded, engine: Engine
) -> None:
    clients = [log_in(seeded.farmer) for _ in range(3)]
    with Session(writing(engine)) as session, session.begin():
        session.merge(seeded.farmer.account).active = False
    assert not any(knows(client) for client in clients)


def test_an_owner_sees_that_somebody_guesses(
    as_farmer: TestClient, client: TestClient, seeded: Seeded
) -> None:
    for _ in range(3):
        client.post("/dang-nhap", data={"phone": seeded.farmer.phone, "password": "sai rồi"})
    assert "3 lần" in browsers(as_farmer)
