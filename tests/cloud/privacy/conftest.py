"""Somebody who has done everything here that leaves a trace of them."""

import re
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy import Engine

from cloud.tables import METADATA
from tests.cloud.client import TestClient
from tests.cloud.conftest import FixedClock, Seeded

NAME = "Trần Thị Dấu Vết"
PHONE = "0913555777"
PASSWORD = "mưa xuân về"
OWN = "/tai-khoan/du-lieu"


@dataclass
class Traced:
    """A farmer by invitation, with a browser, a card, helpers, and a forgotten password."""

    app: FastAPI
    engine: Engine
    client: TestClient
    id: str

    def log_in(self, phone: str = PHONE, password: str = PASSWORD) -> int:
        client = browser(self.app)
        form = {"phone": phone, "password": password}
        return client.post("/dang-nhap", data=form, follow_redirects=False).status_code

    def traces(self, *words: str) -> list[str]:
        """The tables in which one of these words stands anywhere."""
        found = []
        with self.engine.connect() as connection:
            for table in METADATA.sorted_tables:
                rows = " ".join(repr(row) for row in connection.execute(sa.select(table)))
                found += [table.name for word in words if word in rows]
        return found


def browser(app: FastAPI) -> TestClient:
    return TestClient(app, headers={"Origin": "http://testserver"})


@pytest.fixture
def traced(
    app: FastAPI, engine: Engine, as_manager: TestClient, seeded: Seeded, clock: FixedClock
) -> Traced:
    page = as_manager.post("/htx/thanh-vien", data={"name": NAME, "role": "farmer"}).text
    link = "/loi-moi/" + page.split("/loi-moi/", 1)[1].split('"', 1)[0]
    client = browser(app)
    form = {"phone": PHONE, "password": PASSWORD, "agreed": "yes"}
    assert client.post(link, data=form).status_code == 200
    people = as_manager.get("/htx/thanh-vien").text.split(NAME, 1)[1]
    (member, *_more) = re.findall(r"/htx/thanh-vien/(\w+)/the", people)
    card = {"farm": seeded.farm.public_id, "pin": "739104", "again": "739104"}
    assert "H10" in as_manager.post(f"/htx/thanh-vien/{member}/the", data=card).text
    client.post("/tai-khoan/giup", data={"lasts": "month"})
    browser(app).post("/quen-mat-khau", data={"phone": PHONE})
    clock.advance(minutes=1)
    return Traced(app, engine, client, member)
