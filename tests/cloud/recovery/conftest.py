"""Somebody who forgot their password, at their own telephone."""

import re

import pytest
from fastapi import FastAPI

from tests.cloud.client import TestClient
from tests.cloud.conftest import Seeded

NEW = "mây trắng gió hiền"


class Phone:
    """The telephone of somebody who forgot their password."""

    def __init__(self, app: FastAPI, number: str) -> None:
        self.client = TestClient(
            app, headers={"Origin": "http://testserver"}, follow_redirects=False
        )
        self.page = ""
        self.ask(number)

    def ask(self, number: str) -> int:
        answer = self.client.post("/quen-mat-khau", data={"phone": number})
        self.page = answer.headers.get("location", "")
        return answer.status_code

    @property
    def code(self) -> str:
        (code,) = re.findall(r'<p class="big">(\d{6})</p>', self.client.get(self.page).text)
        return str(code)

    def choose(self, password: str = NEW) -> int:
        return self.client.post(self.page, data={"new": password}).status_code

    @property
    def inside(self) -> bool:
        return self.client.get("/vuon").status_code == 200


@pytest.fixture
def phone(app: FastAPI, seeded: Seeded) -> Phone:
    return Phone(app, seeded.farmer.phone)
