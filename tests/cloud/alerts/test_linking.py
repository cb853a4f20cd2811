"""How an address becomes a person's: a chat by a code, a browser by itself, a group by a code."""

import json
import logging
import re
from collections.abc import Callable
from http import HTTPStatus

import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from cloud.alerts import contacts, hook, post
from cloud.alerts.models import Channel, Contact
from cloud.alerts.post import Office
from cloud.alerts.web_push import Browser, WebPush
from cloud.alerts.zalo_bot import ZaloBot
from cloud.db import writing
from cloud.errors import ConfigurationError
from cloud.settings import Settings
from tests.cloud.alerts.service import Service
from tests.cloud.client import TestClient
from tests.cloud.conftest import FixedClock, Member, Seeded
from tests.cloud.walls.samples import POINT

TOKEN = "1459232241454765289:very-secret"
CHAT = "e4ea2cd5189df1c3a88c"
ENDPOINT = "https://fcm.googleapis.com/fcm/send/abc"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what is a matter of pages and words."""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(
        update={"zalo_bot_token": SecretStr(TOKEN), "zalo_bot_name": "Bot Vườn Thử"}
    )


def written(text: str, chat: str = CHAT, kind: str = "PRIVATE") -> bytes:
    """What Zalo hands over when somebody writes to a bot (bot.zaloplatforms.com/docs)."""
    message = {
        "from": {"id": chat, "display_name": "Ted", "is_bot": False},
        "chat": {"id": chat, "chat_type": kind},
        "text": text,
        "message_id": "2d758cb5e222177a4e35",
        "date": 1750316131602,
    }
    result = {"event_name": "message.text.received", "message": message}
    return json.dumps({"ok": True, "result": result}).encode()


class Zalo:
    """Zalo's side of the hook; it sends no origin, as a program does not."""

    def __init__(self, app: FastAPI, settings: Settings) -> None:
        self._client = TestClient(app)
        self._secret = hook.secret(settings)

    def hands(self, body: bytes, secret: str | None = None) -> int:
        headers = {"X-Bot-Api-Secret-Token": self._secret if secret is None else secret}
        return self._client.post(hook.PATH, content=body, headers=headers).status_code


@pytest.fixture
def zalo(app: FastAPI, settings: Settings) -> Zalo:
    return Zalo(app, settings)


def code_on(client: TestClient) -> str:
    """The code of a page that was just asked for."""
    page = client.post("/tai-khoan/bao-tin/zalo").text
    found = re.search(r"LIENKET (\d{6})", page)
    assert found, page
    return found[1]


def contact(engine: Engine, channel: Channel) -> Contact | None:
    with Session(engine) as session:
        return session.exec(select(Contact).where(Contact.channel == channel)).one_or_none()


def test_who_sends_the_code_of_their_page_is_told_in_that_chat(
    as_farmer: TestClient, zalo: Zalo, engine: Engine, clock: FixedClock
) -> None:
    code = code_on(as_farmer)
    assert zalo.hands(written(f"lienket {code}")) == HTTPStatus.OK
    assert "Đã nối với Zalo của bạn." in as_farmer.get("/tai-khoan/bao-tin").text
    service = Service()
    office = Office({Channel.ZALO: ZaloBot(TOKEN, ask=service.ask)}, "http://testserver")
    for _round in range(2):
        post.deliver(engine, clock.now(), office)
    (greeting,) = service.asked
    assert greeting.json["chat_id"] == CHAT
    assert "Vườn có việc thì báo ở đây." in str(greeting.json["text"])
    assert zalo.hands(written(code, chat="somebody-else")) == HTTPStatus.OK
    known = contact(engine, Channel.ZALO)
    assert known is not None
    assert known.address == CHAT


@only_sqlite
def test_what_is_no_code_links_nobody(
    as_farmer: TestClient, zalo: Zalo, engine: Engine, clock: FixedClock
) -> None:
    code = code_on(as_farmer)
    sticker = written(code).replace(b"message.text.received", b"message.sticker.received")
    for body in (
        written("xin chào"),
        written(f"{code}7"),
        written(code, kind="GROUP"),
        written(code, chat="a\0b"),
        sticker,
    ):
        assert zalo.hands(body) == HTTPStatus.OK
    for body in (b"", b"{}", b"[1]", b"{\xff", b'{"ok": false}', written("x" * 5000)):
        assert zalo.hands(body) == HTTPStatus.UNPROCESSABLE_ENTITY
    clock.advance(minutes=15)
    assert zalo.hands(written(code)) == HTTPStatus.OK
    known = contact(engine, Channel.ZALO)
    assert known is not None
    assert known.confirmed_at is None


@only_sqlite
def test_a_stranger_who_guesses_runs_out_of_tries(
    as_farmer: TestClient, zalo: Zalo, engine: Engine
) -> None:
    code = code_on(as_farmer)
    for guess in range(6):
        zalo.hands(written(f"{(int(code) + guess + 1) % 1_000_000:06}"))
    zalo.hands(written(code))
    known = contact(engine, Channel.ZALO)
    assert known is not None
    assert known.confirmed_at is None
    zalo.hands(written(code, chat="its-owner"))
    known = contact(engine, Channel.ZALO)
    assert known is not None
    assert known.address == "its-owner"


@only_sqlite
def test_whoever_does_not_show_the_secret_finds_nothing(
    as_farmer: TestClient, zalo: Zalo, client: TestClient
) -> None:
    body = written(code_on(as_farmer))
    for secret in ("", "wrong", "0" * 64):
        assert zalo.hands(body, secret) == HTTPStatus.NOT_FOUND
    assert client.post(hook.PATH, content=body).status_code == HTTPStatus.NOT_FOUND
    assert "Đã nối" not in as_farmer.get("/tai-khoan/bao-tin").text


@only_sqlite
def test_without_a_token_there_is_no_bot(app: FastAPI, client: TestClient) -> None:
    app.state.settings = app.state.settings.model_copy(update={"zalo_bot_token": SecretStr("")})
    headers = {"X-Bot-Api-Secret-Token": hook.secret(app.state.settings)}
    answer = client.post(hook.PATH, content=written("123456"), headers=headers)
    assert answer.status_code == HTTPStatus.NOT_FOUND


@only_sqlite
def test_the_token_is_in_no_log_and_no_text_of_ours(
    app: FastAPI,
    zalo: Zalo,
    as_farmer: TestClient,
    engine: Engine,
    clock: FixedClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    zalo.hands(written(code_on(as_farmer)))
    away = Office({Channel.ZALO: ZaloBot(TOKEN, "http://127.0.0.1:1")}, "http://testserver")
    with caplog.at_level(logging.DEBUG):
        post.deliver(engine, clock.now(), away)
    assert "is not delivered: ConnectionRefusedError" in caplog.text
    told = caplog.text + repr(app.state.settings) + str(away)
    assert "very-secret" not in told
    assert CHAT not in caplog.text


def test_a_browser_belongs_to_whoever_used_it_last(
    engine: Engine, seeded: Seeded, clock: FixedClock
) -> None:
    def add(member: Member, endpoint: str) -> None:
        with Session(writing(engine)) as session, session.begin():
            browser = Browser.of(endpoint, POINT, AUTH)
            contacts.add_browser(session, member.principal, browser, clock.now())
        clock.advance(hours=1)

    add(seeded.farmer, ENDPOINT)
    add(seeded.manager, ENDPOINT)
    for number in range(contacts.BROWSERS + 1):
        add(seeded.farmer, f"{ENDPOINT}{number}")
    with Session(engine) as session:
        rows = session.exec(select(Contact).order_by(col(Contact.id))).all()
    found = [(row.account_id, row.address.split()[0]) for row in rows]
    farmer, manager = seeded.farmer.account.id, seeded.manager.account.id
    newest = [(farmer, f"{ENDPOINT}{number}") for number in range(1, contacts.BROWSERS + 1)]
    assert found == [(manager, ENDPOINT), *newest]


@only_sqlite
def test_a_browser_that_is_gone_is_forgotten(
    engine: Engine, seeded: Seeded, clock: FixedClock, alarm: Callable[[], None]
) -> None:
    with Session(writing(engine)) as session, session.begin():
        browser = Browser.of(ENDPOINT, POINT, AUTH)
        contacts.add_browser(session, seeded.farmer.principal, browser, clock.now())
    alarm()
    service = Service(status=410)
    push = WebPush(bytes(32), "mailto:toi@example.vn", clock, service.ask)
    for _round in range(2):
        post.deliver(engine, clock.now(), Office({Channel.PUSH: push}, "http://testserver"))
    assert [asked.path for asked in service.asked] == [ENDPOINT]
    assert contact(engine, Channel.PUSH) is None


@only_sqlite
def test_a_page_offers_what_there_is_and_nothing_else(
    app: FastAPI, as_farmer: TestClient, as_manager: TestClient
) -> None:
    page = as_farmer.get("/tai-khoan/bao-tin").text
    assert "Lấy mã để nối Zalo" in page
    assert "Địa chỉ thư điện tử" not in page
    assert "push.js" not in page
    app.state.settings = app.state.settings.model_copy(
        update={
            "web_push": True,
            "public_url": "https://testserver",
            "zalo_oa_refresh_token": SecretStr("first"),
        }
    )
    for browser in (as_farmer, as_manager):
        browser.cookies.set("__Host-sid", browser.cookies["sid"])  # of a page behind TLS
    page = as_farmer.get("/tai-khoan/bao-tin").text
    assert "push.js" in page
    assert re.search(r'data-push="B[\w-]{86}"', page)
    assert "Nhóm Zalo" not in page
    assert "Nhóm Zalo của hợp tác xã" in as_manager.get("/tai-khoan/bao-tin").text
    answer = as_farmer.post("/tai-khoan/bao-tin/nhom", data={"group": "nhom0001"})
    assert answer.status_code == HTTPStatus.FORBIDDEN


@only_sqlite
def test_a_group_is_believed_once_its_code_comes_back(
    as_manager: TestClient, engine: Engine
) -> None:
    as_manager.post("/tai-khoan/bao-tin/nhom", data={"group": "nhom0001"})
    asked = contact(engine, Channel.GROUP)
    assert asked is not None
    assert (asked.address, asked.confirmed_at) == ("nhom0001", None)
    as_manager.post("/tai-khoan/bao-tin/ma", data={"code": asked.code, "channel": "zalo_group"})
    known = contact(engine, Channel.GROUP)
    assert known is not None
    assert known.confirmed_at is not None
    as_manager.post("/tai-khoan/bao-tin/thoi", data={"channel": "zalo_group"})
    assert contact(engine, Channel.GROUP) is None


@pytest.mark.parametrize(
    "update",
    [{"zalo_bot_name": ""}, {"zalo_oa_refresh_token": SecretStr("first")}],
)
def test_half_a_channel_is_refused_at_the_start(
    settings: Settings, clock: FixedClock, update: dict[str, object]
) -> None:
    with pytest.raises(ConfigurationError):
        post.office(settings.model_copy(update=update), clock)


def test_every_channel_that_is_set_is_open(settings: Settings, clock: FixedClock) -> None:
    whole = settings.model_copy(
        update={
            "zalo_oa_app_id": "1",
            "zalo_oa_secret": SecretStr("s"),
            "zalo_oa_refresh_token": SecretStr("first"),
            "web_push": True,
            "public_url": "https://vuon.example.vn",
            "smtp_url": SecretStr("smtp://127.0.0.1:1"),
            "smtp_from": "vuon@example.vn",
        }
    )
    assert set(post.office(whole, clock).channels) == set(Channel)
    assert set(post.office(settings, clock).channels) == {Channel.ZALO}
