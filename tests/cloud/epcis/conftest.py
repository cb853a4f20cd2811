"""A program with a key, and small documents of events."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import Session

from cloud.db import writing
from cloud.tokens import service as tokens
from cloud.tokens.models import Scope, TokenForm
from tests.cloud.client import TestClient
from tests.cloud.conftest import Member, Seeded


def program(app: FastAPI, engine: Engine, manager: Member, scope: Scope) -> TestClient:
    """A program that shows a fresh key, and tells no origin."""
    form = TokenForm(name="Phần mềm thử", scope=scope)
    now = app.state.clock.now()
    with Session(writing(engine)) as session, session.begin():
        key = tokens.make(session, manager.principal, form, now)
    headers = {"Authorization": f"Bearer {key}"}
    return TestClient(app, headers=headers, raise_server_exceptions=False)


@pytest.fixture
def writer(app: FastAPI, engine: Engine, seeded: Seeded) -> Iterator[TestClient]:
    with program(app, engine, seeded.manager, Scope.WRITE) as client:
        yield client


@pytest.fixture
def reader(app: FastAPI, engine: Engine, seeded: Seeded) -> Iterator[TestClient]:
    with program(app, engine, seeded.manager, Scope.READ) as client:
        yield client


@pytest.fixture
def stranger(app: FastAPI, engine: Engine, seeded: Seeded) -> Iterator[TestClient]:
    """A program of another cooperative."""
    with program(app, engine, seeded.neighbour, Scope.WRITE) as client:
        yield client
