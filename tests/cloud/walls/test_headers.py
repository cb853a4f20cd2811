"""Every answer carries the headers of the house, whatever it answers and whoever asked."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

import httpx2
import pytest
from fastapi import Depends, FastAPI
from sqlalchemy import Engine

from cloud.app import create_app
from cloud.door import MAX_BODY
from cloud.permissions import public
from cloud.principal import Role
from cloud.settings import Settings
from tests.cloud.client import TestClient
from tests.cloud.conftest import FixedClock
from tests.cloud.walls.rows import SAFE, Row
from tests.cloud.walls.world import ACTORS, ORIGIN, World

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "media-src 'self' blob:",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}
ALWAYS = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(self), geolocation=(), microphone=(self)",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}
TELLS_TOO_MUCH = {"server", "x-powered-by"}
OPEN = "access-control-allow-origin"
RESOLVER = ("/01/", "/.well-known/gs1resolver")
"""Read by pages of others, as the standard of GS1-conformant resolvers asks; without a cookie."""


class Asked(NamedTuple):
    """One request that has nothing to do with a route's own business."""

    method: str
    path: str
    status: int
    headers: Mapping[str, str] = MappingProxyType({})
    content: bytes = b""


def kept_by(answer: httpx2.Response) -> str:
    """Nothing may be kept but a photo or a voice, which is another one under another address.

    A guest's pages of the market may, to be asked about each time. Papers name people.
    """
    path = answer.request.url.path
    if not answer.is_success or path.startswith("/htx/giay-chung-nhan/"):
        return "no-store"
    if answer.headers.get("content-type") in {"image/webp", "audio/ogg"}:
        return "private, max-age=31536000, immutable"
    is_shared = path in {"/", "/cho"} or path.startswith(("/cho/", "/gian-hang/"))
    is_guest = "sid=" not in answer.request.headers.get("cookie", "")
    return "public, no-cache" if is_shared and is_guest else "no-store"


def wrong(answer: httpx2.Response) -> list[str]:
    """What an answer lacks, has twice, or should not tell."""
    headers, due = answer.headers, ALWAYS
    if answer.request.url.path.startswith(RESOLVER):
        due = ALWAYS | {OPEN: "*", "cross-origin-resource-policy": "cross-origin"}
    found = [name for name, value in due.items() if headers.get_list(name) != [value]]
    if set(headers.get("content-security-policy", "").split("; ")) != POLICY:
        found.append("content-security-policy")
    if len(headers.get("x-request-id", "")) != 16:
        found.append("x-request-id")
    if headers.get("cache-control") != kept_by(answer):
        found.append("cache-control")
    told = TELLS_TOO_MUCH if due is not ALWAYS else TELLS_TOO_MUCH | {OPEN}
    return found + [name for name in told if name in headers]


@pytest.mark.parametrize("who", ACTORS)
def test_every_route_answers_with_them(world: World, rows: list[Row], who: str) -> None:
    """Pages, data, redirects, refusals, streams and files, each for each role."""
    answers = {row: world.send(who, row, body=world.body(row)) for row in rows}
    assert {str(row): wrong(answer) for row, answer in answers.items() if wrong(answer)} == {}


def test_bodies_that_are_none_are_refused_with_them(world: World, rows: list[Row]) -> None:
    answers = {row: world.send(Role.MANAGER, row, body=b"{") for row in rows}
    assert {str(row): wrong(answer) for row, answer in answers.items() if wrong(answer)} == {}


def odd(client: TestClient) -> Iterator[Asked]:
    style = client.get("/static/app.css")
    yield Asked("GET", "/static/app.css", 200)
    yield Asked("HEAD", "/static/app.css", 200)
    yield Asked("GET", "/static/app.css", 304, {"If-None-Match": style.headers["etag"]})
    yield Asked("GET", "/static/app.css", 206, {"Range": "bytes=0-3"})
    yield Asked("GET", "/static/app.css", 416, {"Range": "bytes=99999999-"})
    yield Asked("GET", "/static/no-such-file", 404)
    yield Asked("GET", "/static/%2e%2e/web.py", 404)
    yield Asked("GET", "/nowhere", 404)
    yield Asked("GET", "/api/v1/nowhere", 404)
    yield Asked("GET", "/cho/", 404)
    yield Asked("GET", "/%00", 404)
    yield Asked("GET", "/cho?q=%00", 422)
    yield Asked("PUT", "/cho", 405, {"Origin": ORIGIN})
    yield Asked("POST", "/dang-nhap", 403)
    yield Asked("POST", "/dang-nhap", 413, {"Origin": ORIGIN}, b"x" * (MAX_BODY + 1))
    yield Asked("GET", "/break", 500)
    yield Asked("GET", "/api/v1/break", 500)
    yield Asked("GET", "/api/openapi.json", 200)


def test_whatever_else_is_asked_is_answered_with_them(app: FastAPI) -> None:
    def break_down() -> None:
        raise RuntimeError

    for path in ("/break", "/api/v1/break"):
        app.add_api_route(path, break_down, dependencies=[Depends(public())])
    client = TestClient(app, raise_server_exceptions=False, follow_redirects=False)
    for asked in odd(client):
        answer = client.request(
            asked.method, asked.path, headers=dict(asked.headers), content=asked.content
        )
        assert answer.status_code == asked.status, asked
        assert wrong(answer) == [], asked


def test_over_tls_every_answer_tells_the_browser_to_stay_there(
    settings: Settings, engine: Engine, clock: FixedClock
) -> None:
    secure = settings.model_copy(update={"public_url": "https://testserver"})
    client = TestClient(create_app(secure, engine, clock), base_url="https://testserver")
    for path in ("/cho", "/nowhere", "/static/app.css", "/api/v1/lots"):
        assert client.get(path).headers["strict-transport-security"] == "max-age=31536000"


def test_no_answer_repeats_the_host_that_was_asked_for(world: World, rows: list[Row]) -> None:
    """A cache or a mail that kept such an answer would lead others there."""
    found = []
    for row in (row for row in rows if row.method in SAFE):
        for address in (world.address(row), world.address(row) + "/"):
            answer = world.send(
                Role.MANAGER, row, address=address, headers={"Host": "evil.example"}
            )
            if "evil.example" in answer.text + str(answer.headers):
                found.append(address)
    assert found == []
