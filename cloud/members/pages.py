"""The members' page of the manager, and the page behind an invitation."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from cloud.accounts import cookies
from cloud.accounts.rules import HOME
from cloud.members import record, service
from cloud.members.models import InviteForm, JoinForm, RoleForm
from cloud.permissions import Permission, public, require
from cloud.principal import Principal, Role
from cloud.transaction import SessionDep
from cloud.web import NowDep, language_of, render

router = APIRouter()
Reader = Annotated[Principal, Depends(require(Permission.MEMBER_READ))]
Withdrawer = Annotated[Principal, Depends(require(Permission.MEMBER_WRITE))]
Writer = Annotated[Principal, Depends(require(Permission.MEMBER_WRITE, proved=True))]
Auditor = Annotated[Principal, Depends(require(Permission.AUDIT_READ))]
Before = Annotated[int | None, Query(ge=1, le=2**53)]


@router.get("/htx/thanh-vien")
def members(request: Request, session: SessionDep, principal: Reader, now: NowDep) -> HTMLResponse:
    return _page(request, session, principal, now, "")


@router.post("/htx/thanh-vien")
def invite(
    request: Request,
    session: SessionDep,
    principal: Writer,
    now: NowDep,
    form: Annotated[InviteForm, Form()],
) -> HTMLResponse:
    """Shows the link at once and never again: only its hash is kept."""
    token = service.invite(session, principal, form, now)
    address = f"{request.app.state.settings.public_url}/loi-moi/{token}"
    return _page(request, session, principal, now, address)


@router.post("/htx/thanh-vien/{member}/vai-tro")
def change_role(
    session: SessionDep,
    principal: Writer,
    now: NowDep,
    member: str,
    form: Annotated[RoleForm, Form()],
) -> RedirectResponse:
    service.change_role(session, principal, member, form.role, now)
    return _back()


@router.post("/htx/thanh-vien/{member}/xoa")
def remove(session: SessionDep, principal: Writer, now: NowDep, member: str) -> RedirectResponse:
    service.remove(session, principal, member, now)
    return _back()


@router.post("/htx/loi-moi/{invitation}/huy")
def withdraw(
    session: SessionDep, principal: Withdrawer, now: NowDep, invitation: str
) -> RedirectResponse:
    service.withdraw(session, principal, invitation, now)
    return _back()


@router.get("/htx/nhat-ky")
def deeds(
    request: Request, session: SessionDep, principal: Auditor, truoc: Before = None
) -> HTMLResponse:
    lines = record.lines(session, principal, truoc)
    more = lines[-1].seq if len(lines) == record.PAGE else None
    return render(request, "members/record.html", lines=lines, more=more)


@router.get("/htx/nhat-ky/kiem-tra")
def proof(request: Request, session: SessionDep, principal: Auditor) -> HTMLResponse:
    return render(request, "members/proof.html", proof=record.prove(session, principal))


@router.get("/loi-moi/{token}", dependencies=[Depends(public())])
def invitation(request: Request, session: SessionDep, now: NowDep, token: str) -> HTMLResponse:
    found = service.invited(session, token, now)
    if found is None:
        return render(request, "accounts/link_used.html", HTTPStatus.GONE)
    return render(request, "members/join.html", invited=found, token=token, missing="")


@router.post("/loi-moi/{token}", dependencies=[Depends(public())])
def join(
    request: Request,
    session: SessionDep,
    now: NowDep,
    token: str,
    form: Annotated[JoinForm, Form()],
) -> Response:
    found = service.invited(session, token, now)
    if found is None:
        return render(request, "accounts/link_used.html", HTTPStatus.GONE)
    missing = "" if form.agreed else "consent"
    fresh = None
    if not missing:
        fresh = service.join(session, token, form, language_of(request), now)
    if fresh is None:
        return render(
            request,
            "members/join.html",
            HTTPStatus.CONFLICT if missing else HTTPStatus.UNAUTHORIZED,
            invited=found,
            token=token,
            missing=missing or "password",
        )
    first = "/htx/bat-dau" if found.role is Role.MANAGER else HOME
    return cookies.admit(request, session, fresh, first)


def _page(
    request: Request, session: Session, principal: Principal, now: datetime, link: str
) -> HTMLResponse:
    return render(
        request,
        "members/list.html",
        people=service.people(session, principal),
        invitations=service.invitations(session, principal, now),
        roles=list(Role),
        link=link,
    )


def _back() -> RedirectResponse:
    return RedirectResponse("/htx/thanh-vien", HTTPStatus.SEE_OTHER)
