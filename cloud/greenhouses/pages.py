"""The farmer's pages: home, zone, the curve, and the forms for water, stop and resume."""

from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import Field
from sqlmodel import Session

from cloud.accounts.practising import stopping, stopping_all
from cloud.accounts.rules import onward
from cloud.bodies import Body
from cloud.db import new_public_id
from cloud.devices import service as devices
from cloud.devices.rules import Amount
from cloud.devices.stopping import stop_everywhere
from cloud.greenhouses import service, view
from cloud.greenhouses.bars import water_bars
from cloud.greenhouses.chart import Band
from cloud.greenhouses.curve import (
    SPAN,
    SPANS,
    Curve,
    Span,
    long_curve,
    long_warm_curve,
    moisture_curve,
    warm_curve,
)
from cloud.greenhouses.models import Greenhouse, Zone
from cloud.greenhouses.rules import Rest, ZoneCard, rest
from cloud.greenhouses.service import GreenhouseStatus
from cloud.lines import Whole
from cloud.permissions import Permission, require
from cloud.principal import Principal
from cloud.transaction import SessionDep
from cloud.web import NowDep, language_of, render

router = APIRouter(prefix="/vuon")

Reader = Annotated[Principal, Depends(require(Permission.GREENHOUSE_READ))]
Waterer = Annotated[Principal, Depends(require(Permission.WATER))]
Stopper = Annotated[Principal, Depends(require(Permission.STOP))]
Spanned = Annotated[Span, Query(alias="ky")]
Key = Annotated[str, Field(min_length=8, max_length=64)]


class CommandForm(Body):
    """STOP or resume: a key against the second tap, and the page it was tapped on."""

    key: Key
    back: str = Field(default="/vuon", max_length=200)


class PauseForm(CommandForm):
    """For how long automation rests."""

    lasts: Rest


class WaterForm(Body):
    """Water one zone for so many minutes."""

    key: Key
    minutes: Whole = Field(ge=1, le=60)


@dataclass(frozen=True)
class Frame:
    """What every page of a greenhouse needs besides its content."""

    name: str
    path: str
    home: str
    shape: str
    zone: str
    simulated: bool
    several: bool
    key: str
    span: Span = Span.DAY

    @property
    def chart(self) -> str:
        return f"{router.prefix}/khu/{self.zone}/bieu-do"

    @property
    def history(self) -> str:
        return f"{router.prefix}/khu/{self.zone}/lich-su?ky={self.span}"

    @property
    def live(self) -> str:
        return f"{self.home}/live"

    @property
    def snapshot(self) -> str:
        return f"{self.home}/trang-thai"

    @property
    def diary(self) -> str:
        return f"{self.home}/nhat-ky"

    @property
    def stop_action(self) -> str:
        return f"{self.home}/dung"

    @property
    def pause_action(self) -> str:
        return f"{self.home}/tam-nghi"

    @property
    def identify_action(self) -> str:
        return f"{self.home}/tim-may"

    @property
    def resume_action(self) -> str:
        return f"{self.home}/tiep-tuc"


@router.get("")
def home(request: Request, session: SessionDep, principal: Reader, now: NowDep) -> Response:
    """The only greenhouse itself, else all of them with the worst first."""
    greenhouses = service.all_of(session, principal)
    if len(greenhouses) == 1:
        return _home_of(request, session, principal, now, greenhouses[0])
    shown = [service.status(session, principal, one, now) for one in greenhouses]
    rows = view.listing(language_of(request), shown)
    return render(request, "greenhouses/list.html", houses=rows)


@router.get("/khu/{zone_id}")
def zone(
    request: Request,
    session: SessionDep,
    principal: Reader,
    now: NowDep,
    zone_id: str,
    span: Spanned = Span.DAY,
) -> HTMLResponse:
    place, house = service.find_zone(session, principal, zone_id)
    shown = service.status(session, principal, house, now)
    language, card = language_of(request), _card(shown, place)
    past = _past(session, place, card, language, now, span)
    return render(
        request,
        "greenhouses/zone.html",
        page=replace(_frame(request, shown, place.public_id, several=True), span=span),
        span=span,
        spans=SPANS,
        k=view.places(language, shown),
        zone=view.zone_model(card),
        choices=service.choices(session, place),
        doses=past.doses,
        charts=past.charts,
    )


@router.get("/khu/{zone_id}/bieu-do")
def curve(
    request: Request, session: SessionDep, principal: Reader, now: NowDep, zone_id: str
) -> HTMLResponse:
    """The drawing alone, for a home page that stays open."""
    place, house = service.find_zone(session, principal, zone_id)
    card = _card(service.status(session, principal, house, now), place)
    chart = _moisture(session, place, card, language_of(request), now)
    return render(request, "greenhouses/chart.html", chart=chart)


@router.get("/khu/{zone_id}/lich-su")
def history(
    request: Request,
    session: SessionDep,
    principal: Reader,
    now: NowDep,
    zone_id: str,
    span: Spanned = Span.DAY,
) -> HTMLResponse:
    """Waterings and drawing alone, for a zone's page that stays open."""
    place, house = service.find_zone(session, principal, zone_id)
    card = _card(service.status(session, principal, house, now), place)
    past = _past(session, place, card, language_of(request), now, span)
    return render(
        request,
        "greenhouses/history.html",
        doses=past.doses,
        charts=past.charts,
        span=span,
        spans=SPANS,
    )


@router.post("/khu/{zone_id}/tuoi")
def water(
    session: SessionDep,
    principal: Waterer,
    now: NowDep,
    zone_id: str,
    form: Annotated[WaterForm, Form()],
) -> RedirectResponse:
    amount = Amount(seconds=form.minutes * 60.0)
    devices.request_water(session, principal, zone_id, amount, now, form.key)
    return _back(f"/vuon/khu/{zone_id}")


@router.get("/{greenhouse_id}")
def greenhouse(
    request: Request, session: SessionDep, principal: Reader, now: NowDep, greenhouse_id: str
) -> HTMLResponse:
    house = service.find(session, principal, greenhouse_id)
    return _home_of(request, session, principal, now, house)


def _home_of(
    request: Request, session: Session, principal: Principal, now: datetime, house: Greenhouse
) -> HTMLResponse:
    shown = service.status(session, principal, house, now)
    cards = shown.status.zones
    language = language_of(request)
    first = next(iter(shown.zones), None)
    several = request.url.path != router.prefix
    return render(
        request,
        "greenhouses/home.html",
        page=_frame(request, shown, first.public_id if first else "", several=several),
        k=view.places(language, shown),
        zones=[view.zone_model(card) for card in cards],
        water_link=f"/vuon/khu/{cards[0].public_id}#tuoi" if len(cards) == 1 else "#khu-1",
        chart=_moisture(session, first, cards[0], language, now) if first else None,
    )


@router.post("/dung")
def stop_all(
    session: SessionDep, principal: Stopper, now: NowDep, form: Annotated[CommandForm, Form()]
) -> RedirectResponse:
    """Every house the caller may stop, at once."""
    stop_everywhere(session, stopping_all(session, principal, now), now, form.key)
    return _back(form.back)


@router.post("/{greenhouse_id}/dung")
def stop(
    session: SessionDep,
    principal: Stopper,
    now: NowDep,
    greenhouse_id: str,
    form: Annotated[CommandForm, Form()],
) -> RedirectResponse:
    stopper = stopping(session, principal, greenhouse_id, now)
    devices.request_stop(session, stopper, greenhouse_id, now, form.key)
    return _back(form.back)


@router.post("/{greenhouse_id}/tiep-tuc")
def resume(
    session: SessionDep,
    principal: Waterer,
    now: NowDep,
    greenhouse_id: str,
    form: Annotated[CommandForm, Form()],
) -> RedirectResponse:
    devices.request_resume(session, principal, greenhouse_id, now, form.key)
    return _back(form.back)


@router.post("/{greenhouse_id}/tam-nghi")
def pause(
    session: SessionDep,
    principal: Waterer,
    now: NowDep,
    greenhouse_id: str,
    form: Annotated[PauseForm, Form()],
) -> RedirectResponse:
    devices.request_pause(session, principal, greenhouse_id, rest(form.lasts, now), now, form.key)
    return _back(form.back)


@router.post("/{greenhouse_id}/tim-may")
def identify(
    session: SessionDep,
    principal: Waterer,
    now: NowDep,
    greenhouse_id: str,
    form: Annotated[CommandForm, Form()],
) -> RedirectResponse:
    devices.request_identify(session, principal, greenhouse_id, now, form.key)
    return _back(form.back)


@router.post("/khu/{zone_id}/xoa-bao-hong")
def clear_fault(
    session: SessionDep,
    principal: Waterer,
    now: NowDep,
    zone_id: str,
    form: Annotated[CommandForm, Form()],
) -> RedirectResponse:
    devices.request_clear_fault(session, principal, zone_id, now, form.key)
    return _back(form.back)


def _back(path: str) -> RedirectResponse:
    """After a form the page is fetched anew: a reload repeats no command."""
    return RedirectResponse(onward(path), HTTPStatus.SEE_OTHER)


def _frame(request: Request, shown: GreenhouseStatus, zone_id: str, *, several: bool) -> Frame:
    return Frame(
        name=shown.name,
        path=request.url.path,
        home=f"{router.prefix}/{shown.id}",
        shape=view.shape(shown),
        zone=zone_id,
        simulated=shown.simulated,
        several=several,
        key=new_public_id(),
    )


@dataclass(frozen=True)
class Past:
    """A zone's last waterings and what is drawn of it: moisture, warmth, water."""

    doses: list[view.Watering]
    charts: list[Curve]


def _past(
    session: Session, place: Zone, card: ZoneCard, language: str, now: datetime, span: Span
) -> Past:
    lately = service.served_lately(session, place, now)
    doses = service.waterings(session, lately)
    shown, band = view.waterings(language, doses), Band(card.refill, card.target)
    if span is not Span.DAY:
        long = service.long_past(session, place, span, now)
        drawn = [
            long_curve(language, place.name, band, long),
            long_warm_curve(language, long),
            water_bars(language, place.name, long),
        ]
    else:
        measured = service.moisture(session, lately, now - SPAN)
        warmth = service.warmth(session, lately, now - SPAN)
        began = [dose.began for dose in doses]
        drawn = [
            moisture_curve(language, place.name, band, measured, began, now),
            warm_curve(language, warmth, now),
        ]
    return Past(shown, [curve for curve in drawn if curve is not None])


def _moisture(
    session: Session, place: Zone, card: ZoneCard, language: str, now: datetime
) -> Curve | None:
    """Of a day; alone, because a home page is to stay small."""
    lately = service.served_lately(session, place, now)
    began = [dose.began for dose in service.waterings(session, lately)]
    measured, band = service.moisture(session, lately, now - SPAN), Band(card.refill, card.target)
    return moisture_curve(language, place.name, band, measured, began, now)


def _card(shown: GreenhouseStatus, place: Zone) -> ZoneCard:
    return next(card for card in shown.status.zones if card.public_id == place.public_id)
