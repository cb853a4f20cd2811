"""The addresses printed in stamps; open to everyone, without JavaScript or cookies."""

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from cloud.db import WritingSessionDep
from cloud.lots.rules import local_day
from cloud.permissions import Authenticator, public
from cloud.scans import service
from cloud.scans.limits import address_of, count_guess
from cloud.scans.rules import STATUS, Printed
from cloud.scans.service import Answer, Visitor
from cloud.stamps.keys import open_vault
from cloud.web import now, render
from traceability.errors import SerialError
from traceability.token import grouped, normalise

router = APIRouter(dependencies=[Depends(public())])

_SALT: Final = "scan-visitors"
_LONGEST: Final = 64  # characters of a serial as someone may type it


@router.get("/01/{gtin}/21/{serial}")
def unit(request: Request, session: WritingSessionDep, gtin: str, serial: str) -> HTMLResponse:
    return _page(request, session, serial, Printed(gtin))


@router.get("/01/{gtin}/10/{lot}/21/{serial}")
def unit_of_lot(
    request: Request, session: WritingSessionDep, gtin: str, lot: str, serial: str
) -> HTMLResponse:
    return _page(request, session, serial, Printed(gtin, lot))


@router.get("/T/{serial}")
def unit_without_gtin(request: Request, session: WritingSessionDep, serial: str) -> HTMLResponse:
    return _page(request, session, serial, Printed())


@router.get("/T")
def typed(ma: Annotated[str, Query(max_length=_LONGEST)]) -> RedirectResponse:
    """A serial someone typed from the stamp."""
    try:
        serial = normalise(ma)
    except SerialError:
        serial = "0"
    return RedirectResponse(f"/T/{serial}", HTTPStatus.SEE_OTHER)


def _page(request: Request, session: Session, serial: str, printed: Printed) -> HTMLResponse:
    answer = service.look(session, open_vault(request.app.state.settings), serial, printed)
    if answer.found is None:
        count_guess(request)
    seen = None
    if answer.story is not None and answer.found is not None:
        visitor = _visitor(request, session)
        seen = service.record(session, answer.found, visitor, now(request))
    page = render(
        request,
        "scans/stamp.html",
        STATUS[answer.verdict],
        verdict=answer.verdict.value,
        story=answer.story,
        seen=seen,
        groups=grouped(answer.found.serial) if answer.found else "",
    )
    return _linked(page, answer)


def _linked(page: HTMLResponse, answer: Answer) -> HTMLResponse:
    if answer.story is not None:
        page.headers["Link"] = f'<{answer.story.canonical}>; rel="canonical"'
    return page


def _visitor(request: Request, session: Session) -> Visitor:
    identify: Authenticator = request.app.state.identify
    member = identify(session, request)
    digest = service.visitor_digest(
        request.app.state.settings.secret(_SALT),
        local_day(now(request)),
        address_of(request),
        request.headers.get("user-agent", ""),
    )
    return Visitor(digest, member.cooperative_id if member else None)
