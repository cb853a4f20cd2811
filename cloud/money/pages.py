"""The cooperative's money: the queue, a statement, the month, and who tells of transactions."""

import secrets
from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from cloud.i18n import TIME_ZONE
from cloud.money import feeds, intake, report, service, statements
from cloud.money.forms import (
    AllocateForm,
    FeedForm,
    IgnoreForm,
    RefundForm,
    SeenForm,
    StatementForm,
)
from cloud.money.service import Refund, Wish
from cloud.payments.models import Provider
from cloud.payments.telling import Told
from cloud.permissions import Permission, require
from cloud.principal import Principal
from cloud.transaction import SessionDep
from cloud.web import NowDep, render

router = APIRouter(prefix="/htx")
Cashier = Annotated[Principal, Depends(require(Permission.MONEY_WRITE))]
Prover = Annotated[Principal, Depends(require(Permission.MONEY_WRITE, proved=True))]
Month = Annotated[str | None, Query(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]


@router.get("/tien")
def queue(request: Request, session: SessionDep, principal: Cashier, now: NowDep) -> HTMLResponse:
    return render(
        request,
        "money/queue.html",
        waiting=service.waiting(session, principal, now),
        refunds=service.refunds(session, principal),
        spoken=service.spoken(session, principal),
        ignored=service.ignored(session, principal),
        feed=feeds.own(session, principal),
        new_key=secrets.token_urlsafe,
    )


@router.post("/tien")
def seen(
    session: SessionDep,
    principal: Cashier,
    now: NowDep,
    form: Annotated[SeenForm, Form()],
) -> RedirectResponse:
    told = Told(form.key, form.amount, incoming=True, content=form.content, at=now)
    intake.take(session, principal.cooperative_id, Provider.MANUAL, [told], now)
    return _back()


@router.post("/tien/{txn}")
def allocate(
    session: SessionDep,
    principal: Cashier,
    now: NowDep,
    txn: str,
    form: Annotated[AllocateForm, Form()],
) -> RedirectResponse:
    code = "".join(form.code.split()).upper()
    service.allocate(session, principal, txn, Wish(code, form.amount, form.key), now)
    return _back()


@router.post("/tien/{txn}/go")
def undo(session: SessionDep, principal: Cashier, now: NowDep, txn: str) -> RedirectResponse:
    service.undo(session, principal, txn, now)
    return _back()


@router.post("/tien/{txn}/bo-qua")
def ignore(
    session: SessionDep,
    principal: Cashier,
    now: NowDep,
    txn: str,
    form: Annotated[IgnoreForm, Form()],
) -> RedirectResponse:
    service.ignore(session, principal, txn, form.reason, now)
    return _back()


@router.post("/tien/{txn}/xem-lai")
def look_again(session: SessionDep, principal: Cashier, now: NowDep, txn: str) -> RedirectResponse:
    service.look_again(session, principal, txn, now)
    return _back()


@router.post("/don/{order}/tra-lai")
def refund(
    session: SessionDep,
    principal: Cashier,
    now: NowDep,
    order: str,
    form: Annotated[RefundForm, Form()],
) -> RedirectResponse:
    service.refund(session, principal, order, Refund(form.amount, form.note, form.key), now)
    return _back()


@router.get("/sao-ke")
def choose(request: Request, _principal: Cashier) -> HTMLResponse:
    return render(request, "money/choose.html")


@router.post("/sao-ke")
def read(
    session: SessionDep,
    principal: Cashier,
    now: NowDep,
    form: Annotated[StatementForm, Form()],
) -> RedirectResponse:
    octets = b"".join(one.file.read(statements.MAX_OCTETS + 1) for one in form.files)
    kept = statements.read(session, principal, octets, now)
    return RedirectResponse(f"/htx/sao-ke/{kept}", HTTPStatus.SEE_OTHER)


@router.get("/sao-ke/{statement}")
def preview(
    request: Request, session: SessionDep, principal: Cashier, now: NowDep, statement: str
) -> HTMLResponse:
    found = statements.preview(session, principal, statement, now)
    return render(request, "money/statement.html", preview=found)


@router.post("/sao-ke/{statement}")
def confirm(
    session: SessionDep, principal: Cashier, now: NowDep, statement: str
) -> RedirectResponse:
    statements.confirm(session, principal, statement, now)
    return _back()


@router.get("/doi-soat")
def settlement(
    request: Request, session: SessionDep, principal: Cashier, now: NowDep, thang: Month = None
) -> HTMLResponse:
    found = report.month(session, principal, _first(thang, now))
    return render(request, "money/report.html", report=found)


@router.get("/bao-tien")
def service_that_tells(request: Request, session: SessionDep, principal: Cashier) -> HTMLResponse:
    feed = feeds.own(session, principal)
    base = request.app.state.settings.public_url
    address = f"{base}{feeds.address(feed)}" if feed else ""
    return render(request, "money/feed.html", feed=feed, address=address)


@router.post("/bao-tien")
def configure(
    request: Request,
    session: SessionDep,
    principal: Prover,
    now: NowDep,
    form: Annotated[FeedForm, Form()],
) -> RedirectResponse:
    vault = feeds.open_vault(request.app.state.settings)
    feeds.configure(session, principal, vault, form.scheme, form.secret, now)
    return RedirectResponse("/htx/bao-tien", HTTPStatus.SEE_OTHER)


def _first(month: str | None, now: datetime) -> date:
    if month is None:
        return now.astimezone(TIME_ZONE).date().replace(day=1)
    return date.fromisoformat(f"{month}-01")


def _back() -> RedirectResponse:
    return RedirectResponse("/htx/tien", HTTPStatus.SEE_OTHER)
