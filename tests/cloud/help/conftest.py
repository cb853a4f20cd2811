"""A helper of the seeded cooperative, and their telephone beside the farmer's."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import Session

from cloud.db import writing
from cloud.principal import Role
from tests.cloud.client import TestClient
from tests.cloud.conftest import FixedClock, Member, Seeded, _member

OWN = "/tai-khoan/giup"


@dataclass
class Pair:
    """Two telephones on one table."""

    app: FastAPI
    farmer: TestClient
    helper: TestClient

    def code(self, lasts: str = "once") -> str:
        self.farmer.post(OWN, data={"lasts": lasts})
        (code,) = re.findall(r'<p class="big">(\d{6})</p>', self.farmer.get(OWN).text)
        return str(code)

    def type(self, code: str) -> int:
        answer = self.helper.post("/giup", data={"code": code}, follow_redirects=False)
        return answer.status_code

    def begin(self, lasts: str = "once") -> None:
        assert self.type(self.code(lasts)) == 303
        assert self.stands_in()

    def begin_again(self) -> int:
        """By the first of the consents that the helper's page shows."""
        (address, *_) = re.findall(r'action="(/giup/[^"]+)"', self.helper.get("/giup").text)
        return self.helper.post(address, follow_redirects=False).status_code

    def done(self) -> None:
        assert self.helper.post("/giup/xong", follow_redirects=False).status_code == 303

    def stands_in(self) -> bool:
        return "Xong, trả lại máy" in self.helper.get("/giup").text

    def told(self) -> bool:
        """Whether the farmer's own pages say that somebody acts for them."""
        return "đang làm thay bạn." in self.farmer.get("/vuon").text


@pytest.fixture
def helper(engine: Engine, seeded: Seeded, clock: FixedClock) -> Member:
    with Session(writing(engine), expire_on_commit=False) as session, session.begin():
        made = _member(session, seeded.cooperative, "0912000004", Role.HELPER, clock.now())
        made.account.name = "Chị Lan"
    return made


@pytest.fixture
def pair(
    app: FastAPI, as_farmer: TestClient, helper: Member, log_in: Callable[[Member], TestClient]
) -> Pair:
    return Pair(app, as_farmer, log_in(helper))
