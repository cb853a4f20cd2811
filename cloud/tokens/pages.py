"""The manager's page of programs' keys."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from cloud.permissions import Permission, require
from cloud.principal import Principal
from cloud.tokens import service
from cloud.tokens.models import Scope, TokenForm
from cloud.transaction import SessionDep
from cloud.web import NowDep, render

router = APIRouter()
Reader = Annotated[Principal, Depends(require(Permission.PROGRAM_WRITE))]
Writer = Annotated[Principal, Depends(require(Permission.PROGRAM_WRITE, proved=True))]

_PAGE = "/htx/phan-mem"


@router.get(_PAGE)
def tokens(request: Request, session: SessionDep, principal: Reader, now: NowDep) -> HTMLResponse:
    return _page(request, session, principal, now, "")


@router.post(_PAGE)
def make(
    request: Request,
    session: SessionDep,
    principal: Writer,
    now: NowDep,
    form: Annotated[TokenForm, Form()],
) -> HTMLResponse:
    """Shows the key at once and never again: only its hash is kept."""
    fresh = service.make(session, principal, form, now)
    return _page(request, session, principal, now, fresh)


@router.post(_PAGE + "/{api_token}/thu-lai")
def revoke(
    session: SessionDep, principal: Reader, now: NowDep, api_token: str
) -> RedirectResponse:
    service.revoke(session, principal, api_token, now)
    return RedirectResponse(_PAGE, HTTPStatus.SEE_OTHER)


def _page(
    request: Request, session: Session, principal: Principal, now: datetime, fresh: str
) -> HTMLResponse:
    return render(
        request,
        "tokens/list.html",
        tokens=service.listing(session, principal),
        scopes=list(Scope),
        fresh=fresh,
        now=now,
        address=f"{request.app.state.settings.public_url}/epcis",
    )
