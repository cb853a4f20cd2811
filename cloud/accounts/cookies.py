"""The session cookie, and who it stands for."""

from typing import Final

from fastapi import Request, Response
from sqlmodel import Session

from cloud.accounts import service
from cloud.principal import Principal
from cloud.settings import Settings
from cloud.web import now

_NAME: Final = "sid"
_BOUND_NAME: Final = "__Host-sid"  # browsers take it only over TLS, for this host, for all paths


def identify(session: Session, request: Request) -> Principal | None:
    """The principal of a request, as `cloud.permissions` asks for it."""
    token = token_of(request)
    return service.identify(session, token, now(request)) if token else None


def token_of(request: Request) -> str | None:
    return request.cookies.get(_name(request.app.state.settings))


def give(request: Request, response: Response, token: str) -> None:
    settings: Settings = request.app.state.settings
    response.set_cookie(
        _name(settings),
        token,
        max_age=int(service.SESSION_LIFE.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=settings.secure,
    )


def take_back(request: Request, response: Response) -> None:
    settings: Settings = request.app.state.settings
    response.delete_cookie(_name(settings), httponly=True, samesite="lax", secure=settings.secure)


def _name(settings: Settings) -> str:
    return _BOUND_NAME if settings.secure else _NAME
