"""The operator's desk: looking at devices and leading them, with no account and on the record."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from cloud import cli
from cloud.audit.models import AuditEntry
from cloud.commands.answers import USAGE_ERROR
from cloud.cooperatives import service as cooperatives
from cloud.cooperatives.models import Farm, Greenhouse
from cloud.cooperatives.service import Planting
from cloud.db import writing
from cloud.devices.models import Device
from tests.cloud.conftest import START, Seeded
from tests.cloud.rogue.conftest import HAS_MOSQUITTO
from tests.edge.broker import Broker

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
Words = pytest.CaptureFixture[str]
Desk = Callable[..., int]


@pytest.fixture
def desk(
    tmp_path: Path, seeded: Seeded, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Desk:
    """The command at the seeded database."""
    assert seeded.device.id
    monkeypatch.setenv("VUONSO_DATABASE_URL", database_url)
    monkeypatch.setenv("VUONSO_DEMO", "true")
    return lambda *words: cli.main([*words, "--data", str(tmp_path)])


def second_house(engine: Engine, seeded: Seeded) -> str:
    with Session(writing(engine)) as session, session.begin():
        farm = session.get_one(Farm, seeded.farm.id)
        house = cooperatives.add_greenhouse(session, farm, "Nhà màng 2", START)
        planting = Planting("Khu 2", "Dưa lưới", 10, START.date())
        cooperatives.add_zone(session, house, 1, planting)
        return house.public_id


@on_sqlite
def test_devices_are_listed_for_people_and_for_programs(
    desk: Desk, seeded: Seeded, capsys: Words
) -> None:
    assert desk("devices") == 0
    assert seeded.device.id in capsys.readouterr().out
    assert desk("devices", "--json") == 0
    (one,) = json.loads(capsys.readouterr().out)
    assert one == {
        "id": seeded.device.id,
        "simulated": True,
        "rows": 0,
        "heard_at": None,
        "struck_off_at": None,
    }


@on_sqlite
def test_one_is_shown_with_its_places(
    desk: Desk, seeded: Seeded, engine: Engine, capsys: Words
) -> None:
    other = second_house(engine, seeded)
    assert desk("devices", "show", seeded.device.id) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["greenhouse"] == seeded.greenhouse.public_id
    assert shown["greenhouses"] == {
        seeded.greenhouse.public_id: "Nhà màng 1",
        other: "Nhà màng 2",
    }
    assert shown["zones"] == {"z1": "Khu 1", "z2": "Khu 2"}
    assert desk("devices", "show", "nobodynobodynobo") == USAGE_ERROR


@on_sqlite
def test_striking_off_stands_in_the_record_without_an_actor(
    desk: Desk, seeded: Seeded, engine: Engine, capsys: Words
) -> None:
    for _ in range(2):
        assert desk("devices", "strike-off", seeded.device.id) == 0
    assert desk("devices", "strike-off", "nobodynobodynobo") == USAGE_ERROR
    with Session(engine) as session:
        assert session.get_one(Device, seeded.device.id).struck_off_at is not None
        (entry,) = session.exec(select(AuditEntry)).all()
    assert (entry.action, entry.actor_id) == ("device.struck_off", None)
    assert entry.chain == seeded.cooperative.id
    capsys.readouterr()
    assert desk("devices") == 0
    assert "struck off" in capsys.readouterr().out


@on_sqlite
def test_a_device_is_moved_within_its_cooperative_only(
    desk: Desk, seeded: Seeded, engine: Engine
) -> None:
    other = second_house(engine, seeded)
    with Session(writing(engine)) as session, session.begin():
        neighbour = seeded.neighbour.principal.cooperative_id
        farm = Farm(cooperative_id=neighbour, name="Nhà lạ", address="Thôn 9")
        session.add(farm)
        session.flush()
        foreign = cooperatives.add_greenhouse(session, farm, "Nhà màng lạ", START).public_id
    move = ("devices", "transfer", seeded.device.id, "--greenhouse")
    assert desk(*move, foreign) == USAGE_ERROR
    assert desk(*move, other) == 0
    with Session(engine) as session:
        house = session.exec(select(Greenhouse).where(Greenhouse.public_id == other)).one()
        assert session.get_one(Device, seeded.device.id).greenhouse_id == house.id
        (entry,) = session.exec(select(AuditEntry)).all()
    assert (entry.action, entry.actor_id) == ("device.moved", None)


def test_a_configuration_is_checked_file_by_file(tmp_path: Path, capsys: Words) -> None:
    main, more = tmp_path / "mosquitto.conf", tmp_path / "more.conf"
    main.write_text("# mine\ninclude_dir /etc/mosquitto/conf.d\n", encoding="utf-8")
    more.write_text("\nlistener 1883", encoding="utf-8")
    assert cli.main(["broker", "check", str(main), str(more)]) == 1
    assert f"{more}:2: this listener is open to the network in clear" in capsys.readouterr().out
    assert cli.main(["broker", "check", str(main)]) == 1
    assert "was not read" in capsys.readouterr().err
    assert cli.main(["broker", "check", str(tmp_path / "none")]) == USAGE_ERROR


@on_sqlite
def test_a_configuration_that_leaves_nothing_open_is_good(
    desk: Desk, tmp_path: Path, capsys: Words
) -> None:
    rules = tmp_path / "acl"
    assert desk("broker", "rules") == 0
    rules.write_text(capsys.readouterr().out, encoding="utf-8")
    file = tmp_path / "mosquitto.conf"
    lines = "password_file /p\nacl_file /a\nuse_username_as_clientid true\nmax_packet_size 131072"
    file.write_text(lines, encoding="utf-8")
    assert cli.main(["broker", "check", str(file)]) == 0
    assert capsys.readouterr().out == ""


@on_sqlite
@pytest.mark.skipif(not HAS_MOSQUITTO, reason="mosquitto is not installed")
def test_what_is_printed_makes_a_broker_of_ones_own_keep_its_rules(
    desk: Desk, tmp_path: Path, capsys: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("accounts", "rules"):
        assert desk("broker", name) == 0
        (tmp_path / name).write_text(capsys.readouterr().out, encoding="utf-8")
        (tmp_path / name).chmod(0o600)
    own = f"password_file {tmp_path / 'accounts'}", f"acl_file {tmp_path / 'rules'}"
    broker = Broker(tmp_path, lines=(*own, "use_username_as_clientid true"))
    monkeypatch.setenv("VUONSO_BROKER", broker.url)
    try:
        assert desk("broker", "try") == 0
        assert capsys.readouterr().out == "the broker keeps its rules\n"
    finally:
        broker.kill()
    lawless = Broker(tmp_path, "lawless")
    monkeypatch.setenv("VUONSO_BROKER", lawless.url)
    try:
        assert desk("broker", "try") == 1
        assert "lets any device" in capsys.readouterr().out
    finally:
        lawless.kill()
