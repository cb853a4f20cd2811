"""Keys of programs: made and taken back by a manager, shown once, good for events alone."""

import re
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import Session, select

from cloud.audit.models import AuditEntry
from cloud.audit.rules import AuditAction
from cloud.db import writing
from cloud.members import service as members
from cloud.permissions import Permission, may
from cloud.principal import Role
from cloud.tokens import service
from cloud.tokens.bearer import MOST_REQUESTS, WINDOW_S, Allowance
from cloud.tokens.models import ApiToken, Scope, TokenForm
from tests.cloud.client import TestClient
from tests.cloud.conftest import FixedClock, Member, Seeded, prove

PAGE = "/htx/phan-mem"
EVENTS = "/epcis/events"


def made(manager: TestClient, scope: str = "read") -> str:
    """The key as the page shows it."""
    page = manager.post(PAGE, data={"name": "Siêu thị", "scope": scope}).text
    (key,) = re.findall(r'value="(vs_[\w-]+)"', page)
    return str(key)


def status(app: FastAPI, key: str, method: str = "GET", path: str = EVENTS) -> int:
    client = TestClient(app, headers={"Authorization": f"Bearer {key}"})
    return client.request(method, path).status_code


def test_a_key_is_shown_once_and_opens_events_alone(
    app: FastAPI, as_manager: TestClient, engine: Engine
) -> None:
    key = made(as_manager)
    assert key not in as_manager.get(PAGE).text
    with Session(engine) as session:
        (row,) = session.exec(select(ApiToken)).all()
        assert key not in repr(row)
    assert status(app, key) == 200
    assert status(app, key, "POST", "/epcis/capture") == 403
    assert status(app, key, "GET", "/api/v1/lots") == 401
    assert status(app, key, "POST", "/api/v1/lots") == 403, "no program is let through the door"
    assert status(app, made(as_manager, "write"), "POST", "/epcis/capture") == 415


def test_a_key_that_was_taken_back_opens_nothing(
    app: FastAPI, as_manager: TestClient, as_neighbour: TestClient, engine: Engine
) -> None:
    key = made(as_manager)
    (token,) = re.findall(r"/htx/phan-mem/(\w+)/thu-lai", as_manager.get(PAGE).text)
    assert as_neighbour.post(f"{PAGE}/{token}/thu-lai").status_code == 404
    assert status(app, key) == 200
    assert as_manager.post(f"{PAGE}/{token}/thu-lai").status_code == 200
    assert status(app, key) == 401
    with Session(engine) as session:
        deeds = session.exec(select(AuditEntry.action)).all()
    assert {AuditAction.PROGRAM_LET_IN, AuditAction.PROGRAM_SHUT_OUT} <= set(deeds)


def test_a_wrong_key_is_not_made_up_for_by_a_cookie(as_manager: TestClient) -> None:
    assert as_manager.get(EVENTS).status_code == 200
    answer = as_manager.get(EVENTS, headers={"Authorization": "Bearer vs_nobody"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["type"] == "epcisException:SecurityException"


def test_a_key_ages_and_falls_with_its_maker(
    engine: Engine, seeded: Seeded, clock: FixedClock
) -> None:
    form = TokenForm(name="Siêu thị", scope=Scope.WRITE)
    with Session(writing(engine)) as session, session.begin():
        key = service.make(session, seeded.manager.principal, form, clock.now())
        found = service.holder(session, key, clock.now())
        assert found is not None
        assert may(found.principal, Permission.EPCIS_WRITE)
        assert not may(found.principal, Permission.LOT_READ)
        assert service.holder(session, key, clock.now() + service.LIFE) is None
        _step_down(session, seeded.manager, seeded.farmer, clock)
        assert service.holder(session, key, clock.now() + timedelta(days=1)) is None


def _step_down(session: Session, manager: Member, heir: Member, clock: FixedClock) -> None:
    """Somebody else manages, and the manager packs."""
    by = manager.principal
    members.change_role(session, by, heir.account.public_id, Role.MANAGER, clock.now())
    members.change_role(session, by, manager.account.public_id, Role.PACKER, clock.now())


def test_making_a_key_asks_for_the_password_and_has_an_end(
    as_manager: TestClient, clock: FixedClock
) -> None:
    clock.advance(hours=1)
    form = {"name": "Siêu thị", "scope": "read"}
    assert "/tai-khoan/xac-nhan" in str(as_manager.post(PAGE, data=form).url)
    prove(as_manager)
    for _key in range(service.MOST):
        made(as_manager)
    assert as_manager.post(PAGE, data=form).status_code == 409


@pytest.mark.parametrize("keys", [1, 3])
def test_each_key_has_so_many_requests_a_minute(keys: int) -> None:
    allowance = Allowance()
    for key in map(str, range(keys)):
        taken = [allowance.take(key, now=0.0) for _request in range(MOST_REQUESTS + 1)]
        assert taken == [True] * MOST_REQUESTS + [False]
    assert allowance.take("0", now=WINDOW_S)
