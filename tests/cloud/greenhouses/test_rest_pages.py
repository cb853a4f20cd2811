"""Buttons beside the water: rest, clear a fault, find the box."""

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from cloud.devices.models import Command
from tests.cloud.client import TestClient
from tests.cloud.greenhouses.garden import Garden
from wire.codes import EventKind, Op


def command(engine: Engine) -> Command:
    with Session(engine) as session:
        return session.exec(select(Command)).one()


@pytest.mark.parametrize(
    ("lasts", "seconds"),
    [("hour", 3_600.0), ("today", 16 * 3_600.0), ("week", 604_800.0)],
)
def test_automation_rests_for_as_long_as_somebody_taps(
    garden: Garden, as_farmer: TestClient, engine: Engine, lasts: str, seconds: float
) -> None:
    form = {"key": "rest-once", "back": garden.zone_path, "lasts": lasts}
    for _ in range(2):
        answer = as_farmer.post(f"{garden.path}/tam-nghi", data=form)
        assert "Đang gửi lệnh…" in answer.text
    asked = command(engine)
    assert (asked.op, asked.for_s) == (Op.PAUSE, seconds)


def test_while_it_rests_the_page_offers_to_go_on_and_not_to_rest(
    garden: Garden, as_farmer: TestClient
) -> None:
    garden.sample(fill=0.9)
    garden.event(EventKind.MODE, state="idle", reason="paused")
    places = as_farmer.get(f"{garden.path}/trang-thai").json()["k"]
    assert places["resume"]["hidden"] is None
    assert places["pause"]["hidden"] == ""
    garden.event(EventKind.MODE, state="idle", reason="wet_enough")
    places = as_farmer.get(f"{garden.path}/trang-thai").json()["k"]
    assert (places["resume"]["hidden"], places["pause"]["hidden"]) == ("", None)


@pytest.mark.parametrize(("fault", "hidden"), [("burst", None), ("stuck_open", "")])
def test_a_fault_may_be_cleared_here_unless_only_eyes_can_judge_it(
    garden: Garden, as_farmer: TestClient, engine: Engine, fault: str, hidden: str | None
) -> None:
    garden.sample(fill=0.9)
    garden.event(EventKind.FAULT, fault=fault)
    zone = garden.seeded.zones[0].public_id
    places = as_farmer.get(f"{garden.path}/trang-thai").json()["k"]
    assert places[f"{zone}-clear"]["hidden"] == hidden
    form = {"key": "clear-once", "back": garden.zone_path}
    as_farmer.post(f"{garden.zone_path}/xoa-bao-hong", data=form)
    asked = command(engine)
    assert (asked.op, asked.zone_key) == (Op.CLEAR_FAULT, "z1")


def test_the_box_is_called(garden: Garden, as_farmer: TestClient, engine: Engine) -> None:
    as_farmer.post(f"{garden.path}/tim-may", data={"key": "call-once", "back": garden.path})
    assert command(engine).op is Op.IDENTIFY


def test_programs_do_the_same(garden: Garden, as_farmer: TestClient) -> None:
    house = f"/api/v1/greenhouses/{garden.seeded.greenhouse.public_id}"
    zone = f"/api/v1/zones/{garden.seeded.zones[0].public_id}"
    pause = as_farmer.post(f"{house}/pause", json={"key": "rest-once", "minutes": 90})
    clear = as_farmer.post(f"{zone}/clear-fault", json={"key": "clear-once"})
    call = as_farmer.post(f"{house}/identify", json={"key": "call-once"})
    assert [answer.json()["op"] for answer in (pause, clear, call)] == [
        "pause",
        "clear_fault",
        "identify",
    ]
    late = as_farmer.post(f"{house}/pause", json={"key": "rest-twice", "minutes": 10_081})
    assert late.status_code == 422
