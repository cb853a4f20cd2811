"""The diary for people: read by days, written with a few taps, put right so that it shows."""

from http import HTTPStatus
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from cloud.accounts import practising
from cloud.cooperatives import service as cooperatives
from cloud.diary import rules, service, view, words
from cloud.diary.forms import CorrectionForm, EntryForm
from cloud.diary.models import DiaryEntry
from cloud.diary.photos import album
from cloud.greenhouses import service as greenhouses
from cloud.permissions import Permission, require, require_early
from cloud.principal import Principal
from cloud.supplies import service as supplies
from cloud.transaction import SessionDep
from cloud.web import NowDep, language_of, render

router = APIRouter()
Reader = Annotated[Principal, Depends(require(Permission.GREENHOUSE_READ))]
Writer = Annotated[Principal, Depends(require(Permission.DIARY_WRITE))]
Sender = Annotated[Principal, Depends(require_early(Permission.DIARY_WRITE))]
Chosen = Annotated[str, Query(alias="khu", max_length=20)]

_ALL = "/nhat-ky"


@router.get(_ALL)
def whole(request: Request, session: SessionDep, principal: Reader, now: NowDep) -> HTMLResponse:
    """The only greenhouse's diary, else what people did in all of them."""
    houses, language = greenhouses.all_of(session, principal), language_of(request)
    if len(houses) == 1:
        days = view.of_house(session, principal, houses[0], language, now)
    else:
        days = view.of_all(session, principal, language, now)
    shown = houses if len(houses) > 1 else []
    return render(
        request,
        "diary/list.html",
        house=None,
        houses=shown,
        zone="",
        days=days,
        works=words.works(language),
    )


@router.get("/vuon/{greenhouse_id}/nhat-ky")
def of_house(
    request: Request, session: SessionDep, principal: Reader, now: NowDep, greenhouse_id: str
) -> HTMLResponse:
    house = greenhouses.find(session, principal, greenhouse_id)
    language = language_of(request)
    days = view.of_house(session, principal, house, language, now)
    own = greenhouses.zones_of(session, principal, house)
    first = own[0].public_id if own else ""
    return render(
        request,
        "diary/list.html",
        house=house,
        houses=[],
        zone=first,
        days=days,
        works=words.works(language),
    )


@router.get(f"{_ALL}/ghi")
def form(
    request: Request, session: SessionDep, principal: Writer, now: NowDep, zone_id: Chosen = ""
) -> HTMLResponse:
    zones, language = cooperatives.zones(session, principal), language_of(request)
    known = {zone.public_id for zone in zones}
    names = {house.id: house.name for house in greenhouses.all_of(session, principal)}
    today = rules.today(now)
    return render(
        request,
        "diary/form.html",
        key=str(uuid4()),
        works=words.works(language),
        zones=zones,
        houses=names if len(names) > 1 else {},
        chosen=zone_id if zone_id in known else next((z.public_id for z in zones), ""),
        days=[(day, words.day(language, day, today)) for day in rules.choices(now)],
        supplies=supplies.listing(session, principal),
    )


@router.post(_ALL)
def write(
    request: Request,
    session: SessionDep,
    principal: Sender,
    now: NowDep,
    form: Annotated[EntryForm, Form()],
) -> RedirectResponse:
    photos = album(request, principal, form.octets(), now, form.said_aloud())
    writer = practising.noting(session, principal, form.zone)
    entry = service.write(session, writer, form.zone, form.said(), photos, now)
    if writer is not principal:  # they are to see what they wrote
        practising.leave(session, principal.account_id, now)
    return RedirectResponse(f"{_ALL}#{entry.public_id}", HTTPStatus.SEE_OTHER)


@router.get("/nhat-ky/{entry}")
def one(
    request: Request, session: SessionDep, principal: Reader, now: NowDep, entry: str
) -> HTMLResponse:
    """An entry with its photos, and what stood there before."""
    shown, *before = service.history(session, principal, entry)
    language, today = language_of(request), rules.today(now)
    days = dict.fromkeys([shown.entry.day, *rules.choices(now)])
    return render(
        request,
        "diary/entry.html",
        key=str(uuid4()),
        shown=shown,
        title=words.day(language, shown.entry.day, today),
        before=[(one, words.day(language, one.entry.day, today)) for one in before],
        works=words.works(language),
        days=[(day, words.day(language, day, today)) for day in days],
        mine=service.may_correct(session, principal, shown.entry),
    )


@router.post("/nhat-ky/{entry}")
def correct(
    session: SessionDep,
    principal: Writer,
    now: NowDep,
    entry: str,
    form: Annotated[CorrectionForm, Form()],
) -> RedirectResponse:
    writer = practising.correcting(session, principal, DiaryEntry, entry)
    if form.act == "strike":
        fresh = service.strike(session, writer, entry, form.key, now)
    else:
        fresh = service.correct(session, writer, entry, form.said(), now)
    if writer is not principal:  # they are to see what they wrote
        practising.leave(session, principal.account_id, now)
    return RedirectResponse(f"{_ALL}/{fresh.public_id}", HTTPStatus.SEE_OTHER)
