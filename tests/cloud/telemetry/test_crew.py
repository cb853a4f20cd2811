"""Workers as processes at a real broker: killed, retired, doubled; every row is there once."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from paho.mqtt.client import Client, ConnectFlags
from paho.mqtt.enums import CallbackAPIVersion
from sqlalchemy import Engine, func
from sqlmodel import Session, select

from cloud.broker import plan
from cloud.clock import SystemClock
from cloud.crew import AccountTakenError, account
from cloud.settings import Settings
from cloud.telemetry import workers
from cloud.telemetry.models import Sample
from tests.cloud.telemetry.radio import Radio
from wire.topics import Up

ROOT = Path(__file__).resolve().parents[3]
ROWS = 2_400
PER_MESSAGE = 3
USAGE_ERROR = 2

Process = subprocess.Popen[bytes]
Start = Callable[..., Process]
Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def start(settings: Settings, database_url: str) -> Iterator[Start]:
    """Start `vuonso cloud ingest`; none outlives the test."""
    started: list[Process] = []

    def begin(count: int) -> Process:
        words = [sys.executable, "-m", "vuonso", "cloud", "ingest", "--workers", str(count)]
        environment = {
            "VUONSO_DATA_DIR": str(settings.data_dir),
            "VUONSO_DATABASE_URL": database_url,
        }
        started.append(subprocess.Popen(words, cwd=ROOT, env=environment))
        return started[-1]

    yield begin
    for process in started:
        process.terminate()
        process.wait()


def rows(engine: Engine) -> int:
    with Session(engine) as session:
        return session.exec(select(func.count()).select_from(Sample)).one()


def crew(engine: Engine) -> dict[str, int]:
    """The workers that told of themselves, with their processes."""
    with Session(engine) as session:
        return {worker.name: worker.pid for worker in workers.known(session)}


def has_session(settings: Settings, name: str) -> bool:
    """Whether the broker keeps anything for an account."""
    access = plan.access_of(settings, name)
    client = Client(CallbackAPIVersion.VERSION2, client_id=name, clean_session=False)
    client.username_pw_set(name, access.login.password)
    told, answered = list[bool](), threading.Event()

    def connected(_client: Client, _data: object, flags: ConnectFlags, *_rest: object) -> None:
        told.append(flags.session_present)
        answered.set()

    client.on_connect = connected
    client.connect(access.address.host, access.address.port)
    client.loop_start()
    assert answered.wait(10)
    client.disconnect()
    client.loop_stop()
    return told[0]


def more_rows(engine: Engine, than: int) -> bool:
    return rows(engine) > than


def test_workers_killed_in_turn_lose_and_double_nothing(
    start: Start, engine: Engine, radio: Radio, until: Until
) -> None:
    whole = start(2)
    until(lambda: len(crew(engine)) == 2)
    victims = iter(sorted(crew(engine).values()))
    for count in range(0, ROWS, PER_MESSAGE):
        radio.send(radio.me.say(Up.LIVE, *radio.me.samples(PER_MESSAGE)))
        if count in (ROWS // 4, ROWS // 2):
            until(partial(more_rows, engine, rows(engine)))
            os.kill(next(victims), signal.SIGKILL)
    until(lambda: radio.acked() == ROWS)
    assert rows(engine) == ROWS
    assert sum(1 for _ in victims) == 0, "both were killed"
    whole.terminate()
    assert whole.wait() == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_worker_killed_again_and_again_loses_nothing(
    start: Start, engine: Engine, radio: Radio, until: Until
) -> None:
    worker = start(1)
    until(radio.is_answered)
    for count in range(0, ROWS, PER_MESSAGE):
        radio.send(radio.me.say(Up.LIVE, *radio.me.samples(PER_MESSAGE)))
        if count in (ROWS // 3, 2 * ROWS // 3):
            until(partial(more_rows, engine, rows(engine)))
            worker.send_signal(signal.SIGKILL)
            worker.wait()
            worker = start(1)
    until(lambda: radio.acked() == ROWS)
    assert rows(engine) == ROWS
    worker.terminate()
    assert worker.wait() == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_retired_worker_leaves_nothing_behind(
    start: Start, engine: Engine, radio: Radio, settings: Settings, until: Until
) -> None:
    two = start(2)
    until(lambda: len(crew(engine)) == 2)
    two.send_signal(signal.SIGKILL)  # its children notice and leave
    two.wait()
    until(partial(is_free, settings, "ingest-2"))
    for _ in range(20):
        radio.send(radio.me.say(Up.LIVE, radio.me.sample()))
    start(1)
    until(lambda: radio.acked() == 20)
    until(lambda: list(crew(engine)) == ["ingest-1"])
    assert rows(engine) == 20, "what was dealt to the second is stored"
    assert not has_session(settings, "ingest-2")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_two_processes_never_share_an_account(
    start: Start, engine: Engine, radio: Radio, settings: Settings, until: Until
) -> None:
    first = start(2)
    until(lambda: len(crew(engine)) == 2)
    before = crew(engine)
    assert len(set(before.values())) == 2
    assert not is_free(settings, "ingest-1")
    others = [start(1), start(3)]
    assert [other.wait() for other in others] == [USAGE_ERROR, USAGE_ERROR]
    assert first.poll() is None
    until(radio.is_answered)
    assert {**crew(engine), **before} == crew(engine)


def is_free(settings: Settings, name: str) -> bool:
    try:
        with account(settings, name):
            return True
    except AccountTakenError:
        return False


def test_a_silent_worker_is_told(engine: Engine) -> None:
    clock = SystemClock()
    assert workers.complaint(engine, clock), "there is none at all"
    with Session(engine) as session, session.begin():
        workers.beat(session, "ingest-1", workers.Tally(), clock.now())
    assert workers.complaint(engine, clock) == ""
    with Session(engine) as session, session.begin():
        late = clock.now() - workers.SILENT
        workers.beat(session, "ingest-2", workers.Tally(), late)
    assert workers.complaint(engine, clock) == "silent: ingest-2"
    with Session(engine) as session, session.begin():
        workers.forget(session, "ingest-2")
    assert workers.complaint(engine, clock) == ""
