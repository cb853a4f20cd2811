"""Pages of alerts: what is the matter and what was, one alert with its steps, and who knows."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from cloud.alerts import contacts, outbox, service, view
from cloud.permissions import Permission, require
from cloud.principal import Principal
from cloud.transaction import SessionDep
from cloud.web import NowDep, language_of, render

router = APIRouter(prefix="/canh-bao")

Reader = Annotated[Principal, Depends(require(Permission.GREENHOUSE_READ))]
Knower = Annotated[Principal, Depends(require(Permission.ALERT_WRITE))]


@router.get("")
def alerts(request: Request, session: SessionDep, principal: Reader, now: NowDep) -> HTMLResponse:
    """All of the reader's houses: what is open first, then what is over."""
    language = language_of(request)
    return render(
        request,
        "alerts/list.html",
        alerts=view.listing(language, service.open_of(session, principal), now),
        over=view.listing(language, service.over_of(session, principal), now),
        unreached=outbox.unreached_of(session, principal, now),
        told=bool(contacts.all_own(session, principal)),
    )


@router.get("/{alert_id}")
def alert(
    request: Request, session: SessionDep, principal: Reader, now: NowDep, alert_id: str
) -> HTMLResponse:
    known = service.find(session, principal, alert_id)
    shown = view.shown(language_of(request), known, now)
    unreached = outbox.unreached_of(session, principal, now)
    return render(
        request,
        "alerts/alert.html",
        alert=shown,
        unreached=unreached,
        simulated=known.simulated,
        greenhouse=known.alert.greenhouse_id,
    )


@router.post("/{alert_id}/da-biet")
def acknowledge(
    session: SessionDep, principal: Knower, now: NowDep, alert_id: str
) -> RedirectResponse:
    service.acknowledge(session, principal, alert_id, now)
    return RedirectResponse(f"/canh-bao/{alert_id}", HTTPStatus.SEE_OTHER)
