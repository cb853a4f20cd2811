"""Taking a device in by telephone, and striking one off."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from cloud.errors import Conflict, TooMany
from cloud.joining import moving, service
from cloud.joining.models import ClaimForm, MoveForm
from cloud.permissions import Permission, require
from cloud.principal import Principal
from cloud.transaction import SessionDep
from cloud.web import NowDep, render

router = APIRouter(prefix="/htx")
Planner = Annotated[Principal, Depends(require(Permission.FARM_WRITE))]
Owner = Annotated[Principal, Depends(require(Permission.COOPERATIVE_WRITE))]


@router.get("/noi-may")
def claim_page(request: Request, session: SessionDep, principal: Planner) -> HTMLResponse:
    return _page(request, session, principal, None)


@router.post("/nha/{greenhouse_id}/may")
def claim(
    request: Request,
    session: SessionDep,
    principal: Planner,
    now: NowDep,
    greenhouse_id: str,
    form: Annotated[ClaimForm, Form()],
) -> Response:
    try:
        waiting = service.ask_for(session, principal, form.code, greenhouse_id, now)
    except (Conflict, TooMany) as refusal:
        return _page(request, session, principal, refusal)
    return RedirectResponse(f"/htx/noi-may/{waiting}", HTTPStatus.SEE_OTHER)


@router.get("/noi-may/{joining_id}")
def claimed(
    request: Request, session: SessionDep, principal: Planner, now: NowDep, joining_id: str
) -> HTMLResponse:
    asked = service.asked(session, principal, joining_id, now)
    return render(request, "joining/claimed.html", asked=asked)


@router.post("/may/{device}/chuyen")
def move(
    request: Request,
    session: SessionDep,
    principal: Planner,
    now: NowDep,
    device: str,
    form: Annotated[MoveForm, Form()],
) -> Response:
    try:
        moving.move(session, principal, device, form.greenhouse, now)
    except Conflict as refusal:
        return _page(request, session, principal, refusal)
    return RedirectResponse("/htx/noi-may", HTTPStatus.SEE_OTHER)


@router.post("/may/{device}/go")
def strike_off(
    session: SessionDep, principal: Owner, now: NowDep, device: str
) -> RedirectResponse:
    moving.strike_off(session, principal, device, now)
    return RedirectResponse("/htx/noi-may", HTTPStatus.SEE_OTHER)


def _page(
    request: Request, session: Session, principal: Principal, refusal: Conflict | TooMany | None
) -> HTMLResponse:
    return render(
        request,
        "joining/claim.html",
        HTTPStatus.CONFLICT if refusal else HTTPStatus.OK,
        houses=service.houses(session, principal),
        refusal=refusal,
    )
