"""Days without harvest after a pesticide are computed from the diary, never typed at harvest."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from cloud.diary.rules import Used
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, Seeded

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
DAY = date(2026, 3, 2)


@pytest.mark.parametrize(("phi", "first"), [(None, None), (0, DAY), (7, date(2026, 3, 9))])
def test_the_first_day_of_harvest_follows_from_the_label(
    phi: int | None, first: date | None
) -> None:
    assert Used("Abamectin", phi_days=phi).harvest_from(DAY) == first


def spray(browser: TestClient, seeded: Seeded, **others: str) -> dict[str, str]:
    said = {
        "key": str(uuid4()),
        "zone": seeded.zones[0].public_id,
        "work": "spray",
        "day": START.date().isoformat(),
        "product": "Abamectin 1.8EC",
        "registration": "1234/CNĐKT-BVTV",
        "dose": "20 ml cho 16 lít",
        "phi_days": "7",
    }
    answer = browser.post("/api/v1/diary", data={**said, **others})
    assert answer.status_code == 201, answer.text
    made: dict[str, str] = answer.json()
    return made


def harvest(browser: TestClient, seeded: Seeded, zone: int = 0) -> tuple[int, str]:
    body = {"zone": seeded.zones[zone].public_id, "product": "Dưa lưới", "quantity_g": 5000}
    answer = browser.post("/api/v1/lots", json=body)
    return answer.status_code, answer.json().get("error", {}).get("sentence", "")


@SQLITE
def test_a_harvest_within_the_days_is_refused_with_the_day_on_which_they_end(
    as_manager: TestClient, as_farmer: TestClient, seeded: Seeded
) -> None:
    entry = spray(as_farmer, seeded)
    assert (entry["product"], entry["harvest_from"]) == ("Abamectin 1.8EC", "2026-03-09")
    spray(as_farmer, seeded, phi_days="3")
    refused = "Thuốc còn cách ly. Thu hoạch được từ ngày 09/03/2026."
    assert harvest(as_manager, seeded) == (409, refused)
    assert harvest(as_manager, seeded, zone=1)[0] == 201, "the other zone got nothing"
    assert "Thu hoạch được từ 09/03/2026" in as_farmer.get("/nhat-ky").text


@SQLITE
def test_the_last_day_of_waiting_is_one_and_the_next_is_none(
    as_manager: TestClient, as_farmer: TestClient, seeded: Seeded
) -> None:
    over, last = ((START.date() - timedelta(days=n)).isoformat() for n in (7, 6))
    spray(as_farmer, seeded, day=over)
    assert harvest(as_manager, seeded)[0] == 201
    spray(as_farmer, seeded, day=last)
    assert harvest(as_manager, seeded)[1].endswith("03/03/2026.")


@SQLITE
def test_what_was_put_right_counts_and_what_was_struck_does_not(
    as_manager: TestClient, as_farmer: TestClient, seeded: Seeded
) -> None:
    entry = spray(as_farmer, seeded)
    earlier = (START.date() - timedelta(days=2)).isoformat()
    form = {"key": str(uuid4()), "act": "correct", "work": "spray", "day": earlier, "note": ""}
    moved = as_farmer.post(f"/nhat-ky/{entry['id']}", data=form)
    assert harvest(as_manager, seeded)[1].endswith("07/03/2026.")
    form = {**form, "key": str(uuid4()), "act": "strike"}
    as_farmer.post(moved.url.path, data=form)
    assert harvest(as_manager, seeded)[0] == 201


@SQLITE
def test_pruning_takes_nothing_and_a_spray_without_its_days_says_none(
    as_manager: TestClient, as_farmer: TestClient, seeded: Seeded
) -> None:
    assert spray(as_farmer, seeded, work="prune")["product"] == ""
    assert spray(as_farmer, seeded, phi_days="")["harvest_from"] is None
    assert harvest(as_manager, seeded)[0] == 201
    wrong = as_farmer.post("/api/v1/diary", data={"key": "x" * 12, "phi_days": "-1"})
    assert wrong.status_code == 422
