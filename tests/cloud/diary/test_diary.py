"""What people write: there once, put right so that it shows, and nobody else's to read."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, event
from sqlmodel import Session, select

from cloud.audit import service as audit
from cloud.diary.models import DiaryEntry, DiaryPhoto, Work
from cloud.media.models import Photo
from cloud.media.store import Store
from cloud.telemetry import rollups
from cloud.telemetry.keep import Keep
from tests.cloud.client import TestClient
from tests.cloud.conftest import PASSWORD, START, FixedClock, Seeded
from tests.cloud.greenhouses.garden import Garden
from tests.cloud.media import photos
from wire.codes import EventKind

Fields = dict[str, str]


def fields(seeded: Seeded, **others: str) -> Fields:
    basis = {
        "key": str(uuid4()),
        "zone": seeded.zones[0].public_id,
        "work": "prune",
        "day": START.date().isoformat(),
        "note": "lá già",
    }
    return {**basis, **others}


def write(browser: TestClient, said: Fields, *octets: bytes) -> httpx2.Response:
    files = [("photos", (f"{n}.jpg", one, "image/jpeg")) for n, one in enumerate(octets)]
    return browser.post("/api/v1/diary", data=said, files=files or None)


def as_browsers_send(said: Fields) -> dict[str, Any]:
    """The form with no photo chosen: a file without a name and without octets."""
    disposition = "--X\r\nContent-Disposition: form-data; name="
    rows = [f'{disposition}"{name}"\r\n\r\n{value}\r\n' for name, value in said.items()]
    kind = "Content-Type: application/octet-stream"
    rows.append(f'{disposition}"photos"; filename=""\r\n{kind}\r\n\r\n\r\n--X--\r\n')
    headers = {"Content-Type": "multipart/form-data; boundary=X"}
    return {"content": "".join(rows).encode(), "headers": headers}


def entries(browser: TestClient) -> list[dict[str, object]]:
    found: list[dict[str, object]] = browser.get("/api/v1/diary").json()["items"]
    return found


def correction(**others: str) -> Fields:
    basis = {"key": str(uuid4()), "act": "correct", "work": "feed", "note": "phân chuồng"}
    return {**basis, "day": START.date().isoformat(), **others}


def test_what_was_done_is_there_with_its_photos(as_farmer: TestClient, seeded: Seeded) -> None:
    answer = write(as_farmer, fields(seeded), photos.telling(), photos.heic())
    assert answer.status_code == 201, answer.text
    (entry,) = entries(as_farmer)
    assert entry == answer.json()
    assert (entry["work"], entry["note"], entry["by"]) == ("prune", "lá già", "Người thử")
    assert isinstance(entry["photos"], list)
    shown = [as_farmer.get(f"/anh/{photo}") for photo in entry["photos"]]
    assert [one.headers["content-type"] for one in shown] == ["image/webp"] * 2
    assert all(photos.MARK not in one.content for one in shown)


def test_sent_again_it_is_there_once(as_farmer: TestClient, seeded: Seeded) -> None:
    said = fields(seeded)
    answers = [write(as_farmer, said, photos.jpeg()) for _time in range(2)]
    assert answers[0].json() == answers[1].json()
    assert len(entries(as_farmer)) == 1


def test_sent_many_times_at_once_it_is_there_once(
    as_farmer: TestClient, seeded: Seeded, engine: Engine
) -> None:
    said = fields(seeded)
    with ThreadPoolExecutor(4) as hands:
        answers = list(hands.map(lambda _hand: write(as_farmer, said, photos.jpeg()), range(4)))
    assert {answer.status_code for answer in answers} == {201}
    assert len(entries(as_farmer)) == 1
    with Session(engine) as session:
        assert len(session.exec(select(Photo)).all()) == 1


def test_the_same_key_of_another_person_is_another_entry(
    as_farmer: TestClient, as_manager: TestClient, seeded: Seeded
) -> None:
    said = fields(seeded)
    for browser in (as_farmer, as_manager):
        assert write(browser, said).status_code == 201
    assert len(entries(as_manager)) == 2


def test_a_photo_that_is_none_leaves_nothing_behind(
    app: FastAPI, as_farmer: TestClient, seeded: Seeded
) -> None:
    store: Store = app.state.store
    for made, code in ((photos.archive, "no_photo"), (photos.bomb, "photo_too_large")):
        answer = write(as_farmer, fields(seeded), photos.jpeg(), made())
        assert answer.json()["error"]["code"] == code
        assert answer.json()["error"]["sentence"]
    assert entries(as_farmer) == []
    assert list(store.names()) == []


@pytest.mark.parametrize(("days", "status"), [(0, 201), (30, 201), (31, 409), (-1, 409)])
def test_only_days_that_somebody_remembers_are_written_about(
    as_farmer: TestClient, seeded: Seeded, days: int, status: int
) -> None:
    day = (START.date() - timedelta(days=days)).isoformat()
    assert write(as_farmer, fields(seeded, day=day)).status_code == status


def test_a_correction_takes_its_place_and_hides_nothing(
    as_farmer: TestClient, seeded: Seeded
) -> None:
    first = write(as_farmer, fields(seeded), photos.jpeg()).json()
    page = as_farmer.post(f"/nhat-ky/{first['id']}", data=correction())
    assert page.status_code == 200
    for text in ("phân chuồng", "lá già", "Trước khi sửa", f"/anh/{first['photos'][0]}"):
        assert text in page.text
    (entry,) = entries(as_farmer)
    assert entry["corrected"]
    assert (entry["work"], entry["photos"]) == ("feed", first["photos"])
    again = as_farmer.post(f"/nhat-ky/{first['id']}", data=correction())
    assert again.status_code == 409, "the old line is not the one to put right"


def test_a_struck_line_stays_readable(as_farmer: TestClient, seeded: Seeded) -> None:
    first = write(as_farmer, fields(seeded)).json()
    page = as_farmer.post(f"/nhat-ky/{first['id']}", data=correction(act="strike"))
    assert "Đã gạch" in page.text
    (entry,) = entries(as_farmer)
    assert entry["struck"]
    assert entry["note"] == "lá già"
    assert as_farmer.post(f"/nhat-ky/{entry['id']}", data=correction()).status_code == 409


def test_what_stands_is_never_changed(
    as_farmer: TestClient, seeded: Seeded, engine: Engine
) -> None:
    first = write(as_farmer, fields(seeded)).json()
    as_farmer.post(f"/nhat-ky/{first['id']}", data=correction())
    with Session(engine) as session:
        rows = session.exec(select(DiaryEntry).order_by("id")).all()
        assert [(row.work, row.note) for row in rows] == [
            (Work.PRUNE, "lá già"),
            (Work.FEED, "phân chuồng"),
        ]
        assert audit.breaks(session) == []


def test_a_farmer_puts_right_only_what_is_theirs_and_the_manager_everything(
    as_farmer: TestClient, as_manager: TestClient, seeded: Seeded
) -> None:
    managers = write(as_manager, fields(seeded)).json()["id"]
    farmers = write(as_farmer, fields(seeded)).json()["id"]
    assert as_farmer.post(f"/nhat-ky/{managers}", data=correction()).status_code == 403
    assert as_manager.post(f"/nhat-ky/{farmers}", data=correction()).status_code == 200


def test_a_stranger_finds_and_writes_nothing(
    as_farmer: TestClient, as_neighbour: TestClient, seeded: Seeded
) -> None:
    entry = write(as_farmer, fields(seeded)).json()["id"]
    assert write(as_neighbour, fields(seeded)).status_code == 404
    assert as_neighbour.get(f"/nhat-ky/{entry}").status_code == 404
    assert entries(as_neighbour) == []


def test_the_form_alone_writes_and_leads_to_the_diary(
    as_farmer: TestClient, seeded: Seeded
) -> None:
    page = as_farmer.get(f"/nhat-ky/ghi?khu={seeded.zones[1].public_id}").text
    assert page.count("checked") == 2, "zone and day are chosen already"
    answer = as_farmer.post("/nhat-ky", **as_browsers_send(fields(seeded)))
    assert answer.status_code == 200, answer.text
    assert "Hôm nay, 2/3" in answer.text
    assert "Tỉa cây" in answer.text


def test_what_was_measured_and_told_stands_beside_it(
    as_farmer: TestClient, seeded: Seeded, garden: Garden
) -> None:
    write(as_farmer, fields(seeded))
    garden.event(EventKind.FAULT, fault="burst")
    page = as_farmer.get("/nhat-ky").text
    assert "vỡ ống" in page
    assert "lá già" in page


def test_what_was_wrong_stands_on_its_day(
    as_farmer: TestClient, garden: Garden, clock: FixedClock, alarm: Callable[[], None]
) -> None:
    alarm()
    page = as_farmer.get(f"{garden.path}/nhat-ky").text
    address = re.findall(r"/canh-bao/\w+", page)[0]
    assert "Chưa ổn." in page
    assert as_farmer.get(address).status_code == 200
    clock.advance(days=8)
    assert "/canh-bao/" not in as_farmer.get(f"{garden.path}/nhat-ky").text.split("<main")[1]


@pytest.mark.usefixtures("watered")
def test_water_and_soil_write_themselves(
    as_farmer: TestClient, seeded: Seeded, engine: Engine, clock: FixedClock
) -> None:
    rollups.work(engine, clock.now(), keep=Keep(14, 90, 730))
    page = as_farmer.get(f"/vuon/{seeded.greenhouse.public_id}/nhat-ky").text
    assert page.count("máy tưới") >= 2
    assert "48 lít" in page


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_week_of_all_zones_is_asked_for_at_once(
    as_farmer: TestClient, seeded: Seeded, engine: Engine
) -> None:
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *words: asked.append(words[2]))
    assert len(seeded.zones) > 1
    assert as_farmer.get(f"/vuon/{seeded.greenhouse.public_id}/nhat-ky").status_code == 200
    assert len([one for one in asked if "FROM rollup" in one]) == 1


def test_whoever_is_erased_takes_words_and_photos_along(
    as_farmer: TestClient, as_manager: TestClient, seeded: Seeded, engine: Engine
) -> None:
    write(as_farmer, fields(seeded), photos.jpeg())
    told = as_farmer.get("/tai-khoan/du-lieu/tai-ve").json()["diary"]
    assert [(one["work"], one["note"], len(one["photos"])) for one in told] == [
        ("prune", "lá già", 1)
    ]
    answer = as_farmer.post("/tai-khoan/du-lieu/xoa", data={"password": PASSWORD})
    assert answer.status_code == 200
    (entry,) = entries(as_manager)
    assert (entry["work"], entry["note"], entry["photos"], entry["by"]) == ("prune", "", [], "")
    with Session(engine) as session:
        assert session.exec(select(DiaryPhoto)).all() == []
        assert session.exec(select(Photo)).all() == []


def test_an_upload_of_nobody_is_not_read_at_length(
    client: TestClient, as_farmer: TestClient, seeded: Seeded
) -> None:
    large = bytes(100_000)
    assert write(client, fields(seeded), large).status_code == 413
    assert write(as_farmer, fields(seeded), large).json()["error"]["code"] == "no_photo"
    assert as_farmer.post("/api/v1/lots", content=large).status_code == 413
