"""Each adapter by itself: what goes out, as its maker's documents ask, and what answers mean."""

import json
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given
from hypothesis import strategies as st

from cloud.alerts import sealing, web_push
from cloud.alerts.notifier import AwayError, GoneError, Message, UndeliveredError
from cloud.alerts.sealing import Reader, decoded, encoded
from cloud.alerts.web_push import BadBrowser, Browser, WebPush
from cloud.alerts.zalo_bot import ZaloBot
from cloud.alerts.zalo_group import Account, ZaloGroup
from cloud.calling import Answer
from tests.cloud.alerts import service as shapes
from tests.cloud.alerts.service import Service
from tests.cloud.conftest import FixedClock
from tests.cloud.walls.samples import POINT

TOKEN = "1459232241454765289:very-secret"
NEWS = Message("Nhà 1: Vỡ ống.", "Vỡ ống.\nKhóa van.", "Khóa van.", "https://v.vn/canh-bao/a", "a")
ENDPOINT = "https://fcm.googleapis.com/fcm/send/abc:def"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"


def test_the_bot_writes_into_a_chat() -> None:
    with Service() as zalo:
        ZaloBot(TOKEN, zalo.base).send("e4ea2cd5", NEWS)
    (asked,) = zalo.asked
    assert asked.path == f"/bot{TOKEN}/sendMessage"
    assert asked.json == {"chat_id": "e4ea2cd5", "text": NEWS.text}


def test_the_bot_says_its_name_and_where_it_hands_messages_to() -> None:
    with Service(shapes.ME) as zalo:
        bot = ZaloBot(TOKEN, zalo.base)
        assert bot.name() == "bot.Vuon"
        zalo.answer = shapes.HOOKED
        bot.hook("https://vuon.example.vn/hook", "s" * 64)
    assert zalo.asked[-1].path.endswith("/setWebhook")
    assert zalo.asked[-1].json["secret_token"] == "s" * 64


@pytest.mark.parametrize(
    ("status", "answer", "means"),
    [
        (200, shapes.UNKNOWN_CHAT, (UndeliveredError, True)),
        (200, shapes.BUSY, (AwayError, False)),
        (401, {"ok": False, "error_code": 401}, (AwayError, False)),
        (200, {"ok": False}, (UndeliveredError, False)),
        (302, {"moved": True}, (AwayError, False)),
        (502, "<html>", (AwayError, False)),
    ],
)
def test_what_the_bot_is_told_decides_whether_it_tries_again(
    status: int, answer: object, means: tuple[type[UndeliveredError], bool]
) -> None:
    with (
        Service(answer, status) as zalo,
        pytest.raises(UndeliveredError) as refused,
    ):
        ZaloBot(TOKEN, zalo.base).send("e4ea2cd5", NEWS)
    assert (type(refused.value), refused.value.final) == means
    assert len(zalo.asked) == 1  # it follows nobody elsewhere


def test_a_service_that_is_not_there_is_away_and_its_address_is_told_to_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(AwayError) as refused:
        ZaloBot(TOKEN, "http://127.0.0.1:1").send("e4ea2cd5", NEWS)
    assert refused.value.reason == "ConnectionRefusedError"
    assert refused.value.__cause__ is None
    assert "very-secret" not in caplog.text + repr(refused.value)


def test_nothing_leaves_this_machine_in_the_clear() -> None:
    with pytest.raises(AwayError, match="not encrypted"):
        ZaloBot(TOKEN, "http://bot-api.example").send("e4ea2cd5", NEWS)


class Oa(Service):
    """An official account: each refresh token works once, and tokens are numbered."""

    number = 1
    error = 0

    def take(self, asked: shapes.Asked) -> Answer:
        if "oauth" in asked.path:
            given = parse_qs(asked.body.decode())["refresh_token"][0]
            fresh = {"access_token": f"a{self.number}", "expires_in": "90000"}
            fresh["refresh_token"] = f"r{self.number}"
            used = given != ("first" if self.number == 1 else f"r{self.number - 1}")
            self.answer = {"error": -14014, "error_name": "used"} if used else fresh
            self.number += not used
        else:
            self.answer = {"error": self.error, "message": "…"}
        return super().take(asked)


def group(oa: Oa, folder: Path, clock: FixedClock, first: str = "first") -> ZaloGroup:
    return ZaloGroup(Account("123", "app-secret", first), folder / "zalo-oa.json", clock, oa.ask)


def test_a_group_is_written_to_with_a_token_that_is_renewed_in_time(
    tmp_path: Path, clock: FixedClock
) -> None:
    oa = Oa()
    channel = group(oa, tmp_path, clock)
    channel.send("g1", NEWS)
    channel.send("g1", NEWS)
    bought, first, second = oa.asked
    assert bought.headers["secret_key"] == "app-secret"
    assert first.json == {"recipient": {"group_id": "g1"}, "message": {"text": NEWS.text}}
    assert {first.headers["access_token"], second.headers["access_token"]} == {"a1"}
    clock.advance(hours=25)
    group(oa, tmp_path, clock).send("g1", NEWS)  # a process that began anew knows the newest
    assert oa.asked[-1].headers["access_token"] == "a2"
    kept = tmp_path / "zalo-oa.json"
    assert json.loads(kept.read_text())["refresh"] == "r2"
    assert kept.stat().st_mode & 0o077 == 0


def test_a_token_that_is_worn_out_is_bought_anew(tmp_path: Path, clock: FixedClock) -> None:
    oa = Oa()
    oa.error = -216
    with pytest.raises(AwayError):
        group(oa, tmp_path, clock).send("g1", NEWS)
    oa.error = 0
    group(oa, tmp_path, clock).send("g1", NEWS)
    assert oa.asked[-1].headers["access_token"] == "a2"


def test_an_operator_who_links_the_account_again_is_heard(
    tmp_path: Path, clock: FixedClock
) -> None:
    oa = Oa()
    group(oa, tmp_path, clock).send("g1", NEWS)
    with pytest.raises(AwayError, match="no token"):
        group(oa, tmp_path, clock, "another").send("g1", NEWS)
    assert parse_qs(oa.asked[-1].body.decode())["refresh_token"] == ["another"]


def test_a_message_is_sealed_as_the_standard_s_example_is() -> None:
    """RFC 8291, 5: keys, salt and result."""
    key = ec.derive_private_key(
        int.from_bytes(decoded("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big"),
        ec.SECP256R1(),
    )
    reader = Reader(decoded(POINT), decoded(AUTH))
    sealed = sealing.sealed(
        b"When I grow up, I want to be a watermelon",
        reader,
        key,
        decoded("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert encoded(sealed) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
        "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
        "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_a_push_is_signed_for_its_service_and_waits_an_hour_for_the_telephone(
    clock: FixedClock,
) -> None:
    service = Service(status=201)
    secret = bytes(range(32))
    push = WebPush(secret, "mailto:toi@example.vn", clock, service.ask)
    push.send(Browser.of(ENDPOINT, POINT, AUTH).address, NEWS)
    (asked,) = service.asked
    assert asked.path == ENDPOINT
    assert (asked.headers["TTL"], asked.headers["Urgency"]) == ("3600", "high")
    assert asked.headers["Topic"] == NEWS.topic
    assert len(asked.body) <= 4096
    claims = claims_of(asked.headers["Authorization"], web_push.public_key(secret))
    assert claims["aud"] == "https://fcm.googleapis.com"
    assert claims["sub"] == "mailto:toi@example.vn"
    assert clock.now() < datetime.fromtimestamp(int(str(claims["exp"])), UTC)
    assert int(str(claims["exp"])) <= (clock.now() + timedelta(days=1)).timestamp()


def claims_of(header: str, key: str) -> dict[str, object]:
    """What was signed, once the signature is looked at."""
    scheme, token, told = header.replace("t=", "").replace("k=", "").replace(",", "").split(" ")
    assert (scheme, told) == ("vapid", key)
    head, claims, signature = token.split(".")
    raw = decoded(signature)
    numbers = (int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(key))
    of = f"{head}.{claims}".encode()
    point.verify(encode_dss_signature(*numbers), of, ec.ECDSA(SHA256()))
    told_claims: dict[str, object] = json.loads(decoded(claims))
    return told_claims


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (404, GoneError),
        (410, GoneError),
        (403, AwayError),
        (503, AwayError),
        (429, UndeliveredError),
    ],
)
def test_what_a_push_service_answers_decides_whether_it_is_tried_again(
    status: int, kind: type[UndeliveredError], clock: FixedClock
) -> None:
    push = WebPush(bytes(range(32)), "mailto:toi@example.vn", clock, Service(status=status).ask)
    with pytest.raises(UndeliveredError) as refused:
        push.send(Browser.of(ENDPOINT, POINT, AUTH).address, NEWS)
    assert type(refused.value) is kind


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/fcm/send/a",
        "https://127.0.0.1/fcm/send/a",
        "https://169.254.169.254/latest/meta-data",
        "https://fcm.googleapis.com.evil.example/a",
        "https://evil.example/fcm.googleapis.com",
        "https://fcm.googleapis.com@evil.example/a",
        "https://evil.example\\@fcm.googleapis.com/a",
        "https://evil.example#@fcm.googleapis.com/a",
        "https://fcm.googleapis.com:8443/a",
        "https://fcm.googleapis.com:x/a",
        "https://notify.windows.com.evil.example/a",
        "https://evilnotify.windows.com/a",
        "https://[::1]/a",
        "https://fcm.googleapis.com",
        "https://fcm.googleapis.com/a b",
        "https://fcm.googleapis.com/a\r\nX: y",
        "file:///etc/passwd",
        "",
    ],
)
def test_no_machine_but_a_push_service_is_ever_asked(endpoint: str, clock: FixedClock) -> None:
    with pytest.raises(BadBrowser):
        Browser.of(endpoint, POINT, AUTH)
    service = Service()
    push = WebPush(bytes(range(32)), "mailto:toi@example.vn", clock, service.ask)
    with pytest.raises(GoneError):
        push.send(f"{endpoint} {POINT} {AUTH}", NEWS)
    assert service.asked == []


@pytest.mark.parametrize(
    ("point", "auth"),
    [
        ("", AUTH),
        (POINT, ""),
        (POINT[:-4], AUTH),
        ("B" + "A" * 86, AUTH),
        ("ü", AUTH),
        (POINT, "!"),
    ],
)
def test_keys_that_are_none_are_refused(point: str, auth: str) -> None:
    with pytest.raises(BadBrowser):
        Browser.of(ENDPOINT, point, auth)


@pytest.mark.parametrize("host", ["db5p.notify.windows.com", *web_push.HOSTS])
def test_browsers_of_every_maker_are_known(host: str) -> None:
    assert Browser.of(f"https://{host}/w/?token=a%2b", POINT, AUTH).reader.auth == decoded(AUTH)


@given(st.binary(min_size=32, max_size=32))
def test_any_secret_is_a_key(secret: bytes) -> None:
    assert len(decoded(web_push.public_key(secret))) == 65
