"""Where somebody takes the book of a season along, as a spreadsheet or to print."""

from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import Field

from cloud.bodies import Body
from cloud.cooperatives import service as cooperatives
from cloud.diary import rules
from cloud.permissions import Permission, require
from cloud.principal import Principal
from cloud.transaction import SessionDep
from cloud.vietgap import service
from cloud.vietgap.paper import paper
from cloud.vietgap.workbook import MEDIA_TYPE, workbook
from cloud.web import NowDep, language_of, render

router = APIRouter()
Keeper = Annotated[Principal, Depends(require(Permission.DIARY_WRITE))]

_PAGE: Final = "/so-vietgap"


class Wish(Body):
    """Which zone, and from when to when."""

    khu: str = Field(max_length=20)
    tu: date | None = None
    den: date | None = None


@router.get(_PAGE)
def choose(request: Request, session: SessionDep, principal: Keeper, now: NowDep) -> HTMLResponse:
    zones = cooperatives.zones(session, principal)
    today = rules.today(now)
    begin = min((zone.planted_on for zone in zones), default=today)
    return render(
        request,
        "vietgap/choose.html",
        zones=zones,
        first=max(begin, today - service.LONGEST),
        last=today,
    )


@router.get(f"{_PAGE}/so.xlsx", response_class=Response)
def spreadsheet(
    request: Request,
    session: SessionDep,
    principal: Keeper,
    now: NowDep,
    wish: Annotated[Wish, Query()],
) -> Response:
    found = _season(session, principal, now, wish)
    book = service.book(session, principal, found, language_of(request))
    return Response(workbook(book), media_type=MEDIA_TYPE, headers=_named(found, "xlsx"))


@router.get(f"{_PAGE}/so.pdf", response_class=Response)
def printed(
    request: Request,
    session: SessionDep,
    principal: Keeper,
    now: NowDep,
    wish: Annotated[Wish, Query()],
) -> Response:
    found = _season(session, principal, now, wish)
    book = service.book(session, principal, found, language_of(request))
    return Response(paper(book), media_type="application/pdf", headers=_named(found, "pdf"))


def _season(session: SessionDep, principal: Principal, now: NowDep, wish: Wish) -> service.Season:
    today = rules.today(now)
    return service.season(session, principal, wish.khu, wish.tu, wish.den, today=today)


def _named(found: service.Season, kind: str) -> dict[str, str]:
    name = f"vietgap-{found.zone.public_id}-{found.first:%Y%m%d}-{found.last:%Y%m%d}.{kind}"
    return {"Content-Disposition": f'attachment; filename="{name}"'}
