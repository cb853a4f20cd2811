"""The manager's page of places, and the first questions of a new cooperative, one a page."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from cloud.i18n import TIME_ZONE
from cloud.members import service as members
from cloud.members.models import InviteForm
from cloud.permissions import Permission, may, require
from cloud.places import rules, service
from cloud.places.forms import (
    Back,
    CooperativeForm,
    FarmerForm,
    FarmForm,
    GreenhouseForm,
    ZoneForm,
)
from cloud.principal import Principal, Role
from cloud.transaction import SessionDep
from cloud.web import NowDep, render

router = APIRouter(prefix="/htx")
Planner = Annotated[Principal, Depends(require(Permission.FARM_WRITE))]
Namer = Annotated[Principal, Depends(require(Permission.COOPERATIVE_WRITE))]
Inviter = Annotated[Principal, Depends(require(Permission.MEMBER_WRITE))]


@router.get("/trang-trai")
def places(request: Request, session: SessionDep, principal: Planner, now: NowDep) -> HTMLResponse:
    return render(
        request,
        "places/list.html",
        home=service.home(session, principal),
        places=service.tree(session, principal),
        today=_today(now),
    )


@router.post("/hop-tac-xa")
def change_home(
    session: SessionDep, principal: Namer, now: NowDep, form: Annotated[CooperativeForm, Form()]
) -> RedirectResponse:
    service.change_home(session, principal, form, now)
    return _to(form.back)


@router.post("/trang-trai")
def add_farm(
    session: SessionDep, principal: Planner, now: NowDep, form: Annotated[FarmForm, Form()]
) -> RedirectResponse:
    service.add_farm(session, principal, form, now)
    return _to(form.back)


@router.post("/trang-trai/{farm}")
def change_farm(
    session: SessionDep,
    principal: Planner,
    now: NowDep,
    farm: str,
    form: Annotated[FarmForm, Form()],
) -> RedirectResponse:
    service.change_farm(session, principal, farm, form, now)
    return _to(form.back)


@router.post("/trang-trai/{farm}/nha")
def add_greenhouse(
    session: SessionDep,
    principal: Planner,
    now: NowDep,
    farm: str,
    form: Annotated[GreenhouseForm, Form()],
) -> RedirectResponse:
    service.add_greenhouse(session, principal, farm, form, now)
    return _to(form.back)


@router.post("/nha/{greenhouse_id}")
def change_greenhouse(
    session: SessionDep,
    principal: Planner,
    now: NowDep,
    greenhouse_id: str,
    form: Annotated[GreenhouseForm, Form()],
) -> RedirectResponse:
    service.change_greenhouse(session, principal, greenhouse_id, form, now)
    return _to(form.back)


@router.post("/nha/{greenhouse_id}/khu")
def add_zone(
    session: SessionDep,
    principal: Planner,
    now: NowDep,
    greenhouse_id: str,
    form: Annotated[ZoneForm, Form()],
) -> RedirectResponse:
    service.add_zone(session, principal, greenhouse_id, form, now)
    return _to(form.back)


@router.post("/khu/{zone_id}")
def change_zone(
    session: SessionDep,
    principal: Planner,
    now: NowDep,
    zone_id: str,
    form: Annotated[ZoneForm, Form()],
) -> RedirectResponse:
    service.change_zone(session, principal, zone_id, form, now)
    return _to(form.back)


@router.get("/bat-dau")
def start(request: Request, session: SessionDep, principal: Planner, now: NowDep) -> HTMLResponse:
    return _step(request, session, principal, now)


@router.get("/bat-dau/may")
def device(request: Request, session: SessionDep, principal: Planner, now: NowDep) -> HTMLResponse:
    """The last question, for who invites nobody yet."""
    return _step(request, session, principal, now, rules.Step.FARMER)


@router.get("/bat-dau/xong")
def done(request: Request, session: SessionDep, principal: Planner, now: NowDep) -> HTMLResponse:
    """The end of the questions, for who has no box yet."""
    put_off = rules.Step.FARMER, rules.Step.DEVICE
    return _step(request, session, principal, now, *put_off)


@router.post("/bat-dau/nguoi")
def invite(
    request: Request,
    session: SessionDep,
    principal: Inviter,
    now: NowDep,
    form: Annotated[FarmerForm, Form()],
) -> HTMLResponse:
    """Shows the link at once and never again: only its hash is kept."""
    wish = InviteForm(name=form.name, role=Role.FARMER)
    token = members.invite(session, principal, wish, now)
    link = f"{request.app.state.settings.public_url}/loi-moi/{token}"
    return render(request, "places/invited.html", name=form.name, link=link)


def _step(
    request: Request,
    session: Session,
    principal: Principal,
    now: datetime,
    *put_off: rules.Step,
) -> HTMLResponse:
    known = service.known(session, principal, now)
    manages = may(principal, Permission.COOPERATIVE_WRITE)
    step = rules.next_step(known, manages=manages, put_off=put_off)
    return render(
        request,
        "places/start.html",
        step=step,
        known=known,
        number=rules.number(step),
        count=rules.number(rules.Step.DONE) - 1,
        home=service.home(session, principal),
        places=service.tree(session, principal),
        today=_today(now),
        back=Back.START,
    )


def _today(now: datetime) -> str:
    return now.astimezone(TIME_ZONE).date().isoformat()


def _to(back: Back) -> RedirectResponse:
    return RedirectResponse(back.value, HTTPStatus.SEE_OTHER)
