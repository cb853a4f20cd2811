import gzip
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from sqlmodel import Session, select

from cloud.app import create_app
from cloud.scans.limits import MAX_MISSES
from cloud.scans.models import Scan
from cloud.settings import Settings
from cloud.stamps.models import Issuance
from cloud.web import STATIC
from tests.cloud.client import TestClient
from tests.cloud.conftest import FixedClock, Seeded
from traceability.gs1 import internal_gtin
from traceability.token import grouped

LIMIT = 15_000
VERDICT = re.compile(r'data-verdict="(\w+)"')


@dataclass(frozen=True)
class Printed:
    """A stamp as it lies on the table."""

    path: str
    gtin: str
    serial: str
    issuance: str
    lot: str


@pytest.fixture
def stamp(watered: None, seeded: Seeded, as_manager: TestClient) -> Printed:
    assert watered is None
    body = {"zone": seeded.zones[0].public_id, "product": "Dưa lưới", "quantity_g": 5000}
    lot = as_manager.post("/api/v1/lots", json=body).json()
    made = as_manager.post(f"/api/v1/lots/{lot['id']}/stamps", json={"quantity": 5}).json()
    as_manager.post(f"/api/v1/issuances/{made['id']}/activate")
    path = urlsplit(made["scan_url"]).path
    return Printed(path, made["gtin"], made["first_serial"], made["id"], lot["code"])


def verdict(page: str) -> str:
    found = VERDICT.search(page)
    assert found
    return found[1]


def test_a_genuine_stamp_tells_who_where_when_and_what_was_measured(
    client: TestClient, stamp: Printed
) -> None:
    page = client.get(stamp.path)

    assert page.status_code == 200
    assert verdict(page.text) == "genuine"
    for words in ("Dưa lưới", "HTX Thử", "Khu 1", "04/03/2026", stamp.lot, grouped(stamp.serial)):
        assert words in page.text
    assert "máy đo ghi lại" in page.text
    assert "96 lít" in page.text
    assert "30%" in page.text
    assert "Xem lần đầu ngày 04/03/2026" in page.text
    assert "Có 1 lượt xem" in page.text
    canonical = f"https://id.gs1.org/01/{stamp.gtin}/10/{stamp.lot}/21/{stamp.serial}"
    assert page.headers["link"].split(", ")[0] == f'<{canonical}>; rel="canonical"'


def test_a_stamp_of_a_simulated_garden_says_sample_before_all_else(
    client: TestClient, stamp: Printed
) -> None:
    heading = client.get(stamp.path).text.partition("<h1")[2].partition("</h1>")[0]
    assert "MẪU" in heading
    assert "Tem thật" not in heading


def test_the_page_is_small_needs_no_script_and_sets_no_cookie(
    client: TestClient, stamp: Printed
) -> None:
    page = client.get(stamp.path)
    sheet = (STATIC / "app.css").read_bytes()
    assert len(gzip.compress(page.content)) + len(gzip.compress(sheet)) <= LIMIT
    assert len(page.content) <= LIMIT
    assert "<script" not in page.text
    assert "set-cookie" not in page.headers
    assert '<html lang="vi">' in page.text


@pytest.mark.parametrize("form", ["/T/{serial}", "/01/{gtin}/10/{lot}/21/{serial}"])
def test_every_form_of_the_link_leads_to_the_stamp(
    client: TestClient, stamp: Printed, form: str
) -> None:
    path = form.format(serial=stamp.serial, gtin=stamp.gtin, lot=stamp.lot)
    assert verdict(client.get(path).text) == "genuine"


def test_a_typed_serial_finds_its_stamp(client: TestClient, stamp: Printed) -> None:
    typed = grouped(stamp.serial).lower()
    page = client.get("/T", params={"ma": typed})
    assert page.url.path == f"/T/{stamp.serial}"
    assert verdict(page.text) == "genuine"
    assert client.get("/T", params={"ma": "linh tinh"}).status_code == 404


def test_a_changed_product_number_shows(client: TestClient, stamp: Printed) -> None:
    page = client.get(f"/01/{internal_gtin(9999)}/21/{stamp.serial}")
    assert page.status_code == 404
    assert verdict(page.text) == "altered"
    assert "Tem đã bị sửa" in page.text
    assert "HTX Thử" not in page.text


def test_a_stamp_nobody_issued_gets_a_calm_page(client: TestClient, stamp: Printed) -> None:
    last = "0" if stamp.serial[-1] != "0" else "1"
    page = client.get(f"/T/{stamp.serial[:-1]}{last}")
    assert page.status_code == 404
    assert verdict(page.text) == "unknown"
    assert "Chưa xác nhận được tem này" in page.text
    assert 'action="/T"' in page.text


def test_a_serial_beyond_the_issued_quantity_is_unknown(
    client: TestClient, stamp: Printed, session: Session
) -> None:
    issuance = session.exec(select(Issuance)).one()
    issuance.quantity = 0
    session.commit()
    assert verdict(client.get(stamp.path).text) == "unknown"


def test_a_void_stamp_warns(client: TestClient, stamp: Printed, as_manager: TestClient) -> None:
    as_manager.post(f"/htx/tem/{stamp.issuance}/huy", data={"reason": "in lỗi"})
    page = client.get(stamp.path)
    assert page.status_code == 410
    assert verdict(page.text) == "void"
    assert "Tem đã bị thu hồi" in page.text


def test_looks_are_counted_once_a_day_and_never_for_the_cooperative(
    client: TestClient, as_manager: TestClient, stamp: Printed, clock: FixedClock, session: Session
) -> None:
    packer = as_manager.get(stamp.path, headers={"User-Agent": "the packer's phone"})
    assert "Chưa có người mua nào" in packer.text
    for _ in range(2):
        assert "Có 1 lượt xem" in client.get(stamp.path).text
    other = client.get(stamp.path, headers={"User-Agent": "another phone"})
    assert "Có 2 lượt xem" in other.text
    clock.advance(days=1)
    later = client.get(stamp.path).text
    assert "Có 3 lượt xem" in later
    assert "Xem lần đầu ngày 04/03/2026" in later
    assert {scan.digest for scan in session.exec(select(Scan))} != {stamp.serial}


def test_a_program_reads_the_verdict_without_being_counted(
    client: TestClient, stamp: Printed
) -> None:
    body = client.get(f"/api/v1/scans/{stamp.serial}").json()
    assert body["verdict"] == "genuine"
    assert body["simulated"] is True
    assert body["lot"] == stamp.lot
    assert body["litres"] == pytest.approx(96.0)
    assert body["scans"] == 0
    unknown = client.get("/api/v1/scans/" + "0" * 20)
    assert unknown.status_code == 404
    assert unknown.json()["error"]["code"] == "unknown_stamp"


def test_guessing_has_to_wait_but_real_stamps_still_answer(
    client: TestClient, stamp: Printed
) -> None:
    for _ in range(MAX_MISSES):
        assert client.get("/T/" + "0" * 20).status_code == 404
    assert client.get("/T/" + "0" * 20).status_code == 429
    assert client.get(stamp.path).status_code == 200


def test_ten_phones_at_once_are_ten_looks_and_one_phone_is_one(
    app: FastAPI, client: TestClient, stamp: Printed, session: Session
) -> None:
    def look(number: int) -> int:
        phone = TestClient(app, headers={"User-Agent": f"phone {number // 2}"})
        return phone.get(stamp.path).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(look, range(20)))

    assert answers == [200] * 20
    assert len(session.exec(select(Scan)).all()) == 10
    assert client.get(f"/api/v1/scans/{stamp.serial}").json()["scans"] == 10


def test_what_a_manager_typed_is_shown_not_run(
    client: TestClient, seeded: Seeded, as_manager: TestClient
) -> None:
    sly = "<script>alert(1)</script>"
    body = {"zone": seeded.zones[0].public_id, "product": sly, "quantity_g": 5000}
    lot = as_manager.post("/api/v1/lots", json=body).json()["id"]
    made = as_manager.post(f"/api/v1/lots/{lot}/stamps", json={"quantity": 1}).json()
    for page in (
        client.get(urlsplit(made["scan_url"]).path),
        as_manager.get(f"/htx/lo/{lot}"),
        as_manager.get("/htx/lo"),
    ):
        assert page.status_code == 200
        assert sly not in page.text
        assert "&lt;script&gt;" in page.text


def test_the_reader_s_language_is_kept(client: TestClient, stamp: Printed) -> None:
    page = client.get(stamp.path, params={"lang": "en"})
    assert '<html lang="en">' in page.text
    assert verdict(page.text) == "genuine"


def test_a_lot_that_nothing_measured_claims_nothing(
    client: TestClient, seeded: Seeded, as_manager: TestClient
) -> None:
    body = {"zone": seeded.zones[1].public_id, "product": "Dưa lưới", "quantity_g": 5000}
    lot = as_manager.post("/api/v1/lots", json=body).json()["id"]
    made = as_manager.post(f"/api/v1/lots/{lot}/stamps", json={"quantity": 1}).json()
    page = client.get(urlsplit(made["scan_url"]).path).text
    assert "Lô này chưa có số đo của máy." in page
    assert "máy đo ghi lại" not in page


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/T/%00", 404),
        ("/T/" + "A" * 2000, 404),
        ("/01/x/21/y", 400),
        ("/T/%F0%9F%8D%85", 404),
        ("/01/%00/21/%F0%9F%8D%85", 404),
        ("/S/" + "9" * 400, 404),
    ],
)
def test_any_rubbish_is_answered_calmly(
    client: TestClient, stamp: Printed, path: str, status: int
) -> None:
    assert stamp.serial
    assert client.get(path).status_code == status


def test_the_page_tells_the_way_of_the_goods_and_who_says_so(
    client: TestClient, stamp: Printed
) -> None:
    page = client.get(stamp.path).text
    order = [
        "<h1>",
        "Thu hoạch",
        "Hành trình",
        "Nước và đất",
        "Ở đâu",
        "Gọi hợp tác xã",
        "Báo tem giả",
    ]
    places = [page.index(words) for words in order]
    assert places == sorted(places)
    assert "Máy tưới 3 lần, tất cả 96 lít" in page
    assert "Nhà cô Thử" in page
    assert "máy đo: 2" in page, "water and soil"
    assert "có giấy: 0" in page
    assert f"tự khai: {page.count('nơi trồng khai')}" in page
    assert "Máy đo ghi lại, sửa sau sẽ lộ." in page
    assert "không sửa được" not in page


def test_looks_from_many_places_add_a_line_under_the_same_verdict(
    app: FastAPI, stamp: Printed, settings: Settings, clock: FixedClock
) -> None:
    elsewhere = create_app(
        settings.model_copy(update={"province_header": "X-Province"}), app.state.engine, clock
    )
    phone = TestClient(elsewhere)
    shown = ""
    for number, place in enumerate(("VN-44", "VN-HN", "VN-SG", "VN-DN", "VN-07")):
        clock.advance(days=3)
        told = {"X-Province": place, "User-Agent": f"phone {number}"}
        shown = phone.get(stamp.path, headers=told).text
    assert verdict(shown) == "genuine"
    assert "Tem này đã được quét ở nhiều nơi – cẩn thận." in shown
    assert phone.get(f"/api/v1/scans/{stamp.serial}").json()["copied"] is True


def test_a_false_stamp_is_reported_without_a_name_and_read_by_its_cooperative(
    client: TestClient, as_manager: TestClient, as_neighbour: TestClient, stamp: Printed
) -> None:
    address = f"/T/{stamp.serial}/bao"
    assert "Bạn mua ở đâu?" in client.get(address).text
    sent = client.post(
        address,
        data={"place": "chợ <b>Tân</b>", "note": ""},
        headers={"Origin": "http://testserver"},
    )
    assert "Đã gửi cho hợp tác xã" in sent.text
    lot = as_manager.get("/api/v1/lots").json()["items"][0]["id"]
    page = as_manager.get(f"/htx/lo/{lot}").text
    assert "chợ &lt;b&gt;Tân&lt;/b&gt;" in page
    assert as_neighbour.get(f"/htx/lo/{lot}").status_code == 404
    assert client.get(f"/T/{'0' * 20}/bao").status_code == 404
    own = {"Origin": "http://testserver"}
    again = [client.post(address, data={"place": "chợ"}, headers=own) for _report in range(5)]
    assert [answer.status_code for answer in again] == [200] * 4 + [429]
