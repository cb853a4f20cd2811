"""Pages around a card: the manager prints it, its owner scans it and types the PIN."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from cloud.accounts import cookies
from cloud.accounts.rules import CARD_LIVES, HOME, onward
from cloud.cards import service
from cloud.cards.models import CardForm, NewPinForm, PinForm, PinProofForm
from cloud.cards.rules import DIGITS
from cloud.cards.service import BadPin
from cloud.db import writing
from cloud.permissions import Permission, public, require
from cloud.principal import Principal
from cloud.transaction import SessionDep
from cloud.web import NowDep, render
from traceability import qr

router = APIRouter()
Own = Annotated[Principal, Depends(require(Permission.ACCOUNT_OWN))]
Canceller = Annotated[Principal, Depends(require(Permission.ENTRY_WRITE))]
Giver = Annotated[Principal, Depends(require(Permission.ENTRY_WRITE, proved=True))]


@router.get("/htx/thanh-vien/{member}/the")
def cards(
    request: Request, session: SessionDep, principal: Giver, now: NowDep, member: str
) -> HTMLResponse:
    found = service.holder(session, principal, member, now)
    return render(request, "cards/holder.html", holder=found, digits=DIGITS, refused=False)


@router.post("/htx/thanh-vien/{member}/the")
def issue(
    request: Request,
    session: SessionDep,
    principal: Giver,
    now: NowDep,
    member: str,
    form: Annotated[CardForm, Form()],
) -> HTMLResponse:
    """Shows the card at once and never again: only hashes are kept."""
    hashes = request.app.state.hashes
    try:
        card = service.issue(session, principal, member, form, hashes, now)
    except BadPin as bad:
        found = service.holder(session, principal, member, now)
        return render(
            request, "cards/holder.html", bad.status, holder=found, digits=DIGITS, refused=True
        )
    address = f"{request.app.state.settings.public_url}/the/{card.token}"
    drawing = qr.svg(qr.symbol(address))
    return render(request, "cards/card.html", card=card, drawing=drawing, member=member)


@router.post("/htx/the/{card}/huy")
def revoke(session: SessionDep, principal: Canceller, now: NowDep, card: str) -> RedirectResponse:
    member = service.revoke(session, principal, card, now)
    return RedirectResponse(f"/htx/thanh-vien/{member}/the", HTTPStatus.SEE_OTHER)


@router.get("/tai-khoan/ma-pin")
def own_cards(request: Request, session: SessionDep, principal: Own, now: NowDep) -> HTMLResponse:
    cards = service.own(session, principal, now)
    return render(request, "cards/own.html", cards=cards, digits=DIGITS, refused="")


@router.post("/tai-khoan/ma-pin")
def change_pin(
    request: Request,
    session: SessionDep,
    principal: Own,
    now: NowDep,
    form: Annotated[NewPinForm, Form()],
) -> Response:
    """The old PIN first: a borrowed telephone must not change it."""
    hashes, token = request.app.state.hashes, cookies.token_of(request) or ""
    knocked = service.own_knock(
        session, principal, form.card, cookies.browser_of(request) or "", now
    )
    refused = "old"
    if knocked is not None and hashes.check(form.old, knocked.kept).right:
        try:
            service.change_pin(session, knocked, form, token, hashes, now)
        except BadPin:
            refused = "new"
        else:
            return RedirectResponse("/tai-khoan", HTTPStatus.SEE_OTHER)
    cards = service.own(session, principal, now)
    return render(
        request, "cards/own.html", HTTPStatus.CONFLICT, cards=cards, digits=DIGITS, refused=refused
    )


@router.get("/tai-khoan/xac-nhan/pin")
def proof_page(request: Request, _principal: Own, tiep: str = HOME) -> HTMLResponse:
    """For whoever came in by a card, and may never have chosen a password."""
    return _proof(request, onward(tiep))


@router.post("/tai-khoan/xac-nhan/pin")
def prove(
    request: Request,
    session: SessionDep,
    principal: Own,
    now: NowDep,
    form: Annotated[PinProofForm, Form()],
) -> Response:
    """Whoever found the telephone unlocked does not know the PIN."""
    token, back = cookies.token_of(request) or "", onward(form.tiep)
    browser = cookies.browser_of(request) or ""
    knocked = service.knock_here(session, principal, token, browser, now)
    if knocked is None or not request.app.state.hashes.check(form.pin, knocked.kept).right:
        return _proof(request, back, HTTPStatus.CONFLICT)
    return cookies.admit(request, session, service.prove(session, knocked, token, now), back)


@router.get("/the", dependencies=[Depends(public())])
def how_to(request: Request) -> HTMLResponse:
    return render(request, "cards/how_to.html")


@router.get("/the/{token}", dependencies=[Depends(public())])
def pin_page(request: Request, session: SessionDep, now: NowDep, token: str) -> HTMLResponse:
    return _pin(request, token, service.owner(session, token, now))


@router.post("/the/{token}", dependencies=[Depends(public())])
def enter(
    request: Request,
    session: SessionDep,
    now: NowDep,
    token: str,
    form: Annotated[PinForm, Form()],
) -> Response:
    """The PIN is paid in a transaction of its own: hashing takes time in which others write."""
    network, browser = cookies.network_of(request), cookies.browser_of(request)
    with Session(writing(request.app.state.engine)) as own, own.begin():
        name = service.owner(own, token, now)
        knocked = service.knock(own, token, network, browser, now)
    fresh = None
    if knocked is not None:
        checked = request.app.state.hashes.check(form.pin, knocked.kept)
        fresh = service.enter(session, knocked, checked, now)
    if fresh is None:
        return _pin(request, token, name, HTTPStatus.UNAUTHORIZED)
    return cookies.admit(request, session, fresh, HOME)


def _proof(request: Request, back: str, status: int = HTTPStatus.OK) -> HTMLResponse:
    refused = status != HTTPStatus.OK
    return render(request, "cards/proof.html", status, onward=back, digits=DIGITS, refused=refused)


def _pin(
    request: Request, token: str, name: str | None, status: int = HTTPStatus.OK
) -> HTMLResponse:
    if name is None:
        return render(request, "cards/ended.html", HTTPStatus.GONE)
    return render(
        request,
        "cards/pin.html",
        status,
        name=name,
        token=token,
        refused=status != HTTPStatus.OK,
        digits=DIGITS,
        days=CARD_LIVES.whole.days,
    )
