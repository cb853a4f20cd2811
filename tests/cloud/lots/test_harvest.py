from datetime import timedelta

import pytest
from sqlmodel import Session, select

from cloud.lots import service
from cloud.lots.models import Harvest, Lot
from cloud.lots.service import BadGtin, GtinTaken, HarvestDay, SimulatedZone
from tests.cloud.client import TestClient
from tests.cloud.conftest import FixedClock, Seeded
from traceability.gs1 import has_check_digit

pytestmark = pytest.mark.usefixtures("watered")


def body(seeded: Seeded, **other: object) -> dict[str, object]:
    return {
        "zone": seeded.zones[0].public_id,
        "product": "Dưa lưới",
        "quantity_g": 50_000,
        **other,
    }


def test_a_harvest_takes_what_was_measured_with_it(seeded: Seeded, as_manager: TestClient) -> None:
    answer = as_manager.post("/api/v1/lots", json=body(seeded))

    assert answer.status_code == 201, answer.text
    lot = answer.json()
    assert lot["code"] == "20260304-Z1-01"
    assert lot["harvested_on"] == "2026-03-04"
    assert lot["simulated"] is True
    assert has_check_digit(lot["gtin"])
    evidence = lot["evidence"]
    assert evidence["litres"] == pytest.approx(96.0)
    assert evidence["doses"] == 3
    assert evidence["moisture_mean"] == pytest.approx(0.30)
    assert evidence["samples"] == 48
    assert evidence["devices"] == [seeded.device.id]


def test_the_evidence_stays_as_it_was_at_harvest(
    seeded: Seeded, as_manager: TestClient, clock: FixedClock
) -> None:
    lot = as_manager.post("/api/v1/lots", json=body(seeded)).json()
    clock.advance(days=1)
    assert as_manager.get(f"/api/v1/lots/{lot['id']}").json() == lot


def test_a_zone_that_nothing_measured_says_so(seeded: Seeded, as_manager: TestClient) -> None:
    zone = seeded.zones[1].public_id
    lot = as_manager.post("/api/v1/lots", json=body(seeded, zone=zone)).json()
    assert lot["evidence"]["samples"] == 0
    assert lot["evidence"]["moisture_mean"] is None
    page = as_manager.get(f"/htx/lo/{lot['id']}")
    assert "Lô này chưa có số đo của máy." in page.text


def test_lots_of_a_day_are_numbered(seeded: Seeded, as_manager: TestClient) -> None:
    codes = [as_manager.post("/api/v1/lots", json=body(seeded)).json()["code"] for _ in range(2)]
    assert codes == ["20260304-Z1-01", "20260304-Z1-02"]
    listed = as_manager.get("/api/v1/lots").json()["items"]
    assert [lot["code"] for lot in listed] == codes[::-1]


def test_a_simulated_zone_gives_no_goods_outside_a_demonstration(
    seeded: Seeded, session: Session, clock: FixedClock
) -> None:
    wish = Harvest.model_validate(body(seeded))
    with pytest.raises(SimulatedZone) as refused:
        service.harvest(session, seeded.manager.principal, wish, clock.now(), demo=False)
    assert refused.value.status == 409


@pytest.mark.parametrize("days", [-1, 8])
def test_a_harvest_is_written_down_within_the_week(
    seeded: Seeded, session: Session, clock: FixedClock, days: int
) -> None:
    day = (clock.now() - timedelta(days=days)).date()
    wish = Harvest.model_validate(body(seeded, harvested_on=day))
    with pytest.raises(HarvestDay):
        service.harvest(session, seeded.manager.principal, wish, clock.now(), demo=True)


def test_a_product_keeps_its_number(seeded: Seeded, as_manager: TestClient) -> None:
    first = as_manager.post("/api/v1/lots", json=body(seeded)).json()
    again = as_manager.post("/api/v1/lots", json=body(seeded)).json()
    other = as_manager.post("/api/v1/lots", json=body(seeded, product="Cà chua bi")).json()
    assert first["gtin"] == again["gtin"] != other["gtin"]


def test_a_number_of_gs1_is_checked_and_belongs_to_one_product(
    seeded: Seeded, session: Session, clock: FixedClock
) -> None:
    def harvest(product: str, gtin: str) -> Lot:
        wish = Harvest.model_validate(body(seeded, product=product, gtin=gtin))
        return service.harvest(session, seeded.manager.principal, wish, clock.now(), demo=True)

    assert harvest("Dưa lưới", "8935000000007").gtin == "08935000000007"
    with pytest.raises(BadGtin):
        harvest("Cà chua", "8935000000008")
    with pytest.raises(GtinTaken):
        harvest("Cà chua", "8935000000007")
    with pytest.raises(GtinTaken):
        harvest("Dưa lưới", "8935000000014")


@pytest.mark.parametrize(
    "wrong",
    [
        {"quantity_g": 0},
        {"quantity_g": 1.5},
        {"product": " "},
        {"unknown": 1},
        {"quantity_g": 10**12},
    ],
)
def test_a_malformed_harvest_is_refused(
    seeded: Seeded, as_manager: TestClient, session: Session, wrong: dict[str, object]
) -> None:
    answer = as_manager.post("/api/v1/lots", json=body(seeded, **wrong))
    assert answer.status_code == 422
    assert session.exec(select(Lot)).first() is None


def test_a_neighbour_sees_nothing_and_harvests_nothing(
    seeded: Seeded, as_manager: TestClient, as_neighbour: TestClient
) -> None:
    lot = as_manager.post("/api/v1/lots", json=body(seeded)).json()["id"]
    assert as_neighbour.get(f"/api/v1/lots/{lot}").status_code == 404
    assert as_neighbour.get(f"/htx/lo/{lot}").status_code == 404
    assert as_neighbour.get("/api/v1/lots").json() == {"items": []}
    assert as_neighbour.post("/api/v1/lots", json=body(seeded)).status_code == 404


def test_a_farmer_reads_lots_but_does_not_make_them(seeded: Seeded, as_farmer: TestClient) -> None:
    assert as_farmer.get("/htx/lo").status_code == 200
    assert as_farmer.post("/api/v1/lots", json=body(seeded)).status_code == 403


def test_a_stranger_is_asked_to_log_in(seeded: Seeded, client: TestClient) -> None:
    assert client.post("/api/v1/lots", json=body(seeded)).status_code == 401


def test_a_harvest_by_hand(seeded: Seeded, as_manager: TestClient) -> None:
    page = as_manager.get("/htx/lo")
    assert "Ghi thu hoạch" in page.text
    assert 'value="2026-03-04"' in page.text
    form = {
        "zone": seeded.zones[0].public_id,
        "product": "Dưa lưới",
        "kg": "12,5",
        "harvested_on": "2026-03-04",
        "gtin": "",
        "key": "key-of-a-harvest",
    }

    lot = as_manager.post("/htx/lo", data=form)

    assert lot.status_code == 200
    assert "12,5 kg" in lot.text
    assert "96 lít" in lot.text
    assert "máy đo ghi lại" in lot.text
    assert "MẪU" in lot.text
    assert "20260304-Z1-01" in as_manager.get("/htx/lo").text
    assert as_manager.post("/htx/lo", data={**form, "kg": "mười"}).status_code == 422
