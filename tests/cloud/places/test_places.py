"""Farms, greenhouses and zones: made, named and found by their own cooperative alone."""

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from cloud.audit.models import AuditEntry
from cloud.cooperatives.models import Cooperative, Farm, Greenhouse, Zone
from cloud.devices.models import ZoneBinding
from tests.cloud.client import TestClient
from tests.cloud.conftest import Seeded

FARM = {"name": "Nhà cô Tư", "address": "Thôn 2"}
ZONE = {"name": "Khu 9", "crop": "Dưa leo", "plants": "120", "planted_on": "2026-02-10"}


def post(client: TestClient, path: str, form: dict[str, str]) -> int:
    return client.post(path, data=form, follow_redirects=False).status_code


def deeds(engine: Engine, seeded: Seeded) -> list[tuple[str, str]]:
    with Session(engine) as session:
        chain = select(AuditEntry).where(AuditEntry.chain == seeded.cooperative.id)
        found = session.exec(chain.order_by(col(AuditEntry.seq)))
        return [(one.action, one.subject.split(":")[0]) for one in found]


def test_a_manager_makes_a_farm_a_greenhouse_and_a_zone(
    as_manager: TestClient, engine: Engine, seeded: Seeded
) -> None:
    assert post(as_manager, "/htx/trang-trai", FARM) == 303
    with Session(engine) as session:
        farm = session.exec(select(Farm).where(Farm.name == FARM["name"])).one()
    assert post(as_manager, f"/htx/trang-trai/{farm.public_id}/nha", {"name": "Nhà A"}) == 303
    with Session(engine) as session:
        house = session.exec(select(Greenhouse).where(Greenhouse.name == "Nhà A")).one()
        assert house.farm_id == farm.id
    assert post(as_manager, f"/htx/nha/{house.public_id}/khu", ZONE) == 303
    with Session(engine) as session:
        zone = session.exec(select(Zone).where(Zone.greenhouse_id == house.id)).one()
    assert (zone.name, zone.crop, zone.plants, zone.position) == ("Khu 9", "Dưa leo", 120, 1)
    page = as_manager.get("/htx/trang-trai").text
    assert all(name in page for name in ("Nhà cô Tư", "Nhà A", "Khu 9"))
    assert deeds(engine, seeded)[-3:] == [
        ("place.added", "farm"),
        ("place.added", "greenhouse"),
        ("place.added", "zone"),
    ]


def test_a_form_that_came_twice_makes_one_place(
    as_manager: TestClient, engine: Engine, seeded: Seeded
) -> None:
    house = f"/htx/trang-trai/{seeded.farm.public_id}/nha"
    zone = f"/htx/nha/{seeded.greenhouse.public_id}/khu"
    for path, form in (("/htx/trang-trai", FARM), (house, {"name": "Nhà A"}), (zone, ZONE)):
        assert [post(as_manager, path, form) for _ in range(2)] == [303, 303]
    with Session(engine) as session:
        assert len(session.exec(select(Farm)).all()) == 2
        assert len(session.exec(select(Greenhouse)).all()) == 2
        assert len(session.exec(select(Zone)).all()) == 3
    assert deeds(engine, seeded).count(("place.added", "zone")) == 1


def test_two_places_of_one_name_are_refused(as_manager: TestClient, seeded: Seeded) -> None:
    assert post(as_manager, "/htx/trang-trai", FARM) == 303
    assert post(as_manager, "/htx/trang-trai", FARM | {"address": "Thôn 3"}) == 409
    zones = [zone.public_id for zone in seeded.zones]
    taken = ZONE | {"name": seeded.zones[0].name}
    assert post(as_manager, f"/htx/nha/{seeded.greenhouse.public_id}/khu", taken) == 409
    assert post(as_manager, f"/htx/khu/{zones[1]}", taken) == 409
    assert post(as_manager, f"/htx/khu/{zones[0]}", taken) == 303, "its own name is no other's"


def test_a_zone_that_gets_another_name_keeps_its_device(
    as_manager: TestClient, engine: Engine, seeded: Seeded
) -> None:
    zone = seeded.zones[0]
    assert post(as_manager, f"/htx/khu/{zone.public_id}", ZONE) == 303
    assert post(as_manager, f"/htx/nha/{seeded.greenhouse.public_id}", {"name": "Nhà B"}) == 303
    assert post(as_manager, f"/htx/trang-trai/{seeded.farm.public_id}", FARM) == 303
    with Session(engine) as session:
        assert session.get_one(Zone, zone.id).name == "Khu 9"
        assert session.get_one(Greenhouse, seeded.greenhouse.id).name == "Nhà B"
        assert session.get_one(Farm, seeded.farm.id).address == "Thôn 2"
        bound = select(ZoneBinding).where(ZoneBinding.zone_id == zone.id)
        assert session.exec(bound).one().zone_key == "z1"
    assert deeds(engine, seeded)[-1] == ("place.changed", "farm")


@pytest.mark.parametrize(
    "change",
    [
        {"name": "x"},
        {"name": "a" * 81},
        {"crop": ""},
        {"plants": "0"},
        {"plants": "1_000"},
        {"planted_on": "hôm qua"},
        {"back": "https://evil.example"},
    ],
)
def test_what_is_no_zone_is_refused(
    as_manager: TestClient, engine: Engine, seeded: Seeded, change: dict[str, str]
) -> None:
    path = f"/htx/nha/{seeded.greenhouse.public_id}/khu"
    assert post(as_manager, path, ZONE | change) == 422
    with Session(engine) as session:
        assert len(session.exec(select(Zone)).all()) == len(seeded.zones)


@pytest.mark.parametrize("name", ["Khu\x08 9", "\x00Khu", "Khu\x7f"], ids=["back", "nul", "del"])
def test_a_name_that_nobody_types_is_refused(
    as_manager: TestClient, seeded: Seeded, name: str
) -> None:
    """No device takes it, and it would break the page that tells the box."""
    zone = f"/htx/khu/{seeded.zones[0].public_id}"
    assert post(as_manager, zone, ZONE | {"name": name}) == 422


def test_the_cooperative_s_facts_are_changed(
    as_manager: TestClient, engine: Engine, seeded: Seeded
) -> None:
    form = {"name": "HTX Mới", "address": "Xã Mới", "phone": "0262 3 812 345"}
    assert post(as_manager, "/htx/hop-tac-xa", form | {"phone": "không có"}) == 409
    assert post(as_manager, "/htx/hop-tac-xa", form) == 303
    with Session(engine) as session:
        found = session.get_one(Cooperative, seeded.cooperative.id)
    assert (found.name, found.address, found.phone) == ("HTX Mới", "Xã Mới", "+842623812345")
    assert deeds(engine, seeded)[-1] == ("cooperative.changed", "cooperative")


def test_farmers_change_no_places(as_farmer: TestClient) -> None:
    assert as_farmer.get("/htx/trang-trai").status_code == 403
    assert post(as_farmer, "/htx/trang-trai", FARM) == 403
