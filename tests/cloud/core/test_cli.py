"""`vuonso cloud` as its operator types it."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from cloud import cli, seed
from cloud.accounts.models import Account
from cloud.app import create_app
from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.clock import SystemClock
from cloud.commands.answers import BROKEN, USAGE_ERROR
from cloud.db import make_engine, writing
from cloud.devices.models import Device, ZoneBinding
from cloud.permissions import PUBLIC
from cloud.products.models import Shop
from cloud.settings import Settings
from tests.cloud.client import TestClient
from wire import identity

Words = pytest.CaptureFixture[str]
OWN_PAGE = {"Origin": "http://testserver"}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A demonstration's settings, whatever the machine has set."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"VUONSO_{name.upper()}", raising=False)
    monkeypatch.setenv("VUONSO_DEMO", "true")
    return iter(())


@pytest.fixture
def seeded_folder(tmp_path: Path, capsys: Words) -> dict[str, object]:
    """What `seed-demo` said."""
    assert cli.main(["seed-demo", "--data", str(tmp_path)]) == 0
    said: dict[str, object] = json.loads(capsys.readouterr().out)
    return said


def test_seeding_makes_a_cooperative_one_can_enter(
    seeded_folder: dict[str, object], tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path / "cloud")
    engine = make_engine(settings.database)
    client = TestClient(create_app(settings, engine, SystemClock()), headers=OWN_PAGE)
    token = str(seeded_folder["login_link"]).rsplit("/", 1)[1]
    assert client.post(f"/vao/{token}", follow_redirects=False).status_code == 303
    (device,) = client.get("/api/v1/devices").json()["items"]
    assert device["id"] == seeded_folder["device"]
    assert device["simulated"] is True
    fresh = TestClient(client.app, headers=OWN_PAGE)
    form = {"phone": str(seeded_folder["phone"]), "password": str(seeded_folder["password"])}
    assert fresh.post("/dang-nhap", data=form, follow_redirects=False).status_code == 303
    engine.dispose()


def test_seeding_hands_the_device_its_identity(
    seeded_folder: dict[str, object], tmp_path: Path
) -> None:
    given = identity.load(tmp_path / "edge" / "identity.json")
    engine = make_engine(f"sqlite:///{tmp_path / 'cloud' / 'cloud.db'}")
    with Session(engine) as session:
        device = session.exec(select(Device)).one()
        bindings = session.exec(select(ZoneBinding)).all()
        assert session.exec(select(Shop)).one().bank_bin == "970499"
    engine.dispose()
    assert given.device == device.id == seeded_folder["device"]
    assert given.brokers == (seeded_folder["broker"],)
    assert given.simulated
    assert [binding.zone_key for binding in bindings] == list(seed.ZONE_KEYS)
    secrets = (given.secret, given.command_key)
    assert not any(secret in device.broker_hash + device.sealed_command_key for secret in secrets)


def test_seeding_twice_is_refused(
    seeded_folder: dict[str, object], tmp_path: Path, capsys: Words
) -> None:
    assert seeded_folder
    assert cli.main(["seed-demo", "--data", str(tmp_path)]) == USAGE_ERROR
    assert "not empty" in capsys.readouterr().err


def test_seeding_production_is_refused(
    tmp_path: Path, capsys: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VUONSO_DEMO")
    assert cli.main(["seed-demo", "--data", str(tmp_path)]) == USAGE_ERROR
    assert "VUONSO_DEMO" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_another_databases_identity_is_not_overwritten(
    seeded_folder: dict[str, object], tmp_path: Path, capsys: Words
) -> None:
    (tmp_path / "cloud" / "cloud.db").unlink()
    assert cli.main(["seed-demo", "--data", str(tmp_path)]) == USAGE_ERROR
    assert "identity.json" in capsys.readouterr().err
    assert identity.load(Path(str(seeded_folder["identity"]))).device == seeded_folder["device"]


def test_a_link_for_any_account(
    seeded_folder: dict[str, object], tmp_path: Path, capsys: Words
) -> None:
    words = ["login-link", "--data", str(tmp_path)]
    assert cli.main(words) == 0
    first = capsys.readouterr().out.strip()
    assert cli.main([*words, "--phone", str(seeded_folder["phone"])]) == 0
    assert "/vao/" in first
    assert first != capsys.readouterr().out.strip()
    assert cli.main([*words, "--phone", "+84000"]) == USAGE_ERROR
    assert "no such account" in capsys.readouterr().err


def test_devices_are_listed_with_their_rows(
    seeded_folder: dict[str, object], tmp_path: Path, capsys: Words
) -> None:
    assert cli.main(["devices", "--data", str(tmp_path)]) == 0
    line = capsys.readouterr().out
    assert line.startswith(str(seeded_folder["device"]))
    assert "0 rows" in line
    assert "never" in line


def test_the_audit_record_is_proved_whole_and_a_forgery_is_named(
    seeded_folder: dict[str, object], tmp_path: Path, capsys: Words
) -> None:
    words = ["audit", "--data", str(tmp_path)]
    settings = Settings(data_dir=tmp_path / "cloud")
    engine = make_engine(settings.database)
    client = TestClient(create_app(settings, engine, SystemClock()), headers=OWN_PAGE)
    form = {"phone": str(seeded_folder["phone"]), "password": str(seeded_folder["password"])}
    client.post("/dang-nhap", data=form)
    assert cli.main(words) == 0
    assert "1 entries in 1 chains; 0 broken" in capsys.readouterr().out
    assert cli.main([*words, "--root", "2026-03-02"]) == USAGE_ERROR
    assert "nothing is published of 2026-03-02" in capsys.readouterr().err
    assert cli.main(["daily", "--data", str(tmp_path)]) == 0
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE audit_head SET digest = 'forged'")
    engine.dispose()
    assert cli.main(words) == BROKEN
    assert "chain 1" in capsys.readouterr().out


def test_routes_are_listed_with_their_permissions(tmp_path: Path, capsys: Words) -> None:
    assert cli.main(["routes", "--json", "--data", str(tmp_path)]) == 0
    found = {route["path"]: route["permission"] for route in json.loads(capsys.readouterr().out)}
    assert found["/cho"] == PUBLIC
    assert found["/api/v1/devices"] == "device.read"
    assert cli.main(["routes", "--data", str(tmp_path)]) == 0
    assert "/api/v1/devices" in capsys.readouterr().out


def test_production_migrates_when_told_to_and_not_before(
    tmp_path: Path, capsys: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VUONSO_DEMO", "false")
    words = ["--data", str(tmp_path)]
    assert cli.main(["devices", *words]) == USAGE_ERROR
    assert "vuonso cloud migrate" in capsys.readouterr().err
    assert cli.main(["migrate", *words]) == 0
    assert cli.main(["devices", *words]) == 0
    engine = make_engine(f"sqlite:///{tmp_path / 'cloud' / 'cloud.db'}")
    with Session(engine) as session:
        assert session.exec(select(Account)).all() == []
    engine.dispose()


@pytest.mark.parametrize(
    ("name", "value"), [("VUONSO_DEMO", "perhaps"), ("VUONSO_BROKER_PORT", "99999")]
)
def test_a_wrong_setting_is_named(
    tmp_path: Path, capsys: Words, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    assert cli.main(["devices", "--data", str(tmp_path)]) == USAGE_ERROR
    assert name in capsys.readouterr().err


def test_a_missing_folder_is_named(capsys: Words) -> None:
    assert cli.main(["devices"]) == USAGE_ERROR
    assert "VUONSO_DATA_DIR" in capsys.readouterr().err


def test_an_empty_server_gets_its_first_manager(
    tmp_path: Path, capsys: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VUONSO_DEMO", "false")
    words = ["first-manager", "--data", str(tmp_path), "--cooperative", "HTX Mới"]
    assert cli.main(["migrate", "--data", str(tmp_path)]) == 0
    assert cli.main([*words, "--name", "x"]) == USAGE_ERROR
    assert cli.main([*words, "--name", "Chị Hai"]) == 0
    link = capsys.readouterr().out.strip()
    settings = Settings(data_dir=tmp_path / "cloud")
    engine = make_engine(settings.database)
    client = TestClient(create_app(settings, engine, SystemClock()), headers=OWN_PAGE)
    token = link.rsplit("/", 1)[1]
    form = {"phone": "0912345678", "password": "mưa xuân về", "agreed": "yes"}
    assert client.post(f"/loi-moi/{token}", data=form, follow_redirects=False).status_code == 303
    assert cli.main([*words, "--name", "Chị Hai"]) == USAGE_ERROR
    assert "has a manager" in capsys.readouterr().err
    engine.dispose()


def test_the_root_of_a_day_is_what_was_published(
    seeded_folder: dict[str, object], tmp_path: Path, capsys: Words
) -> None:
    engine = make_engine(Settings(data_dir=tmp_path / "cloud").database)
    deed, yesterday = Deed(AuditAction.STOP, "command:x"), SystemClock().now() - timedelta(days=1)
    with Session(writing(engine)) as session, session.begin():
        audit.append(session, audit.NO_COOPERATIVE, None, deed, yesterday)
    assert cli.main(["daily", "--data", str(tmp_path)]) == 0
    with Session(engine) as session:
        (day, root), *_more = [(one.day, one.root) for one in audit.published(session, None, 9)]
    engine.dispose()
    capsys.readouterr()
    assert cli.main(["audit", "--data", str(tmp_path), "--root", str(day)]) == 0
    assert capsys.readouterr().out.strip() == root
    assert seeded_folder
