"""A lot's page with its stamps: issue, print, take out of use."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from cloud.db import SessionDep
from cloud.lots import service as lots
from cloud.permissions import Permission, require
from cloud.principal import Principal
from cloud.stamps import service
from cloud.stamps.keys import open_vault
from cloud.stamps.models import MAX_STAMPS, IssueForm
from cloud.web import NowDep, render
from traceability import qr

router = APIRouter()
Reader = Annotated[Principal, Depends(require(Permission.LOT_READ))]
Issuer = Annotated[Principal, Depends(require(Permission.STAMP_ISSUE))]


@router.get("/htx/lo/{lot}")
def lot_page(request: Request, session: SessionDep, principal: Reader, lot: str) -> HTMLResponse:
    found = lots.get(session, principal, lot)
    zone, _cooperative = lots.origin(session, found)
    issuances = service.of_lot(session, principal, found)
    shown = drawing = None
    if issuances:
        vault = open_vault(request.app.state.settings)
        shown = service.first(session, vault, issuances[0])
        drawing = qr.svg(qr.symbol(shown.url))
    return render(
        request,
        "stamps/lot.html",
        lot=found,
        evidence=found.measured,
        zone=zone,
        issuances=issuances,
        shown=shown,
        drawing=drawing,
        most=MAX_STAMPS,
    )


@router.post("/htx/lo/{lot}/tem")
def issue(
    request: Request,
    session: SessionDep,
    principal: Issuer,
    now: NowDep,
    lot: str,
    form: Annotated[IssueForm, Form()],
) -> RedirectResponse:
    press = service.open_press(request.app.state.settings)
    service.issue(session, principal, lot, form.quantity, press, now)
    return RedirectResponse(f"/htx/lo/{lot}", HTTPStatus.SEE_OTHER)


@router.get("/htx/tem/{issuance}.pdf", response_class=Response)
def sheets(request: Request, session: SessionDep, principal: Issuer, issuance: str) -> Response:
    found = service.get(session, principal, issuance)
    pdf = service.labels(session, found, open_vault(request.app.state.settings))
    name = f'attachment; filename="tem-{found.public_id}.pdf"'
    return Response(pdf, media_type="application/pdf", headers={"Content-Disposition": name})


@router.post("/htx/tem/{issuance}/huy")
def void(session: SessionDep, principal: Issuer, now: NowDep, issuance: str) -> RedirectResponse:
    found = service.void(session, principal, issuance, now)
    lot = lots.of_id(session, found.lot_id)
    return RedirectResponse(f"/htx/lo/{lot.public_id}", HTTPStatus.SEE_OTHER)
