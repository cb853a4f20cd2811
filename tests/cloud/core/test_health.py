"""Alive and ready."""

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_service_is_ready_when_all_it_needs_answers(client: TestClient, app: FastAPI) -> None:
    assert client.get("/healthz").json() == {"alive": True}
    app.state.vitals.add("broker", lambda: True)
    assert client.get("/readyz").json() == {"database": True, "broker": True}
    app.state.vitals.add("ingest", lambda: False)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"database": True, "broker": True, "ingest": False}
