"""The page on which a person says where they want to be told of alerts."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from cloud.alerts import contacts
from cloud.alerts.models import ContactCodeForm, ContactForm
from cloud.db import SessionDep
from cloud.permissions import Permission, require
from cloud.principal import Principal
from cloud.settings import Settings
from cloud.web import NowDep, render

router = APIRouter(prefix="/tai-khoan/bao-tin")

Own = Annotated[Principal, Depends(require(Permission.ACCOUNT_OWN))]


@router.get("")
def contact_page(request: Request, session: SessionDep, principal: Own) -> HTMLResponse:
    return _page(request, session, principal)


@router.post("")
def ask(
    session: SessionDep, principal: Own, now: NowDep, form: Annotated[ContactForm, Form()]
) -> RedirectResponse:
    contacts.ask(session, principal, form.address, now)
    return _back()


@router.post("/ma")
def confirm(
    request: Request,
    session: SessionDep,
    principal: Own,
    now: NowDep,
    form: Annotated[ContactCodeForm, Form()],
) -> Response:
    if contacts.confirm(session, principal, form.code, now):
        return _back()
    return _page(request, session, principal, refused=True)


@router.post("/thoi")
def leave(session: SessionDep, principal: Own) -> RedirectResponse:
    contacts.leave(session, principal)
    return _back()


def _page(
    request: Request, session: Session, principal: Principal, *, refused: bool = False
) -> HTMLResponse:
    settings: Settings = request.app.state.settings
    return render(
        request,
        "alerts/contact.html",
        HTTPStatus.CONFLICT if refused else HTTPStatus.OK,
        contact=contacts.own(session, principal),
        refused=refused,
        sends=settings.sends_mail,
    )


def _back() -> RedirectResponse:
    return RedirectResponse("/tai-khoan/bao-tin", HTTPStatus.SEE_OTHER)
