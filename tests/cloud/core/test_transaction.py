"""One request is one transaction, and it is over before the answer leaves."""

from datetime import UTC, datetime

import pytest
from fastapi import Depends, FastAPI
from sqlalchemy import Engine, event
from sqlalchemy.exc import StatementError
from sqlmodel import Session, select

from cloud.cooperatives.models import Cooperative
from cloud.db import UtcDateTime, new_public_id, writing
from cloud.errors import Conflict
from cloud.permissions import public
from cloud.transaction import SessionDep
from tests.cloud.client import TestClient

MOMENT = datetime(2026, 3, 2, 1, 2, 3, 456789, tzinfo=UTC)


def found(name: str) -> Cooperative:
    return Cooperative(name=name, address="", phone="", created_at=MOMENT)


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    def write(session: SessionDep) -> str:
        session.add(found("kept"))
        return "written"

    def refuse(session: SessionDep) -> str:
        session.add(found("dropped"))
        session.flush()
        raise Conflict

    for path, endpoint in (("/write", write), ("/refuse", refuse)):
        app.add_api_route(path, endpoint, methods=["POST"], dependencies=[Depends(public())])
    return TestClient(app, headers={"Origin": "http://testserver"}, raise_server_exceptions=False)


def names(engine: Engine) -> list[str]:
    with Session(engine) as session:
        return list(session.exec(select(Cooperative.name)))


def test_what_a_route_wrote_is_there_when_the_answer_is(
    client: TestClient, engine: Engine
) -> None:
    assert client.post("/write").status_code == 200
    assert names(engine) == ["kept"]


def test_a_refusal_takes_everything_back(client: TestClient, engine: Engine) -> None:
    assert client.post("/refuse").status_code == 409
    assert names(engine) == []


def test_a_commit_that_fails_is_no_success(client: TestClient, engine: Engine) -> None:
    def fail(_connection: object) -> None:
        raise OSError("the disk is full")

    event.listen(engine, "commit", fail)
    assert client.post("/write").status_code == 500
    event.remove(engine, "commit", fail)
    assert names(engine) == []


def test_times_come_back_aware_and_equal(engine: Engine) -> None:
    with Session(writing(engine)) as session, session.begin():
        session.add(found("x"))
    with Session(engine) as session:
        assert session.exec(select(Cooperative)).one().created_at == MOMENT


def test_a_naive_time_is_refused(session: Session) -> None:
    naive = datetime(2026, 1, 1)
    with pytest.raises(StatementError, match="zone"):
        session.exec(select(Cooperative).where(Cooperative.created_at == naive)).all()
    assert UtcDateTime.cache_ok


def test_public_ids_are_short_and_never_the_same() -> None:
    ids = {new_public_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(
        len(one) == 10 and set(one) <= set("0123456789abcdefghjkmnpqrstvwxyz") for one in ids
    )
