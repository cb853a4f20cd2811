"""Pages of the market that are the same for everybody, kept in memory until something changes.

A page is kept with the version it was made at: the sum of what happened to the window, the lots
recalled and the day, one question to the database for each request. Whatever changes a product,
takes packs of it or judges a paper counts there in its own transaction, so that a page is never
older than the last change, in any process. It is made anew after half a minute all the same.
Whoever is logged in gets none of these.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Engine
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cloud.clock import Clock
from cloud.i18n import LANGUAGE_COOKIE, TIME_ZONE
from cloud.web import LOGGED_IN

KEPT_S: Final = 30.0
"""For what no version counts: what was mended in the database by hand."""
MOST: Final = 1_000
"""Pages; at some 5 kB each."""
_VERSION: Final = """
SELECT (SELECT sum(n) FROM showing_count WHERE facet = 'changes'),
  (SELECT count(*) FROM lot WHERE recalled_at IS NOT NULL)
"""
_RULE: Final = (b"cache-control", b"public, no-cache")
"""Browsers and what stands between may keep it, and ask each time whether it still holds."""

Version = tuple[object, ...]
RawHeaders = Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Kept:
    """A page as it was sent, and how long it holds."""

    version: Version
    until: float
    etag: bytes
    headers: RawHeaders
    body: bytes
    route: object
    """Under which it is counted."""


class KeptPages:
    """One ASGI layer around the routes and the compression."""

    def __init__(self, app: ASGIApp, engine: Engine, clock: Clock) -> None:
        self._app = app
        self._engine = engine
        self._clock = clock
        self._pages: OrderedDict[tuple[str, ...], Kept] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = _key(scope)
        if key is None:
            await self._app(scope, receive, send)
            return
        version = await self._version()
        kept = self._pages.get(key)
        if kept is None or kept.version != version or kept.until < self._clock.mono():
            made = _Made()
            await self._app(scope, receive, made)
            if made.status != _OK:
                await made.replay(send)
                return
            kept = made.kept(version, self._clock.mono() + KEPT_S, scope.get("route"))
            self._put(key, kept)
        scope["route"] = kept.route
        await _answer(kept, scope, send)

    async def _version(self) -> Version:
        today = self._clock.now().astimezone(TIME_ZONE).date()  # on which papers expire
        if self._engine.dialect.name == "sqlite":
            return today, *_read(self._engine)  # tens of microseconds; a thread would cost more
        return today, *await run_in_threadpool(_read, self._engine)

    def _put(self, key: tuple[str, ...], kept: Kept) -> None:
        self._pages[key] = kept
        self._pages.move_to_end(key)
        while len(self._pages) > MOST:
            self._pages.popitem(last=False)


_OK: Final = 200


class _Made:
    """A page while it is being made."""

    def __init__(self) -> None:
        self.status = 0
        self._messages: list[Message] = []

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        self._messages.append(message)

    async def replay(self, send: Send) -> None:
        for message in self._messages:
            await send(message)

    def kept(self, version: Version, until: float, route: object) -> Kept:
        start, *parts = self._messages
        body = b"".join(part.get("body", b"") for part in parts)
        etag = b'"' + hashlib.sha256(body).hexdigest()[:20].encode() + b'"'
        own = [(name, value) for name, value in start["headers"] if name != b"content-length"]
        vary = [(name, value) for name, value in own if name != b"vary"]
        more = [_RULE, (b"etag", etag), (b"vary", b"Cookie, Accept-Encoding")]
        return Kept(version, until, etag, [*vary, *more], body, route)


async def _answer(kept: Kept, scope: Scope, send: Send) -> None:
    asked = Headers(scope=scope).get("if-none-match", "")
    same = kept.etag.decode() in asked
    body = b"" if same else kept.body
    length = [] if same else [(b"content-length", str(len(body)).encode())]
    status = 304 if same else _OK
    headers = [*kept.headers, *length]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _key(scope: Scope) -> tuple[str, ...] | None:
    """What a page depends on; None for what is not the same for everybody."""
    if scope["type"] != "http" or scope["method"] != "GET" or not _shared(scope["path"]):
        return None
    query = scope["query_string"].decode("latin-1")
    headers = Headers(scope=scope)
    cookies = cookie_parser(headers.get("cookie", ""))
    if "q=" in query or not LOGGED_IN.isdisjoint(cookies):
        return None
    packed = "gzip" in headers.get("accept-encoding", "")
    return scope["path"], query, cookies.get(LANGUAGE_COOKIE, ""), str(packed)


def _shared(path: str) -> bool:
    return path in {"/", "/cho"} or path.startswith(("/cho/", "/gian-hang/"))


def _read(engine: Engine) -> Version:
    """The version; on a connection as it comes from the pool, without the layers above it."""
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(_VERSION)
        row = cursor.fetchone()
        cursor.close()
    finally:
        connection.close()
    return tuple(row or ())
