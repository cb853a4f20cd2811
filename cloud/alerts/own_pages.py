"""The page on which a person says where they want to be told of alerts, and of which farms."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from cloud.alerts import contacts, post, web_push
from cloud.alerts.models import (
    BrowserForm,
    Channel,
    ContactCodeForm,
    ContactForm,
    FarmsForm,
    GroupForm,
    LeaveForm,
)
from cloud.alerts.web_push import Browser
from cloud.permissions import Permission, require
from cloud.principal import Principal, Role
from cloud.settings import Settings
from cloud.transaction import SessionDep
from cloud.web import NowDep, render

router = APIRouter(prefix="/tai-khoan/bao-tin")

Own = Annotated[Principal, Depends(require(Permission.ACCOUNT_OWN))]
Chair = Annotated[Principal, Depends(require(Permission.COOPERATIVE_WRITE))]


@router.get("")
def contact_page(
    request: Request, session: SessionDep, principal: Own, now: NowDep
) -> HTMLResponse:
    return _page(request, session, principal, now)


@router.post("")
def ask(
    session: SessionDep, principal: Own, now: NowDep, form: Annotated[ContactForm, Form()]
) -> RedirectResponse:
    contacts.ask(session, principal, form.address, now)
    return _back()


@router.post("/zalo")
def invite(session: SessionDep, principal: Own, now: NowDep) -> RedirectResponse:
    contacts.invite(session, principal, now)
    return _back()


@router.post("/nhom")
def ask_group(
    session: SessionDep, principal: Chair, now: NowDep, form: Annotated[GroupForm, Form()]
) -> RedirectResponse:
    contacts.ask(session, principal, form.group, now, Channel.GROUP)
    return _back()


@router.post("/may")
def add_browser(
    session: SessionDep, principal: Own, now: NowDep, form: Annotated[BrowserForm, Form()]
) -> RedirectResponse:
    browser = Browser.of(form.endpoint, form.p256dh, form.auth)
    contacts.add_browser(session, principal, browser, now)
    return _back()


@router.post("/ma")
def confirm(
    request: Request,
    session: SessionDep,
    principal: Own,
    now: NowDep,
    form: Annotated[ContactCodeForm, Form()],
) -> Response:
    if contacts.confirm(session, principal, form.code, now, form.channel):
        return _back()
    return _page(request, session, principal, now, refused=form.channel)


@router.post("/thoi")
def leave(
    session: SessionDep, principal: Own, form: Annotated[LeaveForm, Form()]
) -> RedirectResponse:
    contacts.leave(session, principal, form.channel)
    return _back()


@router.post("/vuon")
def choose(
    session: SessionDep, principal: Own, form: Annotated[FarmsForm, Form()]
) -> RedirectResponse:
    contacts.choose(session, principal, form.farms)
    return _back()


def _page(
    request: Request,
    session: Session,
    principal: Principal,
    now: NowDep,
    refused: Channel | None = None,
) -> HTMLResponse:
    settings: Settings = request.app.state.settings
    own = contacts.all_own(session, principal)
    farms = contacts.farms(session, principal) if principal.role is Role.FARMER else ()
    return render(
        request,
        "alerts/contact.html",
        HTTPStatus.CONFLICT if refused else HTTPStatus.OK,
        contacts={one.channel.value: one for one in own},
        browsers=sum(one.channel is Channel.PUSH for one in own),
        refused=refused.value if refused else "",
        channels=_channels(settings, principal),
        bot=settings.zalo_bot_name,
        push_key=web_push.public_key(settings.secret(post.PUSH_KEY)) if settings.pushes else "",
        farms=farms if len(farms) > 1 else (),
        chosen=contacts.hears_of(session, principal),
        now=now,
    )


def _channels(settings: Settings, principal: Principal) -> list[str]:
    """By what this person can be told here, the quickest first."""
    may_group = principal.role is Role.MANAGER and settings.has_groups
    offered = (
        (Channel.PUSH, settings.pushes),
        (Channel.ZALO, settings.has_bot),
        (Channel.EMAIL, settings.sends_mail),
        (Channel.GROUP, may_group),
    )
    return [channel.value for channel, there in offered if there]


def _back() -> RedirectResponse:
    return RedirectResponse("/tai-khoan/bao-tin", HTTPStatus.SEE_OTHER)
