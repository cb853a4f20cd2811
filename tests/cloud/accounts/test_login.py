"""Logging in and out, as a browser sees it."""

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import Session, select

from cloud.accounts import service
from cloud.accounts.models import LoginLink, LoginSession
from cloud.accounts.throttle import PAIR
from cloud.app import create_app
from cloud.db import writing
from cloud.settings import Settings
from tests.cloud.client import TestClient
from tests.cloud.conftest import FixedClock, Seeded

WRONG = "not the password"


def enter(client: TestClient, phone: str, password: str, onward: str = "/vuon") -> tuple[int, str]:
    """Where the login form leads: the status and the body."""
    form = {"phone": phone, "password": password, "tiep": onward}
    answer = client.post("/dang-nhap", data=form, follow_redirects=False)
    return answer.status_code, answer.headers.get("location", answer.text)


def knows(client: TestClient) -> bool:
    """Whether the service knows who this browser belongs to."""
    return client.get("/api/v1/devices").status_code == 200


def test_a_member_goes_on_where_they_wanted_to(client: TestClient, seeded: Seeded) -> None:
    member = seeded.farmer
    assert enter(client, "0912 000 001", member.password, "/vuon/x") == (303, "/vuon/x")
    assert knows(client)


def test_nobody_is_sent_to_another_site(client: TestClient, seeded: Seeded) -> None:
    member = seeded.farmer
    assert enter(client, member.phone, member.password, "//evil.example") == (303, "/vuon")


def test_unknown_and_wrong_sound_the_same(client: TestClient, seeded: Seeded) -> None:
    wrong = enter(client, seeded.farmer.phone, WRONG)
    assert wrong == enter(client, "0999999999", WRONG)
    assert wrong == enter(client, "no number", WRONG)
    assert wrong[0] == 401
    assert not knows(client)


def test_many_wrong_passwords_make_even_the_right_one_wait(
    client: TestClient, seeded: Seeded, clock: FixedClock
) -> None:
    member = seeded.farmer
    refused = [enter(client, member.phone, WRONG) for _ in range(PAIR.burst)]
    assert enter(client, member.phone, member.password) == refused[-1]
    clock.advance(seconds=PAIR.refill.total_seconds())
    assert enter(client, member.phone, member.password)[0] == 303


def test_the_right_password_forgives_the_wrong_ones(client: TestClient, seeded: Seeded) -> None:
    member = seeded.farmer
    for _ in range(3):
        for _ in range(PAIR.burst - 1):
            enter(client, member.phone, WRONG)
        assert enter(client, member.phone, member.password)[0] == 303


def test_logging_out_ends_the_session_for_every_copy_of_the_cookie(
    as_farmer: TestClient, app: FastAPI
) -> None:
    copy = TestClient(
        app, headers={"Origin": "http://testserver"}, cookies=dict(as_farmer.cookies)
    )
    assert knows(copy)
    assert as_farmer.post("/thoat").status_code == 200
    assert not knows(as_farmer)
    assert not knows(copy)


def test_a_link_logs_in_once(
    client: TestClient, app: FastAPI, engine: Engine, seeded: Seeded
) -> None:
    path = new_link(engine, seeded, app.state.clock)
    assert client.post(path, follow_redirects=False).headers["location"] == "/vuon"
    assert knows(client)
    stranger = TestClient(app)
    for again in (stranger.get(path), stranger.post(path, headers={"Sec-Fetch-Site": "none"})):
        assert again.status_code == 410
        assert "đã dùng" in again.text
    assert not knows(stranger)


def test_looking_at_a_link_does_not_use_it_up(
    client: TestClient, engine: Engine, seeded: Seeded, clock: FixedClock
) -> None:
    path = new_link(engine, seeded, clock)
    for _preview in range(3):
        page = client.get(path)
        assert page.status_code == 200
        assert seeded.farmer.principal.name in page.text
        assert not knows(client)
    assert client.post(path, follow_redirects=False).status_code == 303
    assert knows(client)


def test_an_old_link_logs_nobody_in(
    client: TestClient, engine: Engine, seeded: Seeded, clock: FixedClock
) -> None:
    path = new_link(engine, seeded, clock)
    clock.advance(seconds=service.LINK_LIFE.total_seconds())
    for old in (path, "/vao/nonsense"):
        assert client.get(old).status_code == 410
        assert client.post(old).status_code == 410
    assert not knows(client)


def test_no_token_stands_in_the_database(as_farmer: TestClient, engine: Engine) -> None:
    cookie = as_farmer.cookies["sid"]
    with Session(engine) as session:
        stored = {
            *session.exec(select(LoginSession.token_hash)),
            *session.exec(select(LoginLink.token_hash)),
        }
    assert stored
    assert cookie not in stored


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    client: TestClient, seeded: Seeded
) -> None:
    form = {"phone": seeded.farmer.phone, "password": seeded.farmer.password}
    answer = client.post("/dang-nhap", data=form, follow_redirects=False)
    for cookie in answer.headers.get_list("set-cookie"):
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie


def test_over_tls_the_cookie_belongs_to_this_host_alone(
    settings: Settings, engine: Engine, clock: FixedClock, seeded: Seeded
) -> None:
    secure = settings.model_copy(update={"public_url": "https://testserver"})
    own = {"Origin": "https://testserver"}
    client = TestClient(
        create_app(secure, engine, clock), base_url="https://testserver", headers=own
    )
    form = {"phone": seeded.farmer.phone, "password": seeded.farmer.password}
    answer = client.post("/dang-nhap", data=form, follow_redirects=False)
    cookies = answer.headers.get_list("set-cookie")
    assert [cookie.split("=")[0] for cookie in cookies] == ["__Host-sid", "__Host-may"]
    for cookie in cookies:
        assert "Secure" in cookie
        assert "Path=/;" in cookie
        assert "Domain" not in cookie
    assert knows(client)


def test_a_number_is_needed_for_an_account(session: Session, clock: FixedClock) -> None:
    with pytest.raises(service.BadPhone):
        service.create(session, service.NewAccount("abc", "x", "y"), clock.now())


def new_link(engine: Engine, seeded: Seeded, clock: FixedClock) -> str:
    with Session(writing(engine)) as session, session.begin():
        account = seeded.farmer.principal.account_id
        return f"/vao/{service.new_link(session, account, clock.now())}"
