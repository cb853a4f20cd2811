"""What is counted, and that no count names anybody."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from prometheus_client import generate_latest
from sqlalchemy import Engine
from sqlmodel import Session

from cloud.db import make_engine, writing
from cloud.devices import service as devices
from cloud.devices.models import DeviceSession
from cloud.gauges import SILENT_AFTER, StoredCollector
from cloud.metrics import Meters
from cloud.telemetry.models import EpochState, Quarantine
from tests.cloud.client import TestClient
from tests.cloud.conftest import FixedClock, Seeded

PHONE = "0912000002"


def lines(app: FastAPI) -> dict[str, float]:
    text = generate_latest(app.state.meters.registry).decode()
    pairs = (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, value in pairs}


def test_answers_are_counted_by_the_template_of_their_route(
    client: TestClient, app: FastAPI
) -> None:
    client.get("/loi-moi/secret-token")
    client.get("/static/app.css")
    client.get(f"/{PHONE}")
    client.request("BREW", "/healthz")
    client.post("/dang-nhap", headers={"Origin": "https://evil.example"})
    told = {name: count for name, count in lines(app).items() if "http_requests_total" in name}
    assert told == {
        'vuonso_http_requests_total{method="GET",route="/loi-moi/{token}",status="410"}': 1,
        'vuonso_http_requests_total{method="GET",route="/static",status="200"}': 1,
        'vuonso_http_requests_total{method="GET",route="other",status="404"}': 1,
        'vuonso_http_requests_total{method="other",route="/healthz",status="405"}': 1,
        'vuonso_http_requests_total{method="POST",route="other",status="403"}': 1,
    }
    assert lines(app)["vuonso_http_answer_seconds_count"] == 5


def test_the_database_tells_of_devices_commands_and_quarantine(
    engine: Engine, app: FastAPI, seeded: Seeded, clock: FixedClock
) -> None:
    device, now = seeded.device.id, clock.now()
    with Session(writing(engine)) as session, session.begin():
        for boot, last in (("b1", 10), ("b2", 120)):
            session.add(
                DeviceSession(
                    device_id=device,
                    epoch="e1",
                    boot=boot,
                    session=1,
                    born_at=now,
                    heard_at=now,
                    birth={"last": last},
                )
            )
        session.add(EpochState(device_id=device, epoch="e1", upto=100, have=[], changed_at=now))
        devices.request_stop(session, seeded.manager.principal, seeded.greenhouse.public_id, now)
        for sender in ("", device):
            session.add(_set_aside(sender, now))
    told = lines(app)
    assert told['vuonso_devices{heard="yes"}'] == 1
    assert told["vuonso_rows_received"] == 100
    assert told["vuonso_alerts_unreached"] == 0
    assert told["vuonso_device_rows_behind"] == told["vuonso_device_rows_behind_most"] == 20
    assert told['vuonso_commands_newest{op="stop",state="sending"}'] == 1
    assert told['vuonso_quarantined_total{reason="not_json"}'] == 14
    clock.advance(seconds=(SILENT_AFTER + timedelta(seconds=1)).total_seconds())
    told = lines(app)
    assert (told['vuonso_devices{heard="yes"}'], told['vuonso_devices{heard="no"}']) == (0, 1)


def test_a_device_that_never_spoke_is_silent(app: FastAPI, seeded: Seeded) -> None:
    assert seeded.device.id
    assert lines(app)['vuonso_devices{heard="no"}'] == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_count_names_anybody(
    app: FastAPI, seeded: Seeded, log_in: Callable[..., TestClient]
) -> None:
    log_in(seeded.manager).get("/htx/thanh-vien")
    told = "\n".join(lines(app))
    names = (PHONE, PHONE[1:], seeded.device.id, seeded.manager.account.name)
    assert not [name for name in names if name in told]
    values = set(re.findall(r'="([^"]*)"', told))
    assert not [value for value in values if re.search(r"[0-9]{4,}", value)]


def test_a_database_that_is_away_yields_no_figures(tmp_path: Path, clock: FixedClock) -> None:
    engine, meters = make_engine(f"sqlite:///{tmp_path}/nowhere/cloud.db"), Meters()
    meters.registry.register(StoredCollector(engine, clock))
    assert b"vuonso_devices" not in generate_latest(meters.registry)
    engine.dispose()


def test_a_pool_in_use_is_seen(engine: Engine, app: FastAPI) -> None:
    with engine.connect(), engine.connect():
        assert lines(app)["vuonso_database_pool_used"] >= 2
    assert lines(app)["vuonso_database_pool_used"] == 0


def _set_aside(sender: str, now: object) -> Quarantine:
    return Quarantine.model_validate(
        {
            "device_id": sender,
            "reason": "not_json",
            "count": 7,
            "topic": "",
            "detail": "",
            "payload": b"",
            "size": 0,
            "first_at": now,
            "last_at": now,
        }
    )
