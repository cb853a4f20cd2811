"""Greenhouses for programs."""

from tests.cloud.client import TestClient
from tests.cloud.greenhouses.garden import Garden
from wire.codes import EventKind


def test_status_tells_what_the_page_tells(garden: Garden, as_farmer: TestClient) -> None:
    garden.sample(fill=0.9, litres=7.0)
    garden.sample(zone=2, fill=0.7, litres=2.0)
    (listed,) = as_farmer.get("/api/v1/greenhouses").json()
    status = as_farmer.get(f"/api/v1/greenhouses/{listed['id']}/status").json()
    assert status["level"] == "warn"
    assert status["advice"] == "Khu 2 đang khô. Máy sắp tưới."
    assert status["litres_today"] == 9.0
    assert [zone["moisture"] for zone in status["zones"]] == ["right", "dry"]
    assert status["advice"] in as_farmer.get(garden.path).text


def test_water_by_litres_until_it_is_done(garden: Garden, as_farmer: TestClient) -> None:
    zone = garden.seeded.zones[0].public_id
    body = {"litres": 20.0, "key": "water-once"}
    command = as_farmer.post(f"/api/v1/zones/{zone}/water", json=body).json()
    assert command["state"] == "sending"
    again = as_farmer.post(f"/api/v1/zones/{zone}/water", json=body).json()
    assert again["id"] == command["id"]
    for kind in (EventKind.COMMAND_ACCEPTED, EventKind.COMMAND_RUNNING):
        garden.event(kind, id=command["id"])
    garden.event(EventKind.COMMAND_DONE, id=command["id"], litres=20.4)
    done = as_farmer.get(f"/api/v1/commands/{command['id']}").json()
    assert (done["state"], done["litres"]) == ("done", 20.4)


def test_an_amount_is_litres_or_minutes_not_both(garden: Garden, as_farmer: TestClient) -> None:
    path = f"/api/v1/zones/{garden.seeded.zones[0].public_id}/water"
    for amount in ({}, {"litres": 1.0, "minutes": 1.0}, {"litres": -1.0}, {"minutes": 61.0}):
        answer = as_farmer.post(path, json={"key": "water-once", **amount})
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "malformed")


def test_stop_and_resume(garden: Garden, as_farmer: TestClient) -> None:
    base = f"/api/v1/greenhouses/{garden.seeded.greenhouse.public_id}"
    assert as_farmer.post(f"{base}/stop", json={"key": "stop-once"}).json()["op"] == "stop"
    assert as_farmer.post(f"{base}/resume", json={"key": "go-on-once"}).json()["op"] == "resume"


def test_strangers(garden: Garden, as_neighbour: TestClient, client: TestClient) -> None:
    base = f"/api/v1/greenhouses/{garden.seeded.greenhouse.public_id}"
    assert as_neighbour.get("/api/v1/greenhouses").json() == []
    assert as_neighbour.get(f"{base}/status").status_code == 404
    assert as_neighbour.post(f"{base}/stop", json={"key": "stop-once"}).status_code == 404
    assert client.get(f"{base}/status").status_code == 401
