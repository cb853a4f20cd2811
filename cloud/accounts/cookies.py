"""The session cookie and the browser's own, and who they stand for."""

from http import HTTPStatus
from threading import Lock
from typing import Final

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from cloud.accounts import browsers, rules, sessions
from cloud.db import writes, writing
from cloud.principal import Principal
from cloud.settings import Settings
from cloud.web import now

_SESSION: Final = "sid"
_BROWSER: Final = "may"  # «máy»: the machine
_BOUND: Final = "__Host-"  # browsers take it only over TLS, for this host, for all paths
_SESSION_S: Final = int(rules.LONGEST.total_seconds())  # the server knows when it really ends
_one_touches: Final = Lock()
_BROWSER_S: Final = int(browsers.LIFE.total_seconds())


def identify(session: Session, request: Request) -> Principal | None:
    """The principal of a request, as `cloud.permissions` asks for it."""
    token = token_of(request)
    found = sessions.identify(session, token, now(request)) if token else None
    if found is None or token is None:
        return None
    if found.stale:
        _touch(session, request, token)
    return found.principal


def token_of(request: Request) -> str | None:
    return request.cookies.get(_name(request, _SESSION))


def browser_of(request: Request) -> str | None:
    return request.cookies.get(_name(request, _BROWSER))


def network_of(request: Request) -> str:
    return rules.network(request.client.host if request.client else "")


def admit(request: Request, session: Session, token: str, onward: str) -> Response:
    """Send a person on with a new session; whatever this browser had before is worth nothing."""
    before = token_of(request)
    if before:
        sessions.drop(session, before)
    browser = browsers.remember(session, browser_of(request), token, now(request))
    sessions.touch(session, token, _browser_name(request), now(request))
    response = RedirectResponse(onward, HTTPStatus.SEE_OTHER)
    _set(request, response, _SESSION, token, _SESSION_S)
    _set(request, response, _BROWSER, browser, _BROWSER_S)
    return response


def take_back(request: Request, response: Response) -> None:
    """The session's cookie; the browser stays known."""
    secure = request.app.state.settings.secure
    name = _name(request, _SESSION)
    response.delete_cookie(name, httponly=True, samesite="lax", secure=secure)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'  # photos, and what waits to be sent


def _browser_name(request: Request) -> str:
    return rules.browser_name(request.headers.get("user-agent", ""))


def _touch(session: Session, request: Request, token: str) -> None:
    """In the request's transaction if it writes; else in one of its own, for reading is shared.

    One at a time, and whoever comes meanwhile leaves it to their next request: each holds a
    connection already, and when many come back at once they would wait for a second for ever.
    """
    browser = _browser_name(request)
    if writes(session):
        sessions.touch(session, token, browser, now(request))
        return
    if not _one_touches.acquire(blocking=False):
        return
    try:
        with Session(writing(request.app.state.engine)) as own, own.begin():
            sessions.touch(own, token, browser, now(request))
    finally:
        _one_touches.release()


def _set(request: Request, response: Response, name: str, value: str, life_s: int) -> None:
    response.set_cookie(
        _name(request, name),
        value,
        max_age=life_s,
        httponly=True,
        samesite="lax",
        secure=request.app.state.settings.secure,
    )


def _name(request: Request, name: str) -> str:
    settings: Settings = request.app.state.settings
    return _BOUND + name if settings.secure else name
