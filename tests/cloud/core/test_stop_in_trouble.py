"""STOP stands on pages of trouble too, whatever the trouble is: also when there is no database."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import Session, select

from cloud.db import make_engine, writing
from cloud.devices.models import Command
from cloud.members import service as members
from cloud.principal import Role
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, Member, Seeded
from wire.codes import Op

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

STOP = 'action="/vuon/dung"'
SWITCH = "Gạt công tắc đỏ trên tủ điện."
NOWHERE = "/khong-co-trang-nay"


@pytest.fixture
def broken(as_farmer: TestClient, app: FastAPI, tmp_path: Path) -> Iterator[TestClient]:
    """A farmer's telephone at a service whose database is gone."""
    whole, gone = app.state.engine, make_engine(f"sqlite:///{tmp_path / 'no' / 'cloud.db'}")
    app.state.engine = gone
    headers = dict(as_farmer.headers)
    yield TestClient(
        app, headers=headers, cookies=as_farmer.cookies, raise_server_exceptions=False
    )
    app.state.engine = whole
    gone.dispose()


@pytest.mark.parametrize("address", [NOWHERE, "/vuon/khong-co-nha", "/nhat-ky/khong-co"])
def test_a_page_that_is_not_there_stops_the_water(
    as_farmer: TestClient, seeded: Seeded, engine: Engine, address: str
) -> None:
    page = as_farmer.get(address)
    assert page.status_code == 404
    assert STOP in page.text
    assert SWITCH not in page.text, "nothing has failed to be stopped"
    as_farmer.post("/vuon/dung", data={"key": "key-of-the-page", "back": "/vuon"})
    with Session(engine) as session:
        (stop,) = session.exec(select(Command)).all()
    assert (stop.op, stop.device_id) == (Op.STOP, seeded.device.id)


def test_without_a_database_there_is_still_a_way_to_stop(broken: TestClient) -> None:
    page = broken.get("/vuon")
    assert page.status_code == 500
    assert STOP in page.text


@pytest.mark.parametrize("address", ["/vuon/dung", "/vuon/khong-co/dung"])
def test_a_stop_that_did_not_arrive_says_what_hands_can_do(
    broken: TestClient, address: str
) -> None:
    page = broken.post(address, data={"key": "key-of-the-page", "back": "/vuon"})
    assert page.status_code == 500
    assert SWITCH in page.text
    assert STOP in page.text


def test_who_is_not_logged_in_is_shown_no_stop(client: TestClient) -> None:
    assert STOP not in client.get(NOWHERE).text


def test_who_may_not_stop_is_shown_none_where_that_is_known(
    seeded: Seeded, engine: Engine, log_in: Callable[[Member], TestClient]
) -> None:
    with Session(writing(engine)) as session, session.begin():
        by, farmer = seeded.manager.principal, seeded.farmer.account.public_id
        members.change_role(session, by, farmer, Role.HELPER, START)
    page = log_in(seeded.farmer).get("/vuon/khong-co-nha")
    assert page.status_code == 404
    assert STOP not in page.text
