"""Issuing stamps for programs."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from cloud.db import SessionDep
from cloud.permissions import Permission, require
from cloud.principal import Principal
from cloud.stamps import service
from cloud.stamps.keys import open_vault
from cloud.stamps.models import IssuanceOut, IssueBody
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
    issuance = service.issue(session, principal, lot, body.quantity, press, now)
    shown = service.first(session, press.vault, issuance)
    return IssuanceOut(
        id=issuance.public_id,
        lot=lot,
        gtin=issuance.gtin,
        quantity=issuance.quantity,
        state=issuance.state,
        issued_at=issuance.issued_at,
        first_serial=shown.serial,
        scan_url=shown.url,
        labels=f"/api/v1/issuances/{issuance.public_id}/labels.pdf",
    )


@router.get("/issuances/{issuance}/labels.pdf", response_class=Response)
def labels(request: Request, session: SessionDep, principal: Issuer, issuance: str) -> Response:
    found = service.get(session, principal, issuance)
    sheets = service.labels(session, found, open_vault(request.app.state.settings))
    return Response(sheets, media_type="application/pdf")
