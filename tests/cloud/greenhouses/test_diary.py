"""The diary: every event of the wire is either told in a sentence or no news on purpose."""

import re
from collections.abc import Mapping

import pytest

from cloud.greenhouses.diary import TELLERS, UNTOLD, entry
from cloud.telemetry.models import Event
from cloud.words import say
from tests.cloud.client import TestClient
from tests.cloud.greenhouses.garden import Garden
from wire.codes import Alarm, EventKind, Fault, Reason, SensorFault

SENTENCE = re.compile(r"[.?!](?:\s|$)")
MOST_WORDS = 14
DATA: Mapping[EventKind, Mapping[str, object]] = {
    EventKind.DOSE_ENDED: {"cause": "auto", "ended": "complete", "litres": 41.4},
    EventKind.FAULT: {"fault": Fault.BURST.value},
    EventKind.ALARM: {"code": Alarm.CLOGGED.value, "on": Alarm.CLOGGED.value},
    EventKind.ALARM_OVER: {"code": Alarm.HEAT.value, "on": ""},
    EventKind.SENSOR_FAULT: {"sensor": "p1", "code": SensorFault.SILENT.value, "lost": 1},
    EventKind.SENSOR_WELL: {"sensor": "p1", "lost": 0},
    EventKind.STOPPED: {"n": 1},
    EventKind.PAUSED: {"for_s": 7200},
}
NAMES: Mapping[str | None, str] = {"z1": "Khu 1"}


def row(kind: str, data: Mapping[str, object], zone: str | None = None) -> Event:
    return Event(
        device_id="device",
        epoch="epoch",
        seq=1,
        boot="boot",
        uptime_ms=0,
        wall_ms=1_767_762_000_000,
        quality=2,
        zone_key=zone,
        kind=kind,
        data=dict(data),
        chain="",
    )


def told(kind: EventKind, **data: object) -> str:
    return told_in("vi", kind, data)


def told_in(language: str, kind: EventKind, data: Mapping[str, object]) -> str:
    found = entry(row(kind, data), NAMES)
    assert found is not None, kind
    return say(language, found.line)


@pytest.mark.parametrize("kind", EventKind)
def test_every_kind_of_event_is_told_or_left_out_on_purpose(kind: EventKind) -> None:
    assert (kind in TELLERS) is not (kind in UNTOLD)


@pytest.mark.parametrize("kind", TELLERS)
def test_each_is_told_in_both_languages_and_short(kind: EventKind) -> None:
    vi, en = (told_in(language, kind, DATA.get(kind, {})) for language in ("vi", "en"))
    assert vi != en, "the English is missing"
    for text in (vi, en):
        assert text
        assert "%(" not in text
    assert max(len(part.split()) for part in SENTENCE.split(vi)) <= MOST_WORDS


@pytest.mark.parametrize("kind", TELLERS)
def test_odd_data_of_a_newer_device_still_makes_a_sentence(kind: EventKind) -> None:
    odd = {"code": "unheard", "fault": 7, "litres": "x", "for_s": None, "sensor": 3}
    assert told(kind, **odd)


@pytest.mark.parametrize("alarm", Alarm)
def test_every_alarm_is_told_with_its_end(alarm: Alarm) -> None:
    began = told(EventKind.ALARM, code=alarm.value)
    assert told(EventKind.ALARM_OVER, code=alarm.value) == f"Đã ổn lại. Trước đó: {began}"


def test_what_people_did_at_the_greenhouse_differs_from_orders_from_afar() -> None:
    assert told(EventKind.STOPPED, n=3) == "Nước dừng theo lệnh từ xa."
    assert told(EventKind.STOPPED, n=3, by="page") == "Có người ở vườn bấm dừng nước."
    assert told(EventKind.RESUMED) == "Cho tưới lại theo lệnh từ xa."
    assert told(EventKind.RESUMED, by="panel") == "Có người ở vườn cho tưới lại."
    assert told(EventKind.PAUSED, for_s=5400) == "Tưới tự động nghỉ 90 phút."
    assert told(EventKind.PAUSED, for_s=172_800) == "Tưới tự động nghỉ 48 giờ."


@pytest.mark.parametrize("reason", [Reason.HOLD, Reason.LOCKOUT])
def test_a_stop_that_everybody_forgot_is_told(reason: Reason) -> None:
    assert "chưa ai cho tưới lại" in told(EventKind.ALARM, code=reason.value)


def test_a_kind_that_only_a_newer_device_knows_is_left_out() -> None:
    assert entry(row("moon.risen", {}), NAMES) is None


def test_a_zones_event_bears_its_name() -> None:
    named = entry(row(EventKind.FAULT.value, {"fault": "burst"}, "z1"), NAMES)
    of_the_house = entry(row(EventKind.LOCKED.value, {}), NAMES)
    assert named is not None
    assert of_the_house is not None
    assert (named.zone, of_the_house.zone) == ("Khu 1", "")


def test_the_page_tells_the_latest_first(garden: Garden, as_farmer: TestClient) -> None:
    assert "Chưa có việc gì được ghi lại." in as_farmer.get(f"{garden.path}/nhat-ky").text
    garden.event(EventKind.LOCKED, zone=None, ago_s=600)
    garden.event(EventKind.MODE, ago_s=590, state="lockout")
    garden.event(EventKind.RESUMED, zone=None, ago_s=300, by="panel")
    garden.event(EventKind.FAULT, ago_s=60, fault="burst")
    page = as_farmer.get(f"{garden.path}/nhat-ky").text
    places = [page.index(text) for text in ("vỡ ống", "cho tưới lại", "Nút dừng khẩn")]
    assert places == sorted(places)
    assert f'href="{garden.path}/nhat-ky"' in as_farmer.get(garden.path).text


def test_a_strangers_greenhouse_has_no_diary(as_farmer: TestClient) -> None:
    assert as_farmer.get("/vuon/0000000000/nhat-ky").status_code == 404
