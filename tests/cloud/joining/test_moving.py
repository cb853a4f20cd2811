"""A device hangs elsewhere from now on: what it measured stays where it was measured."""

from datetime import timedelta
from typing import cast

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from cloud.audit.models import AuditEntry
from cloud.clock import unix_ms
from cloud.cooperatives import service as cooperatives
from cloud.cooperatives.models import Cooperative, Farm, Greenhouse
from cloud.cooperatives.service import Planting
from cloud.db import writing
from cloud.devices import link
from cloud.devices import service as devices
from cloud.devices.models import Command, CommandState, Device, ZoneBinding
from cloud.devices.rules import Amount
from cloud.telemetry import service as telemetry
from cloud.telemetry.commit import commit
from cloud.telemetry.models import Sample
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, FixedClock, Seeded
from tests.cloud.telemetry.sender import Sender
from wire.codes import Metric
from wire.topics import Up


def house(session: Session, seeded: Seeded, name: str, *zones: str) -> Greenhouse:
    farm = session.get_one(Farm, seeded.farm.id)
    made = cooperatives.add_greenhouse(session, farm, name, START)
    for number, zone in enumerate(zones, 1):
        planting = Planting(zone, "Dưa lưới", 10, START.date())
        cooperatives.add_zone(session, made, number, planting)
    return made


@pytest.fixture
def second(engine: Engine, seeded: Seeded) -> Greenhouse:
    with Session(writing(engine), expire_on_commit=False) as session, session.begin():
        return house(session, seeded, "Nhà màng 2", "Khu 2", "Khu 3")


def move(client: TestClient, seeded: Seeded, to: Greenhouse) -> int:
    form = {"greenhouse": to.public_id}
    answer = client.post(f"/htx/may/{seeded.device.id}/chuyen", data=form, follow_redirects=False)
    return answer.status_code


def served(engine: Engine, seeded: Seeded) -> dict[str, str]:
    with Session(engine) as session:
        device = session.get_one(Device, seeded.device.id)
        return {key: zone.name for key, zone in devices.zones_served(session, device)}


def test_zones_meet_by_the_names_they_had_else_by_order(
    as_manager: TestClient, engine: Engine, seeded: Seeded, second: Greenhouse
) -> None:
    assert served(engine, seeded) == {"z1": "Khu 1", "z2": "Khu 2"}
    assert move(as_manager, seeded, second) == 303
    assert served(engine, seeded) == {"z1": "Khu 3", "z2": "Khu 2"}
    with Session(engine) as session:
        assert devices.device_of(session, cast("int", seeded.greenhouse.id)) is None
        found = devices.device_of(session, cast("int", second.id))
        assert found is not None
        assert found.id == seeded.device.id
        entry = session.exec(select(AuditEntry).order_by(col(AuditEntry.seq).desc())).first()
        assert entry is not None
        assert (entry.action, entry.detail) == ("device.moved", {"greenhouse": second.public_id})


def test_history_stays_with_the_old_zone_and_grows_with_the_new_one(
    as_manager: TestClient, engine: Engine, seeded: Seeded, second: Greenhouse, clock: FixedClock
) -> None:
    moved = clock.now()
    with Session(writing(engine)) as session, session.begin():
        for number, minutes in enumerate((-10, 10), 1):
            at = unix_ms(moved + timedelta(minutes=minutes))
            row = {"device_id": seeded.device.id, "epoch": "e", "seq": number, "boot": "b"}
            stamp = {"uptime_ms": 0, "wall_ms": at, "quality": 2, "zone_key": "z2"}
            session.add(Sample.model_validate({**row, **stamp, "metrics": {"vwc": 0.3}}))
    move(as_manager, seeded, second)
    start, end = moved - timedelta(hours=1), moved + timedelta(hours=1)
    with Session(engine) as session:
        ((_key, new),) = [
            (key, zone)
            for key, zone in devices.zones_served(
                session, session.get_one(Device, seeded.device.id)
            )
            if key == "z2"
        ]
        old, fresh = (
            telemetry.series(
                session,
                telemetry.served(session, cast("int", zone.id), start, end),
                Metric.VWC,
            )
            for zone in (seeded.zones[1], new)
        )
    assert [one.at - moved for one in old] == [timedelta(minutes=-10)]
    assert [one.at - moved for one in fresh] == [timedelta(minutes=10)]


def test_what_was_asked_for_in_the_old_house_is_not_poured_in_the_new_one(
    as_manager: TestClient, engine: Engine, seeded: Seeded, second: Greenhouse, clock: FixedClock
) -> None:
    with Session(writing(engine)) as session, session.begin():
        sender = Sender(seeded.device.id)
        link.record_birth(session, seeded.device.id, sender.birth(), clock.now())
        who, amount = seeded.farmer.principal, Amount(litres=10.0, seconds=None)
        devices.request_water(session, who, seeded.zones[0].public_id, amount, clock.now())
    move(as_manager, seeded, second)
    with Session(engine) as session:
        assert session.exec(select(Command.state)).all() == [CommandState.CANCELLED]


def test_who_looks_at_the_new_house_sees_it_live_at_once(
    as_manager: TestClient, engine: Engine, seeded: Seeded, second: Greenhouse, clock: FixedClock
) -> None:
    """The worker remembers devices; where one hangs it asks with each batch."""
    with Session(engine) as session:
        remembered = link.known_devices(session)
    move(as_manager, seeded, second)
    sender = Sender(seeded.device.id)
    word = sender.say(Up.LIVE, sender.sample())
    (outcome,) = commit(engine, [word], remembered, clock.now())
    assert outcome.greenhouses == {second.id}


def test_a_house_that_has_a_device_or_no_zones_takes_none(
    as_manager: TestClient, engine: Engine, seeded: Seeded, second: Greenhouse
) -> None:
    with Session(writing(engine), expire_on_commit=False) as session, session.begin():
        empty = house(session, seeded, "Nhà màng 3")
        taken = house(session, seeded, "Nhà màng 4", "Khu 1")
        other = Device(**{**seeded.device.model_dump(), "id": "otherotherothero"})
        other.greenhouse_id = cast("int", taken.id)
        session.add(other)
    assert move(as_manager, seeded, empty) == 409
    assert move(as_manager, seeded, taken) == 409
    assert move(as_manager, seeded, seeded.greenhouse) == 303, "it hangs there"
    assert second.id
    assert served(engine, seeded) == {"z1": "Khu 1", "z2": "Khu 2"}


def test_nobody_moves_a_device_out_of_its_cooperative(
    as_manager: TestClient, as_neighbour: TestClient, engine: Engine, seeded: Seeded
) -> None:
    with Session(writing(engine), expire_on_commit=False) as session, session.begin():
        theirs = session.get_one(Cooperative, seeded.neighbour.principal.cooperative_id)
        farm = cooperatives.add_farm(session, theirs, "Nhà lạ", "Thôn 9")
        foreign = cooperatives.add_greenhouse(session, farm, "Nhà màng lạ", START)
        planting = Planting("Khu 1", "Dưa lưới", 10, START.date())
        cooperatives.add_zone(session, foreign, 1, planting)
    assert move(as_manager, seeded, foreign) == 404
    assert move(as_neighbour, seeded, foreign) == 404
    as_manager.post(f"/htx/may/{seeded.device.id}/go")
    with Session(engine) as session:
        assert (
            session.exec(select(ZoneBinding).where(col(ZoneBinding.bound_to).is_(None))).all()
            == []
        )
    assert move(as_manager, seeded, seeded.greenhouse) == 404, "whoever was struck off joins anew"
