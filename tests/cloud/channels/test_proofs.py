"""Certificates in a pack for a floor: those that hold on this day, and never another."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Final

import pytest
from fastapi import FastAPI
from sqlmodel import Session, select, update

from cloud.channels import limits, proofs
from cloud.channels.codes import Channel
from cloud.db import writing
from cloud.media import pictures
from cloud.media.darkroom import Prints
from cloud.media.limits import BUYER_SIDES
from cloud.media.store import Store
from cloud.products.models import ProductClaim, ShopCertificate
from cloud.products.service import Listing
from tests.cloud.channels.conftest import three_photos
from tests.cloud.channels.test_pages import PAGE, on, row, told, waiting
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, FixedClock, Stall
from tests.cloud.products.test_shops import certified, claimed, verified

DAY: Final = timedelta(days=1)
TODAY: Final = START.date()
SCAN: Final = b"a scan, with its stamp"
PAPER: Final = {"scheme": "ocop", "stars": "4", "number": "12/QĐ-UBND", "issuer": "UBND huyện Thử"}
LINE: Final = "OCOP 4 sao số 12/QĐ-UBND do UBND huyện Thử cấp"


@pytest.fixture
def listing(app: FastAPI, stall: Stall) -> Listing:
    """Goods that claim a certificate of OCOP, scanned and verified."""
    app.state.gallery = three_photos
    store: Store = app.state.store
    made = stall.offer(packs=20)
    with Session(writing(stall.engine)) as session, session.begin():
        paper = certified(session, stall, **PAPER)
        prints = Prints(1280, 960, (b"w",) * 3, (SCAN, b"640", b"320"))
        scan = pictures.keep(session, stall.seeded.manager.principal, store, prints, START)
        paper.picture_id = scan.id
        verified(session, paper)
        claimed(session, stall, made, paper)
    return made


@pytest.fixture
def floor(listing: Listing, as_manager: TestClient) -> TestClient:
    assert listing.left == 20
    on_sale(as_manager, listing)
    on(as_manager, Channel.VOSO)
    return as_manager


def on_sale(browser: TestClient, listing: Listing) -> None:
    """Another choice of certificates was read again."""
    form = {"action": "publish"}
    assert browser.post(f"/htx/san-pham/{listing.product.public_id}", data=form).status_code == 200


def taken(browser: TestClient) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(browser.post(f"{PAGE}/voso/goi").content))


def scans(archive: zipfile.ZipFile) -> list[str]:
    return [name for name in archive.namelist() if name.startswith("giay/")]


def change(stall: Stall, **values: object) -> None:
    with Session(writing(stall.engine)) as session, session.begin():
        session.exec(update(ShopCertificate).values(**values))


def test_a_pack_holds_the_scan_and_the_sheet_says_number_and_issuer(
    floor: TestClient, stall: Stall
) -> None:
    archive = taken(floor)
    with Session(stall.engine) as session:
        one = session.exec(select(ShopCertificate.public_id)).one()
    assert scans(archive) == [f"giay/{one}.jpg"]
    assert archive.read(f"giay/{one}.jpg") == SCAN
    sheet = unescape(archive.read("chep-dan.html").decode())
    boxes = dict(re.findall(r'<textarea id="(\w)[^"]*"[^>]*>([^<]*)</textarea>', sheet))
    assert (boxes["n"], boxes["i"], boxes["v"]) == ("12/QĐ-UBND", "UBND huyện Thử", "11/03/2026")
    assert f"giay/{one}.jpg" in sheet
    assert LINE in boxes["d"]
    table = zipfile.ZipFile(io.BytesIO(archive.read("san-pham.xlsx")))
    assert LINE in unescape(table.read("xl/worksheets/sheet2.xml").decode())


@pytest.mark.parametrize(
    "lack",
    [
        {"verified_at": None},
        {"verified_at": None, "refused_reason": "mờ quá"},
        {"withdrawn_at": START},
        {"valid_until": TODAY - DAY},
        {"valid_from": TODAY + DAY},
    ],
    ids=["unverified", "refused", "withdrawn", "over", "to come"],
)
def test_what_does_not_hold_goes_nowhere(
    floor: TestClient, stall: Stall, lack: dict[str, object]
) -> None:
    change(stall, **lack)
    archive = taken(floor)
    assert scans(archive) == []
    assert "OCOP" not in archive.read("chep-dan.html").decode()
    assert "OCOP" not in str(row(stall).desired)


def test_what_others_of_the_shop_hold_is_not_of_these_goods(
    floor: TestClient, stall: Stall
) -> None:
    with Session(writing(stall.engine)) as session, session.begin():
        session.delete(session.exec(select(ProductClaim)).one())
    assert scans(taken(floor)) == []


def test_a_certificate_of_several_goods_is_there_once(
    floor: TestClient, stall: Stall, as_manager: TestClient
) -> None:
    second = stall.offer(packs=20, name="Dưa lưới ruột xanh")
    with Session(writing(stall.engine)) as session, session.begin():
        claimed(session, stall, second, session.exec(select(ShopCertificate)).one())
    on_sale(as_manager, second)
    archive = taken(floor)
    assert len(scans(archive)) == 1
    sheet = unescape(archive.read("chep-dan.html").decode())
    both = re.search(r"<h3>OCOP 4 sao</h3>\s*<p>([^<]*)</p>", sheet)
    assert both
    assert {"ruột cam", "ruột xanh"} <= set(re.findall(r"ruột \w+", both.group(1)))


def test_one_without_a_scan_is_told_and_said_to_lack_it(floor: TestClient, stall: Stall) -> None:
    change(stall, picture_id=None)
    archive = taken(floor)
    assert scans(archive) == []
    assert "Giấy này chưa có bản chụp." in archive.read("chep-dan.html").decode()


def test_when_one_ends_what_stands_at_the_floor_is_to_be_mended(
    floor: TestClient, stall: Stall, log_in: Callable[..., TestClient], clock: FixedClock
) -> None:
    form = {"mark": "listed", "based_on": row(stall).desired_hash}
    floor.post(f"{PAGE}/voso/{row(stall).public_id}", data=form)
    assert waiting(stall) == 0
    clock.advance(days=10)
    again = log_in(stall.seeded.manager)
    again.post(f"{PAGE}/chung", data={"act": "keep"})
    assert waiting(stall) == 1
    assert "1 việc phải làm trên sàn" in told(again.get(PAGE).text)


def test_a_scan_is_as_small_as_floors_want_pictures() -> None:
    by_hand = [limits.LIMITS[one] for one in (Channel.VOSO, Channel.POSTMART)]
    assert all(max(BUYER_SIDES) <= one.side.most for one in by_hand)
    assert all("image/jpeg" in one.kinds for one in by_hand)
    assert proofs.Proof("k", "VietGAP", "1", "A", None).file == ""
