"""What every request passes, and what every answer carries."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from cloud.app import create_app
from cloud.door import MAX_BODY
from cloud.settings import Settings
from tests.cloud.client import TestClient
from tests.cloud.conftest import FixedClock

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_every_answer_has_the_headers_of_the_house(client: TestClient) -> None:
    for path in ("/dang-nhap", "/healthz", "/nowhere", "/static/app.css"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert len(headers["x-request-id"]) == 16
        assert "strict-transport-security" not in headers, "this one speaks plain HTTP"


def test_over_tls_the_browser_is_told_to_stay_there(
    settings: Settings, engine: Engine, clock: FixedClock
) -> None:
    secure = settings.model_copy(update={"public_url": "https://testserver"})
    client = TestClient(create_app(secure, engine, clock), base_url="https://testserver")
    assert client.get("/dang-nhap").headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://testserver", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://testserver", "Sec-Fetch-Site": "same-site"},
        {},
    ],
)
def test_another_sites_page_cannot_act(app: FastAPI, headers: dict[str, str]) -> None:
    client = TestClient(app)
    answer = client.post("/thoat", headers=headers, follow_redirects=False)
    assert answer.status_code == 403
    assert client.get("/dang-nhap", headers=headers).status_code == 200, "reading is harmless"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://testserver"},
        {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_our_own_pages_and_programs_can_act(app: FastAPI, headers: dict[str, str]) -> None:
    answer = TestClient(app).post("/thoat", headers=headers, follow_redirects=False)
    assert answer.status_code == 303


def test_a_body_is_refused_by_its_announced_size(client: TestClient) -> None:
    answer = client.post("/dang-nhap", content=b"x" * (MAX_BODY + 1))
    assert answer.status_code == 413


def test_a_body_is_refused_by_its_real_size(client: TestClient) -> None:
    def endless() -> Iterator[bytes]:
        yield from [b"phone=1&password="]
        for _ in range(MAX_BODY // 1000 + 1):
            yield b"x" * 1000

    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = client.post("/dang-nhap", content=endless(), headers=form)
    assert answer.status_code == 413


@pytest.mark.parametrize(("address", "status"), [("/cho/%00", 404), ("/cho?q=%00", 422)])
def test_an_address_no_database_can_look_for_leads_nowhere(
    client: TestClient, address: str, status: int
) -> None:
    assert client.get(address).status_code == status


def test_a_hashed_file_may_be_kept_for_ever_and_a_page_never(
    client: TestClient, app: FastAPI
) -> None:
    address = app.state.pages.static("app.css")
    assert "immutable" in client.get(address).headers["cache-control"]
    assert client.get("/static/app.css").headers["cache-control"] == "no-store"
    assert client.get("/dang-nhap").headers["cache-control"] == "no-store"


def test_a_chosen_language_is_remembered(client: TestClient) -> None:
    assert '<html lang="vi">' in client.get("/dang-nhap").text
    assert '<html lang="en">' in client.get("/dang-nhap?lang=en").text
    assert '<html lang="en">' in client.get("/dang-nhap").text
    assert "set-cookie" not in client.get("/dang-nhap?lang=xx").headers


def test_the_front_door_leads_to_the_market(client: TestClient) -> None:
    answer = client.get("/", follow_redirects=False)
    assert answer.status_code == 200
    assert 'action="/cho"' in answer.text
