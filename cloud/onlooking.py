"""Answers that go on for minutes, told from outside of the application.

A page that looks on would hold everything its request passed on the way in: the layers, what they
keep, the transaction's session. Here the application answers and is done; only the telling stays.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final

from fastapi import Response
from starlette.types import ASGIApp, Receive, Scope, Send

_SEAT: Final = "vuonso.seat"
"""Where in a request's scope an answer leaves what is to be told after it."""


class _Seat:
    """What one request goes on to hear; empty for all others."""

    def __init__(self) -> None:
        self.events: AsyncGenerator[bytes] | None = None


class Onlook(Response):
    """An answer whose body is told bit by bit, after the application is done with the request."""

    def __init__(self, events: AsyncGenerator[bytes], media_type: str) -> None:
        super().__init__(media_type=media_type, headers={"X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._events = events

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        start = {"status": self.status_code, "headers": self.raw_headers}
        await send({"type": "http.response.start", **start})
        await send({"type": "http.response.body", "body": b"", "more_body": True})
        scope[_SEAT].events = self._events


class Onlookers:
    """The outermost ASGI layer: lets the application go before it tells."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        seat = _Seat()
        apart = {**scope, "state": dict(scope.get("state", {})), _SEAT: seat}
        await self._app(apart, receive, send)
        apart.clear()  # what was noted on the way in goes; the server holds its own
        if seat.events is not None:
            await _follow(seat.events, receive, send)


async def _follow(events: AsyncGenerator[bytes], receive: Receive, send: Send) -> None:
    """Tell until there is nothing more to tell, or nobody hears it."""
    async with asyncio.TaskGroup() as group:
        telling = group.create_task(_tell(events, send))
        while (await receive())["type"] != "http.disconnect":
            pass
        telling.cancel()


async def _tell(events: AsyncGenerator[bytes], send: Send) -> None:
    async with aclosing(events):
        async for event in events:
            await send({"type": "http.response.body", "body": event, "more_body": True})
            del event  # the next may be long in coming
    await send({"type": "http.response.body", "body": b"", "more_body": False})
