"""Stamps for people: issue, print, tell that they are on goods, take out of use, change keys."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from sqlmodel import Session

from cloud.lots import service as lots
from cloud.passports.service import NotTold
from cloud.permissions import Permission, require
from cloud.principal import Principal
from cloud.stamps import keys, service, sheets, view
from cloud.stamps.keys import open_vault
from cloud.stamps.models import (
    ActivateForm,
    Issuance,
    IssueForm,
    Kind,
    SheetForm,
    VoidForm,
)
from cloud.stamps.service import Wish
from cloud.transaction import SessionDep
from cloud.web import NowDep, language_of, render

router = APIRouter()
Issuer = Annotated[Principal, Depends(require(Permission.STAMP_ISSUE))]
Keeper = Annotated[Principal, Depends(require(Permission.COOPERATIVE_WRITE))]
Proved = Annotated[Principal, Depends(require(Permission.COOPERATIVE_WRITE, proved=True))]


@router.post("/htx/lo/{lot}/tem")
def issue(
    request: Request,
    session: SessionDep,
    principal: Issuer,
    now: NowDep,
    lot: str,
    form: Annotated[IssueForm, Form()],
) -> RedirectResponse:
    """What the law still asks for is filled in first, on a page of its own."""
    press = service.open_press(request.app.state.settings)
    wish = Wish(form.quantity, Kind(form.kind), form.key)
    try:
        service.issue(session, principal, lot, wish, press, now)
    except NotTold:
        return RedirectResponse(f"/htx/lo/{lot}/thong-tin", HTTPStatus.SEE_OTHER)
    return RedirectResponse(f"/htx/lo/{lot}", HTTPStatus.SEE_OTHER)


@router.get("/htx/tem/{issuance}.pdf", response_class=Response)
def small(request: Request, session: SessionDep, principal: Issuer, issuance: str) -> Response:
    """The sheets of a small run, while the browser waits."""
    found = service.get(session, principal, issuance)
    pdf = sheets.labels(session, found, open_vault(request.app.state.settings))
    return Response(pdf, media_type="application/pdf", headers=_named(found))


@router.post("/htx/tem/{issuance}/in")
def ask(
    session: SessionDep,
    principal: Issuer,
    now: NowDep,
    issuance: str,
    form: Annotated[SheetForm, Form()],
) -> RedirectResponse:
    sheet = sheets.ask(session, principal, issuance, form, now)
    return RedirectResponse(f"/htx/tep-tem/{sheet.public_id}", HTTPStatus.SEE_OTHER)


@router.get("/htx/tep-tem/{sheet}.pdf")
def download(request: Request, session: SessionDep, principal: Issuer, sheet: str) -> FileResponse:
    row, found = sheets.of_run(session, principal, sheet)
    path = sheets.file_of(row, sheets.room(request.app.state.settings))
    return FileResponse(path, media_type="application/pdf", headers=_named(found))


@router.get("/htx/tep-tem/{sheet}")
def progress(request: Request, session: SessionDep, principal: Issuer, sheet: str) -> HTMLResponse:
    """How far a file is; the page asks again by itself until it is ready."""
    row, found = sheets.of_run(session, principal, sheet)
    return render(
        request,
        "stamps/sheet.html",
        sheet=row,
        issuance=found,
        lot=lots.of_id(session, found.lot_id),
        paper=view.papers(language_of(request))[row.paper],
    )


@router.post("/htx/tem/{issuance}/dan")
def activate(
    request: Request,
    session: SessionDep,
    principal: Issuer,
    now: NowDep,
    issuance: str,
    form: Annotated[ActivateForm, Form()],
) -> RedirectResponse:
    found = service.get(session, principal, issuance)
    vault = open_vault(request.app.state.settings)
    upto = service.index_of(session, vault, found, form.upto) if form.upto else None
    return _to_lot(session, service.activate(session, principal, issuance, upto, now))


@router.post("/htx/tem/{issuance}/huy")
def void(
    request: Request,
    session: SessionDep,
    principal: Issuer,
    now: NowDep,
    issuance: str,
    form: Annotated[VoidForm, Form()],
) -> RedirectResponse:
    found = service.get(session, principal, issuance)
    which = service.range_of(session, open_vault(request.app.state.settings), found, form)
    return _to_lot(session, service.void(session, principal, issuance, now, which, form.reason))


@router.get("/htx/khoa-tem")
def key_page(
    request: Request, session: SessionDep, principal: Keeper, now: NowDep
) -> HTMLResponse:
    """Which keys there are, and how many stamps this cooperative printed with each."""
    rows = keys.listed(session)
    printed = service.printed_by_key(session, principal)
    return render(
        request,
        "stamps/keys.html",
        rows=rows,
        printed=printed,
        alone=keys.is_alone(session),
        spare=keys.spare(session, now),
    )


@router.post("/htx/khoa-tem")
def rotate(
    request: Request, session: SessionDep, principal: Proved, now: NowDep
) -> RedirectResponse:
    service.rotate(session, principal, open_vault(request.app.state.settings), now)
    return RedirectResponse("/htx/khoa-tem", HTTPStatus.SEE_OTHER)


def _to_lot(session: Session, issuance: Issuance) -> RedirectResponse:
    lot = lots.of_id(session, issuance.lot_id)
    return RedirectResponse(f"/htx/lo/{lot.public_id}", HTTPStatus.SEE_OTHER)


def _named(issuance: Issuance) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="tem-{issuance.public_id}.pdf"'}
