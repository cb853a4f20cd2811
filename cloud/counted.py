"""Counts what the application answers, breakdowns and refusals at the door included."""

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cloud.clock import Clock
from cloud.metrics import Meters

_STATIC: Final = "/static"


class Counted:
    """One ASGI layer around everything."""

    def __init__(self, app: ASGIApp, meters: Meters, clock: Clock) -> None:
        self._app = app
        self._meters = meters
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = self._clock.mono()

        async def reply(message: Message) -> None:
            if message["type"] == "http.response.start":
                seconds = self._clock.mono() - began
                self._meters.answered(
                    scope["method"], _template(scope), message["status"], seconds
                )
            await send(message)

        await self._app(scope, receive, reply)


def _template(scope: Scope) -> str | None:
    """The address as the route declares it; what was typed instead of its parts is not in it."""
    if scope.get("root_path") == _STATIC:
        return _STATIC
    return getattr(scope.get("route"), "path", None)
