"""SePay's webhook: only who knows the secret speaks, and what is said twice counts once."""

import hashlib
import hmac
import json

import pytest
from sqlmodel import Session, select

from cloud.db import writing
from cloud.money import feeds
from cloud.orders import reading
from cloud.orders.reading import Placed
from cloud.payments.models import BankFeed, BankTxn, Scheme
from cloud.payments.rules import PaymentState
from cloud.payments.sepay import speaks
from cloud.settings import Settings
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, FixedClock, Stall, prove
from tests.cloud.money.test_queue import ordered

SECRET = "a-secret-between-two"


def notice(placed: Placed, **fields: object) -> bytes:
    body: dict[str, object] = {
        "id": 92704,
        "gateway": "Vietcombank",
        "transactionDate": "2026-03-02 14:02:37",
        "accountNumber": "0011223344",
        "code": None,
        "content": f"{placed.payment.code} chuyen tien",
        "transferType": "in",
        "transferAmount": 70_000,
        "accumulated": 19_077_000,
        "subAccount": None,
        "referenceCode": "MBVCB.3278907687",
        "description": "",
    }
    return json.dumps(body | fields).encode()


def signed(octets: bytes, at: int, secret: str = SECRET) -> dict[str, str]:
    basis = f"{at}.".encode() + octets
    digest = hmac.new(secret.encode(), basis, hashlib.sha256).hexdigest()
    return {"X-SePay-Timestamp": str(at), "X-SePay-Signature": f"sha256={digest}"}


def feed(stall: Stall, settings: Settings, scheme: Scheme) -> str:
    vault = feeds.open_vault(settings)
    with Session(writing(stall.engine)) as session, session.begin():
        manager = stall.seeded.manager.principal
        made = feeds.configure(session, manager, vault, scheme, SECRET, START)
        return f"{feeds.PATH}/{made.public_id}"


def test_a_signed_notice_pays_an_order_however_often_it_is_sent(
    stall: Stall, settings: Settings, client: TestClient, clock: FixedClock
) -> None:
    placed, address = ordered(stall), feed(stall, settings, Scheme.HMAC)
    octets = notice(placed)
    headers = signed(octets, int(clock.now().timestamp()))
    del client.headers["Origin"]
    for _again in range(10):
        answer = client.post(address, content=octets, headers=headers)
        assert (answer.status_code, answer.json()) == (200, {"success": True})
    with Session(stall.engine) as session:
        assert reading.placed(session, placed.order.public_id).payment_state is PaymentState.PAID
        (txn,) = session.exec(select(BankTxn)).all()
        assert (txn.provider_txn_id, txn.reference) == ("92704", "MBVCB.3278907687")
        assert txn.at.isoformat() == "2026-03-02T07:02:37+00:00"
        assert session.exec(select(BankFeed.heard_at)).one() is not None


def test_an_api_key_is_shown_whole(stall: Stall, settings: Settings, client: TestClient) -> None:
    placed, address = ordered(stall), feed(stall, settings, Scheme.APIKEY)
    octets = notice(placed)
    for key in ("", "Apikey ", f"Bearer {SECRET}", f"Apikey {SECRET}x", SECRET):
        answer = client.post(address, content=octets, headers={"Authorization": key})
        assert answer.status_code == 404
    right = {"Authorization": f"Apikey {SECRET}"}
    assert client.post(address, content=octets, headers=right).status_code == 200
    assert (
        client.post(f"{feeds.PATH}/zzzzzzzzzz", content=octets, headers=right).status_code == 404
    )
    with Session(stall.engine) as session:
        assert len(session.exec(select(BankTxn)).all()) == 1


@pytest.mark.parametrize("late", [-301, 301])
def test_an_old_signature_is_a_copy(late: int) -> None:
    octets, now = b"{}", int(START.timestamp())
    headers = {name.lower(): value for name, value in signed(octets, now + late).items()}
    assert not speaks(Scheme.HMAC, SECRET, octets, headers, START)
    headers = {name.lower(): value for name, value in signed(octets, now).items()}
    assert speaks(Scheme.HMAC, SECRET, octets, headers, START)
    assert not speaks(Scheme.HMAC, SECRET, b"{} ", headers, START)
    assert not speaks(Scheme.HMAC, "another", octets, headers, START)


@pytest.mark.parametrize("scheme", Scheme)
def test_without_a_secret_nobody_speaks(scheme: Scheme) -> None:
    octets = b"{}"
    headers = {name.lower(): v for name, v in signed(octets, int(START.timestamp()), "").items()}
    headers["authorization"] = "Apikey "
    assert not speaks(scheme, "", octets, headers, START)


@pytest.mark.parametrize(
    "fields",
    [
        {"transferAmount": "70000"},
        {"transferAmount": 0},
        {"transferAmount": 70_000.5},
        {"transferAmount": 2**60},
        {"transferType": "sideways"},
        {"transactionDate": "yesterday"},
        {"transactionDate": "2026-13-45 99:99:99"},
        {"id": "1"},
        {"id": None},
        {"content": 7},
    ],
)
def test_what_is_no_notice_is_refused_and_leaves_nothing(
    stall: Stall, settings: Settings, client: TestClient, fields: dict[str, object]
) -> None:
    address = feed(stall, settings, Scheme.APIKEY)
    octets = notice(ordered(stall), **fields)
    right = {"Authorization": f"Apikey {SECRET}"}
    assert client.post(address, content=octets, headers=right).status_code == 422
    with Session(stall.engine) as session:
        assert session.exec(select(BankTxn)).all() == []


def test_a_manager_sets_the_secret_and_nobody_reads_it(
    stall: Stall, as_manager: TestClient
) -> None:
    form = {"scheme": "hmac", "secret": SECRET}
    prove(as_manager)
    page = as_manager.post("/htx/bao-tien", data=form).text
    assert f"{feeds.PATH}/" in page
    assert SECRET not in page
    with Session(stall.engine) as session:
        assert SECRET not in session.exec(select(BankFeed.sealed)).one()
    for wrong in ({"scheme": "none", "secret": SECRET}, {"scheme": "hmac", "secret": ""}):
        assert as_manager.post("/htx/bao-tien", data=wrong).status_code == 422
