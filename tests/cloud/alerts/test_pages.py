"""What people read of an alert, who may say that they know, and what the home page makes of it."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from cloud.alerts import words
from cloud.alerts.kinds import Kind
from cloud.alerts.models import Alert
from cloud.alerts.watch import look_round
from cloud.audit.models import AuditEntry
from cloud.audit.rules import AuditAction
from tests.cloud.client import TestClient
from tests.cloud.conftest import FixedClock, Member, Seeded
from tests.cloud.greenhouses.garden import Garden
from wire.codes import EventKind


@pytest.fixture
def alert(garden: Garden, engine: Engine, clock: FixedClock) -> str:
    """The first zone's valve opened and no water came, three minutes ago."""
    garden.event(EventKind.FAULT, fault="no_flow", flow_lpm=0.0, ago_s=180)
    garden.sample(fill=0.8)
    look_round(engine, clock.now())
    with Session(engine) as session:
        return session.exec(select(Alert)).one().public_id


def test_the_list_says_what_happened_where_and_since_when(
    as_farmer: TestClient, alert: str, seeded: Seeded
) -> None:
    page = as_farmer.get("/canh-bao").text
    zone = seeded.zones[0].name
    assert f"{zone}: Van mở nhưng không có nước." in page
    assert f"Từ 07:57 · {seeded.greenhouse.name}" in page
    assert f'class="state bad" href="/canh-bao/{alert}"' in page


def test_a_list_without_trouble_says_so(as_farmer: TestClient, garden: Garden) -> None:
    assert garden.seq == 0
    assert "Không có việc gì cần xem." in as_farmer.get("/canh-bao").text


def test_an_alert_tells_what_hands_can_do(as_farmer: TestClient, alert: str) -> None:
    page = as_farmer.get(f"/canh-bao/{alert}").text
    for step in words.STEPS[Kind.NO_FLOW]:
        assert f"<li>{step}</li>" in page
    assert "Tôi biết rồi" in page


def test_who_says_so_first_is_named_and_recorded(
    as_farmer: TestClient, as_manager: TestClient, alert: str, seeded: Seeded, engine: Engine
) -> None:
    page = as_farmer.post(f"/canh-bao/{alert}/da-biet").text
    assert f"{seeded.farmer.account.name} đã biết lúc 08:00." in page
    assert "Tôi biết rồi" not in page
    again = as_manager.post(f"/canh-bao/{alert}/da-biet").text
    assert f"{seeded.farmer.account.name} đã biết" in again
    with Session(engine) as session:
        action = AuditEntry.action == AuditAction.ALERT_ACKNOWLEDGED
        entry = session.exec(select(AuditEntry).where(action)).one()
    assert (entry.subject, entry.detail) == (f"alert:{alert}", {"kind": "no_flow"})


def test_a_neighbour_finds_nothing_of_it(
    log_in: Callable[[Member], TestClient], alert: str, seeded: Seeded
) -> None:
    neighbour = log_in(seeded.neighbour)
    assert alert not in neighbour.get("/canh-bao").text
    assert neighbour.get(f"/canh-bao/{alert}").status_code == 404
    assert neighbour.post(f"/canh-bao/{alert}/da-biet").status_code == 404


def test_what_is_over_is_folded_with_how_long_it_lasted(
    as_farmer: TestClient, alert: str, garden: Garden, engine: Engine, clock: FixedClock
) -> None:
    clock.advance(minutes=27)
    garden.event(EventKind.FAULT_CLEARED, fault="no_flow")
    look_round(engine, clock.now())
    clock.advance(minutes=5)
    garden.sample(fill=0.8)
    look_round(engine, clock.now())
    page = as_farmer.get("/canh-bao").text
    assert "Không có việc gì cần xem." in page
    assert "Đã ổn sau 30 phút." in page
    detail = as_farmer.get(f"/canh-bao/{alert}").text
    assert "Tôi biết rồi" not in detail
    assert "Làm gì bây giờ?" not in detail


def test_the_home_page_counts_them(as_farmer: TestClient, garden: Garden, alert: str) -> None:
    assert alert in as_farmer.get("/canh-bao").text
    assert "Xem cảnh báo (1)" in as_farmer.get(garden.path).text


def test_what_only_the_alerts_know_is_the_home_page_s_sentence(
    as_farmer: TestClient, garden: Garden, engine: Engine, clock: FixedClock
) -> None:
    for _minute in range(6):
        clock.advance(minutes=1)
        for zone in range(1, len(garden.seeded.zones) + 1):
            garden.sample(zone, fill=0.8, open_s=0.0)
        garden.sample(None, flow_lpm=1.5)
    assert "Mọi thứ ổn" in as_farmer.get(garden.path).text
    look_round(engine, clock.now())
    page = as_farmer.get(garden.path).text
    assert "Cần làm ngay" in page
    assert "Van đóng hết mà nước vẫn chảy." in page


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_its_sentence_and_steps_for_hands(kind: Kind) -> None:
    assert words.WHAT[kind].endswith(".")
    assert 2 <= len(words.STEPS[kind]) <= 5
