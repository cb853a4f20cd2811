"""payOS' webhook: only who knows the checksum key speaks, and what is said twice counts once."""

import hashlib
import hmac
import json

import pytest
from sqlmodel import Session, select

from cloud.db import writing
from cloud.money import feeds
from cloud.orders import reading
from cloud.orders.reading import Placed
from cloud.payments import payos
from cloud.payments.models import BankTxn, Provider, Scheme
from cloud.payments.rules import PaymentState
from cloud.settings import Settings
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, Stall
from tests.cloud.money.test_queue import ordered

SECRET = "a-secret-between-two"
# The sample of payOS' page on signatures, with the key it is signed with there.
KEY = "1a54716c8f0efb2744fb28b6e38b25da7f67a925d98bc1c18bd8faaecadd7675"
SIGNATURE = "412e915d2871504ed31be63c8f62a149a4410d34c4c42affc9006ef9917eaa03"
Data = dict[str, object]
JSON = {"Content-Type": "application/json"}
SAMPLE: Data = {
    "orderCode": 123,
    "amount": 3000,
    "description": "VQRIO123",
    "accountNumber": "12345678",
    "reference": "TF230204212323",
    "transactionDateTime": "2023-02-04 18:25:00",
    "currency": "VND",
    "paymentLinkId": "124c33293c43417ab7879e14c8d9eb18",
    "code": "00",
    "desc": "Thành công",
    "counterAccountBankId": "",
    "counterAccountBankName": "",
    "counterAccountName": "",
    "counterAccountNumber": "",
    "virtualAccountName": "",
    "virtualAccountNumber": "",
}


def told(data: object, signature: object) -> bytes:
    body = {"code": "00", "desc": "success", "success": True, "data": data}
    return json.dumps(body | {"signature": signature}).encode()


def notice(placed: Placed, *, secret: str = SECRET, changed: Data | None = None) -> bytes:
    data = SAMPLE | {
        "amount": 70_000,
        "description": f"{placed.payment.code} chuyen tien",
        "accountNumber": "0011223344",
        "transactionDateTime": "2026-03-02 14:02:37",
        "counterAccountName": None,
    }
    data |= changed or {}
    basis = "&".join(f"{key}={data[key] or ''}" for key in sorted(data))
    return told(data, hmac.new(secret.encode(), basis.encode(), hashlib.sha256).hexdigest())


def feed(stall: Stall, settings: Settings, scheme: Scheme = Scheme.PAYOS) -> str:
    vault = feeds.open_vault(settings)
    with Session(writing(stall.engine)) as session, session.begin():
        manager = stall.seeded.manager.principal
        return feeds.address(feeds.configure(session, manager, vault, scheme, SECRET, START))


def test_the_sample_of_the_documentation_is_proved() -> None:
    assert payos.speaks(KEY, told(SAMPLE, SIGNATURE))
    shuffled = dict(sorted(SAMPLE.items(), reverse=True))
    assert payos.speaks(KEY, told(shuffled, SIGNATURE))
    assert payos.Notice.model_validate_json(told(SAMPLE, SIGNATURE)).told().amount == 3000


@pytest.mark.parametrize(
    ("data", "signature", "key"),
    [
        (SAMPLE | {"amount": 3001}, SIGNATURE, KEY),
        (SAMPLE | {"new": ""}, SIGNATURE, KEY),
        (SAMPLE, SIGNATURE.upper(), KEY),
        (SAMPLE, "", KEY),
        (SAMPLE, None, KEY),
        (SAMPLE, "\ud800", KEY),
        (SAMPLE, SIGNATURE, ""),
        (SAMPLE | {"nested": [{"a": 1}]}, SIGNATURE, KEY),
        ([SAMPLE], SIGNATURE, KEY),
        (None, SIGNATURE, KEY),
    ],
)
def test_whatever_else_is_not(data: object, signature: object, key: str) -> None:
    assert not payos.speaks(key, told(data, signature))


@pytest.mark.parametrize("octets", [b"", b"[]", b"1", b"{", b"\xff", b'{"data":{}}'])
def test_what_is_no_notice_proves_nothing(octets: bytes) -> None:
    assert not payos.speaks(KEY, octets)


def test_a_notice_pays_an_order_however_often_it_is_sent(
    stall: Stall, settings: Settings, client: TestClient
) -> None:
    placed, address = ordered(stall), feed(stall, settings)
    assert address.startswith("/api/v1/payos/")
    del client.headers["Origin"]
    for _again in range(5):
        answer = client.post(address, content=notice(placed), headers=JSON)
        assert (answer.status_code, answer.json()) == (200, {"success": True})
    with Session(stall.engine) as session:
        assert reading.placed(session, placed.order.public_id).payment_state is PaymentState.PAID
        (txn,) = session.exec(select(BankTxn)).all()
    assert (txn.provider, txn.reference) == (Provider.PAYOS, "TF230204212323")
    assert txn.at.isoformat() == "2026-03-02T07:02:37+00:00"


def test_who_does_not_know_the_key_finds_nothing(
    stall: Stall, settings: Settings, client: TestClient
) -> None:
    placed, address = ordered(stall), feed(stall, settings)
    assert client.post(address, content=notice(placed, secret="another")).status_code == 404
    sepay = address.replace("payos", "sepay")
    key = {"Authorization": f"Apikey {SECRET}"}
    assert client.post(sepay, content=notice(placed), headers=key).status_code == 404
    with Session(stall.engine) as session:
        assert session.exec(select(BankTxn)).all() == []


def test_a_feed_of_sepay_does_not_listen_to_payos(
    stall: Stall, settings: Settings, client: TestClient
) -> None:
    placed = ordered(stall)
    address = feed(stall, settings, Scheme.APIKEY).replace("sepay", "payos")
    assert client.post(address, content=notice(placed)).status_code == 404


@pytest.mark.parametrize("fields", [{"amount": 0}, {"transactionDateTime": "2026-02-30 00:00:00"}])
def test_signed_nonsense_is_refused(
    stall: Stall, settings: Settings, client: TestClient, fields: Data
) -> None:
    placed, address = ordered(stall), feed(stall, settings)
    octets = notice(placed, changed=fields)
    assert client.post(address, content=octets).status_code in {404, 422}
    with Session(stall.engine) as session:
        assert session.exec(select(BankTxn)).all() == []
