"""A zone's settings for people: what is wished and what rules, the form, and who changed what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from cloud.cooperatives.models import Zone
from cloud.growing import rules, service, words
from cloud.growing.forms import OTHER, GrowingForm, filled, refilled
from cloud.growing.rules import Progress
from cloud.growing.service import BadSettings, Overview, Past
from cloud.i18n import translate
from cloud.permissions import Permission, require
from cloud.principal import Principal
from cloud.scope import find
from cloud.transaction import SessionDep
from cloud.weather import service as weather
from cloud.web import NowDep, language_of, render

router = APIRouter(prefix="/vuon/khu/{zone_id}/cai-dat")

Reader = Annotated[Principal, Depends(require(Permission.GREENHOUSE_READ))]
Setter = Annotated[Principal, Depends(require(Permission.SETTINGS, proved=True))]


@dataclass(frozen=True)
class Line:
    """A key, what is wished of it, and what rules where that is another thing."""

    key: str
    wished: str
    rules: str | None


@dataclass(frozen=True)
class Told:
    """A state of the past."""

    at: datetime
    by: str
    changes: Sequence[tuple[str, str, str]]


@router.get("")
def settings(
    request: Request, session: SessionDep, principal: Reader, now: NowDep, zone_id: str
) -> HTMLResponse:
    zone = find(session, Zone, zone_id, principal)
    shown, language = service.overview(session, zone), language_of(request)
    away = shown.progress is Progress.SENDING and service.is_away(session, zone, now)
    said = words.AWAY if away else words.PROGRESS[shown.progress]
    return render(
        request,
        "growing/settings.html",
        zone=zone,
        said=translate(language, said),
        wrong=words.wrong(language, shown.wrong),
        lines=_lines(language, shown),
        weather=_weather(session, language, shown, now),
    )


@router.get("/doi")
def form(request: Request, session: SessionDep, principal: Setter, zone_id: str) -> HTMLResponse:
    """Asked for the password first, so that nothing typed is lost on the way."""
    zone = find(session, Zone, zone_id, principal)
    return _form(request, zone, filled(service.overview(session, zone)), ())


@router.post("")
def change(
    request: Request,
    session: SessionDep,
    principal: Setter,
    now: NowDep,
    zone_id: str,
    form: Annotated[GrowingForm, Form()],
) -> Response:
    try:
        service.change(session, principal, zone_id, form.chosen(), form.based_on, now)
    except BadSettings as refusal:
        zone = find(session, Zone, zone_id, principal)
        wrong = words.wrong(language_of(request), refusal.wrong)
        return _form(request, zone, refilled(form), wrong)
    return RedirectResponse(f"/vuon/khu/{zone_id}/cai-dat", HTTPStatus.SEE_OTHER)


@router.get("/lich-su")
def history(
    request: Request, session: SessionDep, principal: Reader, zone_id: str
) -> HTMLResponse:
    zone = find(session, Zone, zone_id, principal)
    language = language_of(request)
    told = [_told(language, past) for past in service.history(session, zone)]
    return render(request, "growing/history.html", zone=zone, told=told)


def _form(
    request: Request, zone: Zone, typed: Mapping[str, str], wrong: Sequence[str]
) -> HTMLResponse:
    language = language_of(request)
    crops = {crop.value: translate(language, text) for crop, text in words.CROPS.items()}
    ways = {way.value: translate(language, text) for way, text in words.STRATEGIES.items()}
    return render(
        request,
        "growing/form.html",
        HTTPStatus.CONFLICT if wrong else HTTPStatus.OK,
        zone=zone,
        typed=typed,
        wrong=wrong,
        crops={**crops, OTHER: translate(language, words.OTHER_CROP)},
        strategies=ways,
    )


def _lines(language: str, shown: Overview) -> list[Line]:
    wished = shown.wish.model_dump()
    ruling = shown.in_force.model_dump() if shown.in_force else wished
    return [
        Line(
            translate(language, word),
            words.value(language, key, wished[key]),
            None if ruling[key] == wished[key] else words.value(language, key, ruling[key]),
        )
        for key, word in words.KEYS.items()
    ]


def _weather(session: Session, language: str, shown: Overview, now: datetime) -> str | None:
    """By what weather a zone is watered; nothing where it goes by no weather."""
    if shown.wish.strategy != rules.Strategy.ADAPTIVE.value:
        return None
    return words.weather(language, weather.newest(session, now), now)


def _told(language: str, past: Past) -> Told:
    changes = [
        (
            translate(language, words.KEYS[one.key]),
            words.value(language, one.key, one.before),
            words.value(language, one.key, one.after),
        )
        for one in past.changes
    ]
    return Told(past.at, past.by, changes)
