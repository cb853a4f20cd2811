"""A zone's settings on the page: who may change them, what stands there, what is refused how."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from cloud.db import writing
from cloud.i18n import TIME_ZONE
from cloud.weather import service as weather
from cloud.weather.source import Day, SourceName
from tests.cloud.client import TestClient
from tests.cloud.conftest import FixedClock, Seeded, prove
from tests.cloud.greenhouses.garden import Garden
from wire.codes import EventKind

FORM = {
    "crop": "melon",
    "planted_on": "2026-02-01",
    "plants": "180",
    "strategy": "adaptive",
    "refill": "75",
    "target": "92",
    "window_from": "06:00",
    "window_to": "00:00",
    "based_on": "0",
}


@pytest.fixture
def path(seeded: Seeded) -> str:
    return f"/vuon/khu/{seeded.zones[0].public_id}/cai-dat"


@pytest.fixture
def garden(engine: Engine, seeded: Seeded, clock: FixedClock) -> Garden:
    return Garden(engine, seeded, clock)


def saved(client: TestClient, path: str, **other: str) -> str:
    answer = client.post(path, data={**FORM, **other})
    assert answer.status_code == 200, answer.text
    return answer.text


def test_what_was_saved_stands_there_and_is_said_to_be_under_way(
    as_farmer: TestClient, path: str, garden: Garden
) -> None:
    garden.birth()
    page = saved(as_farmer, path)
    assert "Đang gửi cho máy ở vườn…" in page
    for words in ("Dưa lưới, dưa lê", "01/02/2026", "180", "75%", "92%", "06:00", "00:00"):
        assert words in page
    again = as_farmer.get(f"{path}/doi").text
    assert 'name="based_on" value="1"' in again
    assert 'value="75"' in again


def test_a_device_that_is_away_is_told_of(as_farmer: TestClient, path: str) -> None:
    assert "Có mạng là máy nhận" in saved(as_farmer, path)


def test_the_devices_refusal_stands_there_in_words(
    as_farmer: TestClient, path: str, garden: Garden
) -> None:
    garden.birth()
    saved(as_farmer, path)
    garden.event(
        EventKind.SETTINGS_REJECTED,
        None,
        version=1,
        wrong=2,
        wrong_1="zones.z1.strategy too_few_probes",
        wrong_2="zones.z1.refill invalid",
    )
    page = as_farmer.get(path).text
    assert "Máy ở vườn từ chối, vẫn tưới như trước." in page
    assert "Cách tưới này cần ít nhất hai đầu đo đất." in page
    assert "Mức khô: máy không nhận giá trị này." in page
    answer = as_farmer.get(
        path.replace("/vuon/khu/", "/api/v1/zones/").replace("cai-dat", "settings")
    )
    assert answer.json()["wrong"][0] == {"key": "zones.z1.strategy", "code": "too_few_probes"}


def test_levels_that_contradict_are_refused_with_what_was_typed_still_there(
    as_farmer: TestClient, path: str
) -> None:
    answer = as_farmer.post(path, data={**FORM, "refill": "95", "plants": "171"})
    assert answer.status_code == 409
    assert "Mức khô phải thấp hơn mức đủ." in answer.text
    assert 'value="171"' in answer.text
    assert 'name="based_on" value="0"' in answer.text
    assert "Chưa ai đổi gì." in as_farmer.get(f"{path}/lich-su").text


def test_the_password_is_asked_for_first_and_again_after_a_while(
    as_farmer: TestClient, path: str, clock: FixedClock
) -> None:
    assert as_farmer.get(f"{path}/doi").status_code == 200
    clock.advance(minutes=16)
    for answer in (
        as_farmer.get(f"{path}/doi", follow_redirects=False),
        as_farmer.post(path, data=FORM, follow_redirects=False),
    ):
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/tai-khoan/xac-nhan")
    assert as_farmer.get(path).status_code == 200
    prove(as_farmer)
    saved(as_farmer, path)


def test_who_changed_what_is_kept_with_before_and_after(
    as_farmer: TestClient, as_manager: TestClient, path: str
) -> None:
    saved(as_farmer, path)
    saved(as_manager, path, based_on="1", strategy="monitor", plants="90")
    told = as_farmer.get(f"{path}/lich-su").text
    assert "Người thử" in told
    assert "Số cây: 180, nay là 90" in told
    assert "Theo cây và đất, máy tự tính, nay là Chỉ theo dõi, không tự tưới" in told
    assert "Đổi cài đặt tưới" in as_manager.get("/htx/nhat-ky").text


def test_programs_read_and_write_the_same(as_farmer: TestClient, seeded: Seeded) -> None:
    place = f"/api/v1/zones/{seeded.zones[0].public_id}/settings"
    body = {
        "crop": None,
        "planted_on": "2026-02-01",
        "plants": 180,
        "strategy": "timer",
        "refill": 0.7,
        "target": 0.9,
        "window_from": 300,
        "window_to": 1440,
        "based_on": 0,
    }
    made = as_farmer.put(place, json=body).json()
    assert (made["number"], made["progress"], made["in_force"]) == (1, "sending", None)
    assert made["wished"]["strategy"] == "timer"
    refused = as_farmer.put(place, json={**body, "based_on": 1, "refill": 0.95})
    assert refused.status_code == 409
    assert "refill" in refused.json()["error"]["sentence"]
    late = as_farmer.put(place, json={**body, "plants": 3})
    assert late.json()["error"]["code"] == "changed_meanwhile"
    assert [one["number"] for one in as_farmer.get(f"{place}/history").json()] == [1]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_by_which_weather_a_zone_is_watered_stands_there(
    as_farmer: TestClient, path: str, engine: Engine, clock: FixedClock
) -> None:
    assert "theo những ngày vừa qua" in saved(as_farmer, path)
    today = clock.now().astimezone(TIME_ZONE).date()
    days = [Day(today + timedelta(days=n), 4.4 if n == 0 else 4.0) for n in range(-5, 2)]
    with Session(writing(engine)) as session, session.begin():
        weather.keep(session, SourceName.OPEN_METEO, days, clock.now())
    page = as_farmer.get(path).text
    assert "Hôm nay cây uống nhiều hơn mọi ngày khoảng 10%." in page
    assert "Dự báo của Open-Meteo.com (CC BY 4.0), lúc" in page
    clock.advance(hours=25)
    assert "Open-Meteo" not in as_farmer.get(path).text
