"""A lot's page for its cooperative: its stamps, and how buyers looked at them."""

from typing import Annotated, cast
from uuid import uuid4

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from cloud.evidence import service as evidence
from cloud.lots import balance
from cloud.lots import service as lots
from cloud.passports import service as passports
from cloud.permissions import Permission, require
from cloud.principal import Principal
from cloud.scans import service
from cloud.stamps import keys, view
from cloud.stamps import service as stamps
from cloud.stamps.keys import open_vault
from cloud.stamps.models import MAX_STAMPS
from cloud.transaction import SessionDep
from cloud.web import language_of, render
from traceability import qr

router = APIRouter()
Reader = Annotated[Principal, Depends(require(Permission.LOT_READ))]


@router.get("/htx/lo/{lot}")
def lot_page(request: Request, session: SessionDep, principal: Reader, lot: str) -> HTMLResponse:
    found = lots.get(session, principal, lot)
    zone, _cooperative = lots.origin(session, found)
    language = language_of(request)
    runs = view.runs(session, principal, found, language)
    ids = [cast("int", run.issuance.id) for run in runs]
    shown = drawing = None
    if runs and keys.is_own(session, runs[0].issuance):
        vault = open_vault(request.app.state.settings)
        shown = stamps.first(session, vault, runs[0].issuance)
        drawing = qr.svg(qr.symbol(shown.url))
    return render(
        request,
        "stamps/lot.html",
        lot=found,
        evidence=found.measured,
        zone=zone,
        moves=balance.moves(session, found),
        others=balance.others(session, principal, found),
        runs=runs,
        totals=view.totals(runs),
        looks=service.counters(session, ids),
        reports=service.reports(session, principal, ids),
        score=evidence.score(session, found),
        missing=len(passports.gaps(session, found)),
        papers=view.papers(language),
        key=str(uuid4()),
        shown=shown,
        drawing=drawing,
        most=MAX_STAMPS,
    )
