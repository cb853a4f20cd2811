"""Stamps for programs: issue, print, tell that they are on goods."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from sqlmodel import Session

from cloud.lots import service as lots
from cloud.permissions import Permission, require
from cloud.principal import Principal
from cloud.stamps import service, sheets
from cloud.stamps.keys import open_vault
from cloud.stamps.models import Issuance, IssuanceOut, IssueBody, Kind
from cloud.stamps.service import Wish
from cloud.transaction import SessionDep
from cloud.web import NowDep

router = APIRouter(prefix="/api/v1")
Issuer = Annotated[Principal, Depends(require(Permission.STAMP_ISSUE))]


@router.post("/lots/{lot}/stamps", status_code=HTTPStatus.CREATED)
def issue(
    request: Request,
    session: SessionDep,
    principal: Issuer,
    now: NowDep,
    lot: str,
    body: IssueBody,
) -> IssuanceOut:
    press = service.open_press(request.app.state.settings)
    wish = Wish(body.quantity, Kind(body.kind), body.key)
    return _out(request, session, service.issue(session, principal, lot, wish, press, now))


@router.post("/issuances/{issuance}/activate")
def activate(
    request: Request, session: SessionDep, principal: Issuer, now: NowDep, issuance: str
) -> IssuanceOut:
    """All stamps of the run are on goods now."""
    return _out(request, session, service.activate(session, principal, issuance, None, now))


@router.get("/issuances/{issuance}/labels.pdf", response_class=Response)
def labels(request: Request, session: SessionDep, principal: Issuer, issuance: str) -> Response:
    found = service.get(session, principal, issuance)
    pdf = sheets.labels(session, found, open_vault(request.app.state.settings))
    return Response(pdf, media_type="application/pdf")


def _out(request: Request, session: Session, issuance: Issuance) -> IssuanceOut:
    shown = service.first(session, open_vault(request.app.state.settings), issuance)
    return IssuanceOut(
        id=issuance.public_id,
        lot=lots.of_id(session, issuance.lot_id).public_id,
        gtin=issuance.gtin,
        kind=issuance.kind,
        quantity=issuance.quantity,
        activated=issuance.activated,
        state=issuance.state,
        status=service.status(issuance),
        issued_at=issuance.issued_at,
        first_serial=shown.serial,
        scan_url=shown.url,
        labels=f"/api/v1/issuances/{issuance.public_id}/labels.pdf",
    )
