"""Alive and ready: a bare word outside, every vital with its reason inside."""

import socket
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from sqlalchemy.exc import OperationalError

from cloud.db import make_engine
from cloud.errors import ConfigurationError
from cloud.health import Check, Finding, Vital, Vitals
from cloud.internal import listening, opened
from cloud.settings import Settings
from cloud.vitals import watch
from tests.cloud.client import TestClient

FILES = Path("/proc/self/fd")

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def away() -> bool:
    raise OperationalError("select 1", None, Exception("password=secret refused"))


def full() -> bool:
    raise OSError(28, "No space left on device")


@on_sqlite
def test_outside_one_word_tells_whether_all_is_well(client: TestClient, app: FastAPI) -> None:
    assert client.get("/healthz").json() == {"alive": True}
    app.state.vitals.add("broker", lambda: True)
    assert client.get("/readyz").json() == {"ready": True}
    app.state.vitals.add("ingest", lambda: "the loop stands")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"ready": False})


@on_sqlite
def test_what_is_not_urgent_sends_nobody_away(client: TestClient, app: FastAPI) -> None:
    app.state.vitals.add("backup", lambda: False, urgent=False)
    assert client.get("/readyz").json() == {"ready": True}
    told = {vital.name: vital.ok for vital in app.state.vitals.findings()}
    assert told["backup"] is False


SAYINGS: tuple[tuple[Check, Finding], ...] = (
    (lambda: True, Finding(ok=True)),
    (lambda: False, Finding(ok=False)),
    (lambda: "", Finding(ok=True)),
    (lambda: "two workers silent", Finding(False, "two workers silent")),
    (lambda: Finding(True, "an hour old", 3600.0), Finding(True, "an hour old", 3600.0)),
    (away, Finding(False, "OperationalError")),
    (full, Finding(False, "OSError")),
)


@pytest.mark.parametrize("number", range(len(SAYINGS)))
def test_a_check_answers_in_a_word_or_in_a_sentence(number: int) -> None:
    said, meant = SAYINGS[number]
    vitals = Vitals()
    vitals.add("it", said)
    assert vitals.findings() == [Vital("it", True, meant.ok, meant.reason, meant.age_s)]


def test_an_old_schema_and_a_missing_one_are_told(settings: Settings) -> None:
    vitals, engine = Vitals(), make_engine("sqlite://")
    watch(vitals, settings, engine)
    told = {vital.name: vital for vital in vitals.findings()}
    engine.dispose()
    assert told["database"].ok
    assert "vuonso cloud migrate" in told["schema"].reason
    assert told["disk"].reason.endswith(" MB free")


def test_inside_every_vital_is_told_with_its_reason_and_age() -> None:
    vitals = Vitals()
    vitals.add("broker", lambda: True)
    vitals.add("backup", lambda: Finding(False, "too old", 90_000.0), urgent=False)
    with opened(0, vitals, CollectorRegistry()) as port:
        answer = httpx2.get(f"http://127.0.0.1:{port}/readyz")
        assert answer.status_code == 200
        assert answer.json()["vitals"][1] == {
            "name": "backup",
            "urgent": False,
            "ok": False,
            "reason": "too old",
            "age_s": 90_000.0,
        }
        vitals.add("ingest", lambda: False)
        assert httpx2.get(f"http://127.0.0.1:{port}/readyz").status_code == 503
        assert httpx2.get(f"http://127.0.0.1:{port}/healthz").json() == {"alive": True}
        assert httpx2.get(f"http://127.0.0.1:{port}/etc/passwd").status_code == 404


def test_a_silent_caller_keeps_nobody_waiting_and_no_process_alive() -> None:
    with opened(0, Vitals(), CollectorRegistry()) as port:
        callers = [socket.create_connection(("127.0.0.1", port)) for _ in range(20)]
        assert httpx2.get(f"http://127.0.0.1:{port}/healthz").status_code == 200
    for caller in callers:
        caller.close()


def test_a_port_that_is_taken_is_named() -> None:
    registry = CollectorRegistry()
    with (
        opened(0, Vitals(), registry) as port,
        pytest.raises(ConfigurationError, match=f"VUONSO_INTERNAL_PORT.*{port}"),
        listening(port, Vitals(), registry),
    ):
        pass


def test_without_a_port_nothing_listens() -> None:
    before = len(list(FILES.iterdir()))
    with listening(0, Vitals(), CollectorRegistry()) as port:
        assert port == 0
        assert len(list(FILES.iterdir())) == before
