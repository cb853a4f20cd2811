"""The pages of channels: all of them, one of them, and the pack for a floor."""

from http import HTTPStatus
from typing import Annotated, Final, cast

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, StreamingResponse
from sqlmodel import Session

from cloud.channels import pack, service
from cloud.channels.codes import NAMES, WAYS, Channel, Way
from cloud.channels.errors import ChannelUnused
from cloud.channels.feeds import FEEDS
from cloud.channels.forms import MarkForm, SharedForm, SwitchForm
from cloud.channels.limits import together
from cloud.channels.pack import Seller
from cloud.channels.window import WindowDep
from cloud.cooperatives.models import Cooperative
from cloud.i18n import translate
from cloud.media.store import Store
from cloud.permissions import Permission, require
from cloud.principal import Principal
from cloud.transaction import SessionDep
from cloud.web import NowDep, language_of, render, render_text

router = APIRouter(prefix="/htx/kenh")
Reader = Annotated[Principal, Depends(require(Permission.PRODUCT_READ))]
Keeper = Annotated[Principal, Depends(require(Permission.PRODUCT_REVIEW))]

_PAGE: Final = "/htx/kenh"


@router.get("")
def channels(
    request: Request, session: SessionDep, principal: Reader, window: WindowDep, now: NowDep
) -> HTMLResponse:
    board = service.board(session, principal, window, now)
    addresses = {feed.name: f"{window.outlet.address}/kenh/" for feed in FEEDS}
    return render(
        request,
        "channels/list.html",
        board=board,
        names=NAMES,
        feeds=FEEDS,
        addresses=addresses,
    )


@router.post("")
def switch(
    session: SessionDep,
    principal: Keeper,
    now: NowDep,
    window: WindowDep,
    form: Annotated[SwitchForm, Form()],
) -> RedirectResponse:
    if form.act == "on":
        service.switch(session, principal, form.channel, window, now)
    else:
        service.switch_off(session, principal, form.channel, now)
    return RedirectResponse(_PAGE, HTTPStatus.SEE_OTHER)


@router.post("/chung")
def shared(
    session: SessionDep,
    principal: Keeper,
    now: NowDep,
    window: WindowDep,
    form: Annotated[SharedForm, Form()],
) -> RedirectResponse:
    service.share(session, principal, form, window, now)
    return RedirectResponse(_PAGE, HTTPStatus.SEE_OTHER)


@router.get("/{channel}")
def one(
    request: Request,
    session: SessionDep,
    principal: Reader,
    now: NowDep,
    window: WindowDep,
    channel: str,
) -> HTMLResponse:
    found = _channel(channel)
    view = service.view(session, principal, found, window, now)
    language = language_of(request)
    return render(
        request,
        "channels/one.html",
        view=view,
        channel=found,
        name=NAMES[found],
        by_hand=WAYS[found] is Way.HAND,
        sentences=lambda problems: [
            translate(language, problem.sentence, **problem.params)
            for problem in together(problems)
        ],
    )


@router.post("/{channel}/goi")
def take(
    request: Request,
    session: SessionDep,
    principal: Keeper,
    now: NowDep,
    window: WindowDep,
    channel: str,
) -> StreamingResponse:
    """The pack for a floor; the session is over before the first picture is read."""
    found = _channel(channel)
    taken = service.take(session, principal, found, window, now)
    seller = _seller(session, principal)
    sheet = render_text(
        request,
        "channels/sheet.html",
        listings=[one.listing for one in taken],
        proofs=pack.proofs(taken),
        seller=seller,
        name=NAMES[found],
    )
    store: Store = request.app.state.store
    named = f'attachment; filename="{pack.file_name(found, now)}"'
    return StreamingResponse(
        pack.write(found, seller, taken, sheet, store),
        headers={"Content-Disposition": named},
        media_type="application/zip",
    )


@router.post("/{channel}/{listing}")
def mark(
    session: SessionDep,
    principal: Keeper,
    now: NowDep,
    channel: str,
    listing: str,
    form: Annotated[MarkForm, Form()],
) -> RedirectResponse:
    service.mark(session, principal, _channel(channel), listing, form, now)
    return RedirectResponse(f"{_PAGE}/{channel}", HTTPStatus.SEE_OTHER)


def _channel(name: str) -> Channel:
    if name not in set(Channel):
        raise ChannelUnused
    return Channel(name)


def _seller(session: Session, principal: Principal) -> Seller:
    place = cast("Cooperative", session.get(Cooperative, principal.cooperative_id))
    return Seller(place.name, place.address, place.phone)
