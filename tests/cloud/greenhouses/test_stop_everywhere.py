"""STOP on every page of a farmer's, and for all houses at once."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from cloud.cooperatives import service as cooperatives
from cloud.cooperatives.models import Greenhouse
from cloud.db import writing
from cloud.devices import service as devices
from cloud.devices.models import Command, CommandState
from cloud.devices.stopping import stop_everywhere
from cloud.devices.vault import open_vault
from cloud.settings import Settings
from tests.cloud.client import TestClient
from tests.cloud.conftest import FixedClock, Member
from tests.cloud.greenhouses.garden import Garden
from tests.cloud.walls import samples
from wire.codes import EventKind, Op
from wire.identity import new_identity

LogIn = Callable[[Member], TestClient]
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FORM = re.compile(r'action="(/vuon[^"]*/dung)"[^>]*>\s*<input[^>]*name="key" value="(\w{8,})"')
WITHOUT_A_PLACE = ("/nhat-ky", "/nhat-ky/ghi", "/canh-bao", "/tro-giup", "/the-viec", "/tai-khoan")
TAP = {"key": "tapped-once", "back": "/vuon"}


def stops(page: str) -> list[str]:
    """Where the buttons of a page stop water."""
    return [action for action, _key in FORM.findall(page)]


def pages_of(garden: Garden) -> list[str]:
    """Those that are about one house."""
    zone, entry = garden.zone_path, samples.entry(garden.engine, garden.seeded)
    alert = samples.alert(garden.engine, garden.seeded)
    return [
        garden.path,
        zone,
        f"{garden.path}/nhat-ky",
        f"{zone}/cai-dat",
        f"{zone}/cai-dat/lich-su",
        f"/nhat-ky/{entry}",
        f"/canh-bao/{alert}",
    ]


@pytest.fixture
def second(garden: Garden, settings: Settings) -> Greenhouse:
    """Another house of the cooperative with a device, and a third one without."""
    now = garden.clock.now()
    identity = new_identity(("mqtt://127.0.0.1:1883",), simulated=True)
    with Session(writing(garden.engine), expire_on_commit=False) as session, session.begin():
        house = cooperatives.add_greenhouse(session, garden.seeded.farm, "Nhà 2", now)
        devices.register(session, open_vault(settings), identity, house, now)
        cooperatives.add_greenhouse(session, garden.seeded.farm, "Nhà trống", now)
    return house


def commands(engine: Engine) -> list[Command]:
    with Session(engine) as session:
        return list(session.exec(select(Command).order_by(col(Command.id))))


@ON_SQLITE
def test_every_page_stops_the_only_house(garden: Garden, as_farmer: TestClient) -> None:
    for path in (*pages_of(garden), *WITHOUT_A_PLACE):
        assert stops(as_farmer.get(path).text) == [f"{garden.path}/dung"], path


@ON_SQLITE
def test_of_several_houses_a_page_stops_its_own_or_all(
    garden: Garden, second: Greenhouse, as_farmer: TestClient
) -> None:
    for path in pages_of(garden):
        assert stops(as_farmer.get(path).text) == [f"{garden.path}/dung"], path
    for path in ("/vuon", *WITHOUT_A_PLACE):
        page = as_farmer.get(path).text
        assert stops(page) == ["/vuon/dung"], path
        assert "DỪNG TẤT CẢ" in page
    assert stops(as_farmer.get(f"/vuon/{second.public_id}").text) != [f"{garden.path}/dung"]


@ON_SQLITE
def test_who_may_not_stop_sees_no_stop(
    garden: Garden, session: Session, log_in: LogIn, second: Greenhouse
) -> None:
    member = garden.seeded.manager
    words = sa.text("UPDATE membership SET role = 'officer' WHERE account_id = :who")
    session.connection().execute(words, {"who": member.account.id})
    session.commit()
    officer = log_in(member)
    for path in ("/vuon", garden.path, "/nhat-ky", "/canh-bao", f"{garden.zone_path}/cai-dat"):
        assert stops(officer.get(path).text) == [], path
    assert officer.post("/vuon/dung", data=TAP).status_code == 403
    assert commands(garden.engine) == []
    assert second.id


@ON_SQLITE
def test_one_tap_stops_all_and_each_house_says_how_far_it_is(
    garden: Garden, second: Greenhouse, as_farmer: TestClient
) -> None:
    garden.sample(fill=0.9)
    page = as_farmer.post("/vuon/dung", data=TAP)
    assert page.url.path == "/vuon"
    ours, other = commands(garden.engine)
    assert {ours.op, other.op} == {Op.STOP}
    assert ours.device_id != other.device_id
    assert page.text.count("Đang dừng…</p>") == 1
    assert "Chưa tới được máy. Gạt công tắc đỏ trên tủ điện." in page.text, "it never spoke"
    assert page.text.count("data-again") == 1, "the page looks again for whoever may answer"
    garden.event(EventKind.MODE, state="hold")
    garden.event(EventKind.STOPPED, zone=None, n=ours.stop_number)
    page = as_farmer.get("/vuon")
    assert "Đã dừng. Van đóng." in page.text
    assert "data-again" not in page.text
    assert second.name in page.text


def test_a_second_tap_stops_nothing_twice_and_nobody_else(
    garden: Garden, second: Greenhouse, clock: FixedClock
) -> None:
    principal = garden.seeded.farmer.principal
    with Session(writing(garden.engine), expire_on_commit=False) as session, session.begin():
        stop_everywhere(session, principal, clock.now(), "tapped-once")
        stopped = stop_everywhere(session, principal, clock.now(), "tapped-once")
    assert [one.id for one in stopped] == [one.id for one in commands(garden.engine)]
    assert {one.cooperative_id for one in stopped} == {second.cooperative_id}
    assert len(stopped) == 2


@ON_SQLITE
def test_where_nothing_is_joined_there_is_nothing_to_stop(
    garden: Garden, as_neighbour: TestClient
) -> None:
    assert as_neighbour.post("/vuon/dung", data=TAP).status_code == 409
    assert commands(garden.engine) == []


@ON_SQLITE
def test_a_stop_on_a_page_put_aside_stops_again(
    garden: Garden, as_farmer: TestClient, clock: FixedClock
) -> None:
    """A browser shows a page of before with its key; water may have begun since."""
    as_farmer.post(f"{garden.path}/dung", data=TAP)
    (first,) = commands(garden.engine)
    clock.advance(minutes=1)
    as_farmer.post(f"{garden.path}/dung", data=TAP)
    assert len(commands(garden.engine)) == 1, "it is still on its way"
    garden.event(EventKind.STOPPED, zone=None, n=first.stop_number)
    as_farmer.post(f"{garden.path}/dung", data=TAP)
    again = commands(garden.engine)
    assert [one.state for one in again] == [CommandState.DONE, CommandState.SENDING]
    assert again[1].issued_at - first.issued_at == timedelta(minutes=1)
