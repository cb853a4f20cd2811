"""No stamp of real goods before the law's eighteen fields are told, and a page that says which."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from cloud.db import writing
from cloud.media.store import Store
from cloud.passports import rules, service, words
from cloud.passports.rules import Goods, Told
from cloud.privacy import service as privacy
from cloud.stamps.models import Issuance
from tests.cloud.client import TestClient
from tests.cloud.conftest import FixedClock, Seeded, Stall
from tests.cloud.media.photos import encoded
from tests.cloud.told import EVERYTHING, tell_everything
from traceability.legal import REQUIREMENTS, Stage

GOODS = Goods(
    "Dưa lưới",
    "08938500000010",
    "https://id.gs1.org/01/08938500000010/10/L1",
    Stage.model_validate(
        {
            "name": "Thu hoạch",
            "product_code": "L1",
            "location_code": "z1",
            "at": "2026-03-02T00:00:00+07:00",
        }
    ),
    date(2026, 3, 2),
    "HTX Thử",
    "Xã Thử, Đắk Lắk",
)
WHOLE = Told(
    code="0300000001",
    image="/tem/anh/x",
    brand="",
    shelf_life="10 ngày",
    standards="VietGAP",
    warnings="",
    more="",
    no_certificates=True,
)


def test_goods_of_which_all_is_told_lack_nothing() -> None:
    assert rules.gaps(GOODS, WHOLE) == []
    papers = replace(WHOLE, no_certificates=False, certificates=["VietGAP, VG-1"])
    assert rules.gaps(GOODS, papers) == []


@pytest.mark.parametrize(
    ("left_out", "field"),
    [
        ({"code": ""}, "producer"),
        ({"image": ""}, "image"),
        ({"brand": None}, "brand"),
        ({"shelf_life": None}, "shelf_life"),
        ({"standards": None}, "standards"),
        ({"warnings": None}, "warnings"),
        ({"more": None}, "more"),
        ({"no_certificates": False}, "certificates"),
    ],
)
def test_what_is_left_out_is_named_once(left_out: dict[str, object], field: str) -> None:
    (gap,) = rules.gaps(GOODS, replace(WHOLE, **left_out))  # type: ignore[arg-type]  # as named
    assert gap.field == field


def test_every_field_of_the_law_has_words_in_both_languages() -> None:
    fields = {name for one in REQUIREMENTS for name in one.fields} - {"expires_on"}
    assert fields <= set(words.FIELDS)
    bare = rules.gaps(GOODS, Told())
    assert len(bare) == 8
    for language in ("vi", "en"):
        told = words.lines(language, bare)
        assert len({line.what for line in told}) == 8
    assert words.lines("en", bare)[0].source == "Circular 02/2024, field 2"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_person_fills_in_what_is_missing_and_then_stamps_are_issued(
    stall: Stall, as_manager: TestClient, engine: Engine
) -> None:
    lot = stall.lot()
    page = f"/htx/lo/{lot.public_id}"
    wish = {"quantity": "65", "key": "key-of-a-test-1"}

    sent = as_manager.post(f"{page}/tem", data=wish)

    assert sent.url.path == f"{page}/thong-tin"
    assert "Chưa in tem được, còn thiếu:" in sent.text
    assert "Thông tư 02/2024, trường 2" in sent.text
    refused = as_manager.post(f"/api/v1/lots/{lot.public_id}/stamps", json={"quantity": 1})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "passport_incomplete")
    with Session(engine) as session:
        assert session.exec(select(Issuance)).first() is None
    as_manager.post(f"{page}/thong-tin", data=EVERYTHING)
    picture = {"photos": ("a.png", encoded("PNG"), "image/png")}
    told = as_manager.post("/htx/anh-san-pham", data={"lot": lot.public_id}, files=picture)
    assert "Đủ thông tin theo luật" in told.text
    address = "/tem/anh/" + told.text.partition('src="/tem/anh/')[2].partition('"')[0]
    seen = TestClient(as_manager.app).get(address)
    assert (seen.status_code, seen.headers["content-type"]) == (200, "image/webp")
    assert as_manager.post(f"{page}/tem", data=wish).url.path == page


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_certificate_is_added_shown_and_taken_away(
    stall: Stall, as_manager: TestClient, as_neighbour: TestClient
) -> None:
    page = f"/htx/lo/{stall.lot().public_id}"
    paper = {
        "name": "VietGAP",
        "issuer": "Quatest 3",
        "number": "VG-12",
        "valid_until": "2027-01-31",
    }
    shown = as_manager.post(f"{page}/chung-nhan", data=paper)
    assert "VG-12" in shown.text
    assert "đến 31/01/2027" in shown.text
    address = "/htx/chung-nhan/" + shown.text.partition("/htx/chung-nhan/")[2].partition('"')[0]
    assert as_neighbour.post(address).status_code == 404
    as_manager.post(address)
    assert "VG-12" not in as_manager.get(f"{page}/thong-tin").text


def test_a_product_s_picture_outlives_the_account_that_sent_it(
    engine: Engine, stall: Stall, seeded: Seeded, tmp_path: Path, clock: FixedClock
) -> None:
    """It is the cooperative's; erasing somebody must neither fail at it nor take it away."""
    lot, who = stall.lot(), seeded.farmer.principal
    with Session(writing(engine)) as session, session.begin():
        tell_everything(session, who, lot, Store(tmp_path), clock.now())
        privacy.erase(session, who, clock.now())
    with Session(engine) as session:
        assert service.shown(session, lot).photo is not None
        assert service.gaps(session, lot) == []
