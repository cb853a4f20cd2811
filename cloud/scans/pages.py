"""The addresses printed in stamps; open to everyone, without JavaScript or cookies."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from sqlmodel import Session

from cloud.errors import NotFound
from cloud.lots import service as lots
from cloud.lots.rules import local_day
from cloud.passports import service as passports
from cloud.permissions import Authenticator, public
from cloud.scans import copies, resolver, service, story
from cloud.scans.limits import address_of, count_guess
from cloud.scans.links import HEAD
from cloud.scans.linkset import MEDIA_TYPE, WANTED, Level, document
from cloud.scans.models import ReportForm
from cloud.scans.resolver import Place
from cloud.scans.rules import HEADLINE, STATUS, Printed
from cloud.scans.service import Answer, UnknownStamp, Visitor
from cloud.settings import Settings
from cloud.stamps.keys import open_vault
from cloud.stamps.models import Kind
from cloud.stamps.service import Found
from cloud.transaction import SessionDep, WritingSessionDep
from cloud.transparency import service as log
from cloud.transparency import words
from cloud.web import NowDep, language_of, now, render
from traceability.errors import SerialError
from traceability.token import grouped, normalise

router = APIRouter(dependencies=[Depends(public())])

_SALT: Final = "scan-visitors"
_LONGEST: Final = 64  # characters of a serial as someone may type it


@router.get("/01/{gtin}/21/{serial}")
def unit(request: Request, session: WritingSessionDep, gtin: str, serial: str) -> Response:
    return _scanned(request, session, serial, Printed(gtin))


@router.get("/01/{gtin}/10/{lot}/21/{serial}")
def unit_of_lot(
    request: Request, session: WritingSessionDep, gtin: str, lot: str, serial: str
) -> Response:
    return _scanned(request, session, serial, Printed(gtin, lot))


@router.get("/01/{gtin}")
def goods(request: Request, session: SessionDep, gtin: str) -> Response:
    """A product leads on to where it is sold."""
    item = resolver.product(session, gtin)
    if item is None:
        raise NotFound
    return _resolved(request, resolver.of_item(item, _place(request)))


@router.get("/01/{gtin}/10/{lot}")
def goods_of_lot(request: Request, session: SessionDep, gtin: str, lot: str) -> Response:
    item = resolver.product(session, gtin)
    found = resolver.lot_of(session, item, lot) if item else None
    if found is None:
        raise NotFound
    return _resolved(request, resolver.of_lot(found, _place(request)))


@router.get("/lo/{gtin}/{lot}")
def lot_page(
    request: Request, session: SessionDep, now: NowDep, gtin: str, lot: str
) -> HTMLResponse:
    """A lot for whoever has its code and no stamp; nothing is recorded."""
    item = resolver.product(session, gtin)
    found = resolver.lot_of(session, item, lot) if item else None
    if found is None:
        raise NotFound
    papers = passports.shown(session, found).certificates
    lines = log.about(session, service.subjects_of_lot(session, found))
    return render(
        request,
        "scans/lot.html",
        lot=found,
        cooperative=lots.origin(session, found)[1],
        papers=papers,
        valid=passports.valid(papers, local_day(now)),
        head=log.head(session, request.app.state.trees, request.app.state.settings),
        lines=[words.shown(one, language_of(request)) for one in lines],
    )


@router.get("/.well-known/gs1resolver")
def description(request: Request, session: SessionDep) -> JSONResponse:
    address = request.app.state.settings.public_url
    open_to_all = {
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    return JSONResponse(resolver.description(session, address), headers=open_to_all)


@router.get("/T/{serial}")
def unit_without_gtin(request: Request, session: WritingSessionDep, serial: str) -> Response:
    return _scanned(request, session, serial, Printed())


@router.get("/S/{digits}")
def carton(request: Request, session: WritingSessionDep, digits: str) -> Response:
    """A sealed stamp."""
    vault = open_vault(request.app.state.settings)
    return _page(request, session, service.look_sealed(session, vault, digits))


@router.get("/T")
def typed(ma: Annotated[str, Query(max_length=_LONGEST)]) -> RedirectResponse:
    """A serial someone typed from the stamp."""
    try:
        serial = normalise(ma)
    except SerialError:
        serial = "0"
    return RedirectResponse(f"/T/{serial}", HTTPStatus.SEE_OTHER)


@router.get("/T/{serial}/bao")
def report_form(request: Request, session: SessionDep, serial: str) -> HTMLResponse:
    """Where somebody tells what looks false."""
    found = _known(request, session, serial)
    return render(request, "scans/report.html", serial=found.serial, sent=False)


@router.post("/T/{serial}/bao")
def report(
    request: Request,
    session: SessionDep,
    now: NowDep,
    serial: str,
    form: Annotated[ReportForm, Form()],
) -> HTMLResponse:
    found = _known(request, session, serial)
    service.report(session, found, form, address_of(request), now)
    return render(request, "scans/report.html", serial=found.serial, sent=True)


@router.get("/T/{serial}/so")
def record(request: Request, session: SessionDep, serial: str) -> HTMLResponse:
    """What the public log says of a stamp, for the browser to verify."""
    found = _known(request, session, serial)
    lines = log.about(session, service.subjects(found))
    return render(
        request,
        "scans/record.html",
        serial=found.serial,
        groups=grouped(found.serial),
        head=log.head(session, request.app.state.trees, request.app.state.settings),
        lines=[words.shown(one, language_of(request)) for one in lines],
    )


def _scanned(request: Request, session: Session, serial: str, printed: Printed) -> Response:
    vault = open_vault(request.app.state.settings)
    return _page(request, session, service.look(session, vault, serial, printed))


def _page(request: Request, session: Session, answer: Answer) -> Response:
    if answer.found is None:
        count_guess(request)
    levels = resolver.of_stamp(session, answer.story, _place(request)) if answer.story else []
    wanted = _wanted(request)
    if levels and wanted and levels[0].find(wanted) is not levels[0].default:
        return _resolved(request, levels)
    if wanted in WANTED:
        raise UnknownStamp
    page = _told(request, session, answer)
    if levels:
        page.headers.append("Link", f'<{levels[0].anchor}>; rel="canonical"')
        page.headers.append("Link", _to_list(request))
    return page


def _told(request: Request, session: Session, answer: Answer) -> HTMLResponse:
    """The page for people; that they looked is recorded."""
    seen = told = None
    if answer.story is not None and answer.found is not None:
        seen = service.seen(session, answer.story.serial)
        if not request.scope.get(HEAD):
            visitor = _visitor(request, session)
            seen = service.record(session, answer.found, visitor, now(request))
        language = language_of(request)
        told = story.details(session, answer.story, answer.found, language, now(request))
    return render(
        request,
        "scans/stamp.html",
        STATUS[answer.verdict],
        verdict=answer.verdict.value,
        headline=HEADLINE[answer.verdict].value,
        story=answer.story,
        told=told,
        seen=seen,
        serial=answer.found.serial if answer.found else "",
        sealed=answer.found is not None and answer.found.issuance.kind is Kind.SEALED,
        groups=grouped(answer.found.serial) if answer.found else "",
    )


def _resolved(request: Request, levels: Sequence[Level]) -> Response:
    """The list where it is asked for; else on to the link that was, or the default one."""
    wanted, headers = _wanted(request), {"Link": _to_list(request)}
    if wanted in WANTED:
        return JSONResponse(document(levels), headers=headers, media_type=MEDIA_TYPE)
    found = (level.find(wanted) for level in levels) if wanted else ()
    target = next((one for one in found if one), levels[0].default)
    query = request.url.query
    joint = "&" if "?" in target.href else "?"
    onward = target.href + (joint + query if query else "")
    return RedirectResponse(onward, HTTPStatus.TEMPORARY_REDIRECT, headers)


def _wanted(request: Request) -> str:
    """The link type that is asked for, by the query or by what the program takes."""
    named = request.query_params.get("linkType", "")
    takes_lists = MEDIA_TYPE in request.headers.get("accept", "")
    return named or ("linkset" if takes_lists else "")


def _to_list(request: Request) -> str:
    return f'<{request.url.path}?linkType=linkset>; rel="linkset"; type="{MEDIA_TYPE}"'


def _place(request: Request) -> Place:
    return Place(request.app.state.settings.public_url, language_of(request))


def _known(request: Request, session: Session, serial: str) -> Found:
    answer = service.look(session, open_vault(request.app.state.settings), serial)
    if answer.found is None:
        count_guess(request)
        raise UnknownStamp
    return answer.found


def _visitor(request: Request, session: Session) -> Visitor:
    identify: Authenticator = request.app.state.identify
    settings: Settings = request.app.state.settings
    member, browser = identify(session, request), request.headers.get("user-agent", "")
    day = local_day(now(request))
    digest = service.visitor_digest(settings.secret(_SALT), day, address_of(request), browser)
    header = settings.province_header
    province = request.headers.get(header, "") if header else ""
    return Visitor(
        digest,
        member.cooperative_id if member else None,
        copies.province_of(province),
        copies.device_of(browser),
    )
