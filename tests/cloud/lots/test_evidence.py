"""What counts as measured: rows of the devices that served the lot's zone, in their time."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from cloud.clock import unix_ms
from cloud.devices import service as devices
from cloud.devices.vault import open_vault
from cloud.lots import service
from cloud.lots.models import Evidence, Harvest
from cloud.settings import Settings
from cloud.telemetry.days import Level, bucket_of
from cloud.telemetry.models import RollupDue, Sample
from tests.cloud.conftest import FixedClock, Seeded
from wire.identity import new_identity

pytestmark = pytest.mark.usefixtures("watered")


def harvest(session: Session, seeded: Seeded, clock: FixedClock) -> Evidence:
    wish = Harvest(zone=seeded.zones[0].public_id, product="Dưa lưới", quantity_g=1)
    principal = seeded.manager.principal
    return service.harvest(session, principal, wish, clock.now(), demo=True).measured


def sample(device: str, zone: str, at_ms: int) -> Sample:
    return Sample(
        device_id=device,
        epoch="e2",
        seq=at_ms // 1000,
        boot="b",
        uptime_ms=0,
        wall_ms=at_ms,
        quality=2,
        zone_key=zone,
        metrics={"litres": 1000.0, "vwc": 0.9},
    )


def measure(session: Session, row: Sample) -> None:
    session.add(row)
    quarter = bucket_of(row.wall_ms, Level.QUARTER)
    session.merge(RollupDue(quarter=quarter, device_id=row.device_id))


def test_the_water_of_another_zone_is_not_this_lot_s(
    session: Session, seeded: Seeded, clock: FixedClock
) -> None:
    at = unix_ms(clock.now() - timedelta(hours=1))
    measure(session, sample(seeded.device.id, "z2", at))
    assert harvest(session, seeded, clock).litres == pytest.approx(96.0)


def test_rows_from_before_the_planting_do_not_count(
    session: Session, seeded: Seeded, clock: FixedClock
) -> None:
    measure(session, sample(seeded.device.id, "z1", unix_ms(clock.now() - timedelta(days=60))))
    assert harvest(session, seeded, clock).samples == 48


def test_a_replaced_device_leaves_its_measurements_with_the_zone(
    session: Session, seeded: Seeded, clock: FixedClock, settings: Settings
) -> None:
    identity = new_identity(("mqtt://127.0.0.1:1883",), simulated=True)
    vault = open_vault(settings)
    fresh = devices.register(session, vault, identity, seeded.greenhouse, clock.now())
    devices.bind_zone(session, seeded.zones[0], fresh, "z1", clock.now())
    measure(session, sample(fresh.id, "z1", unix_ms(clock.now() + timedelta(minutes=5))))
    clock.advance(hours=1)

    evidence = harvest(session, seeded, clock)

    assert evidence.litres == pytest.approx(1096.0)
    assert evidence.samples == 49
    assert set(evidence.devices) == {seeded.device.id, fresh.id}


def test_a_harvest_before_any_measurement_claims_nothing(
    session: Session, seeded: Seeded, clock: FixedClock
) -> None:
    wish = Harvest(zone=seeded.zones[1].public_id, product="Dưa lưới", quantity_g=1)
    lot = service.harvest(session, seeded.manager.principal, wish, clock.now(), demo=True)
    assert lot.measured == Evidence(
        litres=0.0,
        doses=0,
        moisture_mean=None,
        days=0,
        samples=0,
        first_at=None,
        last_at=None,
        devices=(seeded.device.id,),
    )
