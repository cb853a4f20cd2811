"""Days that a device signed: counted where it served, told where they bear out what is told."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from cloud.clock import unix_ms
from cloud.db import writing
from cloud.evidence import service
from cloud.lots.models import Lot
from cloud.telemetry import rollups, signed
from cloud.telemetry.days import Level, bucket_of
from cloud.telemetry.keep import Keep
from cloud.telemetry.models import Event
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, FixedClock, Seeded

DAY = bucket_of(unix_ms(START), Level.DAY)
HARVEST = "/api/v1/lots"


def sign(engine: Engine, seeded: Seeded, day: int, litres: float, zone: str = "z1") -> None:
    """A summary as the ingest stores it, once its signature held."""
    at = unix_ms(START) + (day - DAY + 1) * 86_400_000
    with Session(writing(engine)) as session, session.begin():
        row = Event(
            device_id=seeded.device.id,
            epoch="e1",
            seq=9_000 + day + len(zone) * 1_000 + int(litres),
            boot="b1",
            uptime_ms=at,
            wall_ms=at,
            quality=2,
            zone_key=zone,
            kind="day.summary",
            data={"day": day, "litres": litres},
            chain="00",
        )
        session.add(row)


def days(engine: Engine, seeded: Seeded) -> dict[int, float]:
    time = (START - timedelta(days=9), START + timedelta(days=9))
    with Session(engine) as session:
        zone_id = seeded.zones[0].id or 0
        return dict(signed.days_of(session, [zone_id], time)[zone_id])


def test_days_count_in_the_zone_and_the_time_in_which_they_were_served(
    engine: Engine, seeded: Seeded
) -> None:
    sign(engine, seeded, DAY, 48.0)
    sign(engine, seeded, DAY + 1, 40.0, zone="z2")
    sign(engine, seeded, DAY - 31, 7.0)  # the device came thirty days ago
    assert days(engine, seeded) == {DAY: 48.0}


@pytest.mark.parametrize(
    ("told", "sum_l", "expected"),
    [(48.0, 48.0, True), (48.0, 48.9, True), (100.0, 104.0, True), (48.0, 30.0, False),
     (0.0, 1.5, False)],
)  # fmt: skip
def test_a_signed_sum_bears_out_what_it_is_close_to(
    told: float, sum_l: float, *, expected: bool
) -> None:
    assert signed.bears_out(told, sum_l) is expected


@pytest.mark.usefixtures("watered")
def test_a_lot_has_its_points_on_its_page(
    engine: Engine, seeded: Seeded, as_manager: TestClient
) -> None:
    sign(engine, seeded, DAY, 48.0)
    wish = {"zone": seeded.zones[0].public_id, "product": "Dưa lưới", "quantity_g": 1_000}
    lot = as_manager.post(HARVEST, json=wish).json()["id"]
    with Session(engine) as session:
        row = session.exec(select(Lot)).one()
        found = service.score(session, row)
    grown = (row.harvested_on - seeded.zones[0].planted_on).days + 1
    assert found.basis.signed_days == 1
    assert found.basis.measured_days == row.measured.days
    assert found.unmeasured_days == grown - row.measured.days
    page = as_manager.get(f"/htx/lo/{lot}").text
    assert f"{found.points} trên 100 điểm" in page
    assert f"{found.unmeasured_days} ngày không có số đo" in page
    assert "Thêm giấy chứng nhận" in page


@pytest.mark.usefixtures("watered")
@pytest.mark.parametrize(("litres", "told"), [(48.0, 1), (20.0, 0)])
def test_the_diary_says_signed_where_the_signature_bears_the_line_out(
    engine: Engine, seeded: Seeded, as_farmer: TestClient, clock: FixedClock,
    litres: float, told: int,
) -> None:  # fmt: skip
    rollups.work(engine, clock.now(), keep=Keep(14, 90, 730))
    page = as_farmer.get("/nhat-ky").text
    assert "máy tưới" in page
    assert "máy đã ký" not in page
    sign(engine, seeded, DAY + 1, litres)
    assert as_farmer.get("/nhat-ky").text.count("máy đã ký") == told
