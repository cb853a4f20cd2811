"""A Mosquitto that somebody else runs: told who may come in, and who no longer."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from stat import S_IMODE

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from cloud import cli
from cloud.app import create_app
from cloud.broker import canary, export, files, lint
from cloud.broker.address import LOOPBACK, BrokerAddress, Login
from cloud.broker.caller import Caller
from cloud.broker.canary import Canary
from cloud.broker.passwords import hash_password, verify
from cloud.broker.services import Services, services_of
from cloud.clock import SystemClock
from cloud.commands.answers import USAGE_ERROR
from cloud.db import writing
from cloud.devices.models import Device
from cloud.settings import Settings
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, Seeded
from tests.cloud.rogue.conftest import HAS_MOSQUITTO
from tests.edge.broker import PATIENCE_S, Broker, until
from wire import topics
from wire.topics import CANARY, DECOY, Down, Up

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
needs_mosquitto = pytest.mark.skipif(not HAS_MOSQUITTO, reason="mosquitto is not installed")
Words = pytest.CaptureFixture[str]
Export = Callable[[], str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "theirs"
    made.mkdir()
    return made


@pytest.fixture
def exported(
    folder: Path,
    tmp_path: Path,
    database_url: str,
    seeded: Seeded,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Words,
) -> Export:
    """The command at the seeded database; returns what it said."""
    assert seeded.device.id
    monkeypatch.setenv("VUONSO_DATABASE_URL", database_url)
    monkeypatch.setenv("VUONSO_DEMO", "true")

    def run() -> str:
        words = ["broker", "export", str(folder), "--data", str(tmp_path)]
        assert cli.main(words) == 0
        return capsys.readouterr().out

    return run


@pytest.fixture
def services(tmp_path: Path) -> Services:
    return services_of(Settings(data_dir=tmp_path / "cloud"))


@pytest.fixture
def theirs(exported: Export, folder: Path, tmp_path: Path) -> Iterator[Broker]:
    """Their own configuration, which includes the exported one."""
    exported()
    broker = Broker(tmp_path, lines=(f"include_dir {folder}",))
    yield broker
    broker.kill()


def reread(broker: Broker) -> None:
    """What `systemctl reload mosquitto` does."""
    assert broker._process is not None
    broker._process.send_signal(signal.SIGHUP)


def address_of(broker: Broker) -> BrokerAddress:
    return BrokerAddress(LOOPBACK, broker.port)


def admits(broker: Broker, login: Login) -> bool:
    with Caller(address_of(broker), login) as caller:
        return caller.admitted


def change(engine: Engine, seeded: Seeded, **values: object) -> None:
    with Session(writing(engine)) as session, session.begin():
        device = session.get_one(Device, seeded.device.id)
        for name, value in values.items():
            setattr(device, name, value)


@on_sqlite
@needs_mosquitto
def test_a_device_comes_in_after_an_export_and_stays_out_after_the_next(
    theirs: Broker, exported: Export, engine: Engine, seeded: Seeded
) -> None:
    device = Login(seeded.device.id, "a password of its own")
    assert not admits(theirs, device)
    change(engine, seeded, broker_hash=hash_password(device.password))
    assert "changed" in exported()
    reread(theirs)
    until(lambda: admits(theirs, device))
    assert not admits(theirs, Login(device.name, "another's"))
    with Caller(address_of(theirs), device) as inside:
        change(engine, seeded, struck_off_at=START)
        exported()
        reread(theirs)
        until(lambda: not inside._client.is_connected())
    assert not admits(theirs, device)


@on_sqlite
@needs_mosquitto
def test_a_device_reads_and_writes_nothing_of_others(
    theirs: Broker, exported: Export, engine: Engine, seeded: Seeded, services: Services
) -> None:
    device = Login(seeded.device.id, "a password of its own")
    change(engine, seeded, broker_hash=hash_password(device.password))
    exported()
    reread(theirs)
    until(lambda: admits(theirs, device))
    with (
        Caller(address_of(theirs), services.aviary.watcher) as watcher,
        Caller(address_of(theirs), device) as inside,
    ):
        watcher.listen(topics.up_filter(DECOY), topics.up_filter(CANARY))
        inside.listen(topics.down_filter(CANARY), topics.down_filter(device.name))
        inside.say(topics.up(DECOY, Up.LIVE), b"as another")
        watcher.say(topics.down(CANARY, Down.ACK), b"to another")
        with Caller(address_of(theirs), services.aviary.canary) as other:
            other.say(topics.up(CANARY, Up.LIVE), b"the end")
            assert watcher.hears(b"the end")
        assert [payload for _topic, payload in watcher.heard] == [b"the end"]
        assert inside.heard == []


@on_sqlite
@needs_mosquitto
def test_the_canary_finds_the_exported_rules_kept_and_a_broker_without_them_open(
    theirs: Broker, services: Services, folder: Path, engine: Engine, tmp_path: Path
) -> None:
    app = create_app(Settings(data_dir=tmp_path / "cloud"), engine, SystemClock())
    bird = Canary(address_of(theirs), services.aviary, patience_s=2.0)
    app.state.vitals.add("rules", lambda: bird.trouble)
    client = TestClient(app)
    assert bird.look().words == "the broker keeps its rules"
    assert client.get("/readyz").status_code == 200
    (folder / files.ACCESS).write_text("topic readwrite #\npattern readwrite #\n")
    reread(theirs)
    until(lambda: not bird.look().good)
    assert canary.OPEN in bird.trouble
    assert client.get("/readyz").status_code == 503


@on_sqlite
def test_an_export_without_news_touches_no_file(
    exported: Export, folder: Path, engine: Engine, seeded: Seeded
) -> None:
    assert "changed" in exported()
    before = {path: path.stat().st_ino for path in folder.iterdir()}
    assert exported() == ""
    assert {path: path.stat().st_ino for path in folder.iterdir()} == before
    change(engine, seeded, broker_hash=hash_password("another"))
    assert "changed" in exported()
    (changed,) = [path for path, inode in before.items() if path.stat().st_ino != inode]
    assert changed.name == files.PASSWORDS


@on_sqlite
def test_files_are_for_their_owner_and_stay_for_whom_the_operator_gave_them_to(
    exported: Export, folder: Path, engine: Engine, seeded: Seeded
) -> None:
    exported()
    passwords = folder / files.PASSWORDS
    assert S_IMODE(passwords.stat().st_mode) == 0o600
    passwords.chmod(0o640)
    change(engine, seeded, broker_hash=hash_password("another"))
    exported()
    assert S_IMODE(passwords.stat().st_mode) == 0o640


@on_sqlite
@pytest.mark.usefixtures("exported")
def test_who_follows_writes_what_is_news_by_himself_and_ends_when_asked(
    folder: Path, engine: Engine, seeded: Seeded, tmp_path: Path
) -> None:
    passwords = folder / files.PASSWORDS
    words = ["broker", "export", str(folder), "--follow", "--data", str(tmp_path)]
    process = subprocess.Popen([sys.executable, "-m", "vuonso", "cloud", *words])
    try:
        until(passwords.exists)
        fresh = hash_password("another")
        change(engine, seeded, broker_hash=fresh)
        until(lambda: fresh in passwords.read_text())
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
    finally:
        process.kill()
        process.wait()


@on_sqlite
def test_what_is_exported_has_nothing_open(exported: Export, folder: Path) -> None:
    exported()
    text = (folder / export.CONFIGURATION).read_text()
    assert lint.findings(f"listener 1883 127.0.0.1\n{text}") == []


def test_a_folder_that_is_not_there_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Words
) -> None:
    monkeypatch.setenv("VUONSO_DEMO", "true")
    words = ["broker", "export", str(tmp_path / "none"), "--data", str(tmp_path)]
    assert cli.main(words) == USAGE_ERROR
    assert str(tmp_path / "none") in capsys.readouterr().err


def test_a_line_that_is_no_hash_is_written_anew(services: Services) -> None:
    name = services.probe.name
    found = services.hashes({name: "$7$no$hash"})
    assert verify(services.probe.password, found[name])
    assert services.hashes(found) == found
