"""Guesses sent at the same moment: no gap between asking and counting, nobody waits for a hash."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier

import pytest
from fastapi import FastAPI, Request
from sqlalchemy import Engine, text
from sqlalchemy.pool import QueuePool
from sqlmodel import Session

from cloud.accounts import cookies
from cloud.accounts.hashes import Hashes
from cloud.accounts.throttle import PAIR
from cloud.db import writing
from tests.cloud.client import TestClient
from tests.cloud.conftest import PASSWORD, FixedClock, Seeded
from tests.cloud.hashing import Cheap, cheap

ORIGIN = {"Origin": "http://testserver"}
TOGETHER = 24


def test_guesses_sent_together_are_counted_one_by_one(app: FastAPI, seeded: Seeded) -> None:
    app.state.hashes, hasher = cheap()
    before = hasher.checked

    def guess(number: int) -> int:
        form = {"phone": seeded.farmer.phone, "password": f"sai rồi {number}"}
        return TestClient(app, headers=ORIGIN).post("/dang-nhap", data=form).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(TOGETHER)))
    assert answers == [401] * TOGETHER
    assert hasher.checked - before == PAIR.burst


def test_the_right_password_sent_together_lets_everybody_in(app: FastAPI, seeded: Seeded) -> None:
    def enter(_number: int) -> int:
        form = {"phone": seeded.farmer.phone, "password": PASSWORD}
        client = TestClient(app, headers=ORIGIN, follow_redirects=False)
        return client.post("/dang-nhap", data=form).status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(enter, range(PAIR.burst))) == {303}


@dataclass
class Busy(Cheap):
    """While it computes, somebody else has to write: a Pi delivers its readings."""

    engine: Engine | None = None

    def verify(self, password: str | bytes, hash: str | bytes) -> bool:  # noqa: A002  # pwdlib's word
        if self.engine is not None:
            with Session(writing(self.engine)) as session, session.begin():
                session.connection().execute(text("DELETE FROM known_browser"))
        return super().verify(password, hash)


def test_others_write_while_a_hash_is_computed(
    app: FastAPI, engine: Engine, client: TestClient, seeded: Seeded
) -> None:
    app.state.hashes = Hashes((Busy(engine=engine),))
    form = {"phone": seeded.farmer.phone, "password": PASSWORD}
    assert client.post("/dang-nhap", data=form, follow_redirects=False).status_code == 303


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_comes_back_at_once_waits_for_nobodys_second_connection(
    app: FastAPI, as_farmer: TestClient, engine: Engine, clock: FixedClock
) -> None:
    """As many as there are connections, each with one in hand and its last look long ago."""
    assert isinstance(engine.pool, QueuePool)
    count = engine.pool.size() + engine.pool._max_overflow
    clock.advance(days=2)
    cookie = f"sid={as_farmer.cookies['sid']}".encode()
    everybody_has_one = Barrier(count)

    def come_back(_number: int) -> bool:
        request = Request({"type": "http", "app": app, "headers": [(b"cookie", cookie)]})
        with Session(engine) as session, session.begin():
            session.connection()
            everybody_has_one.wait()
            return cookies.identify(session, request) is not None

    with ThreadPoolExecutor(count) as pool:
        assert list(pool.map(come_back, range(count))) == [True] * count
