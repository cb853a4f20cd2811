"""The page on which a member says whether they want to hear of orders."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from cloud.alerts import contacts
from cloud.market import bells
from cloud.market.models import BellForm
from cloud.permissions import Permission, require
from cloud.principal import Principal
from cloud.transaction import SessionDep
from cloud.web import NowDep, render

router = APIRouter(prefix="/htx/bao-don")
Reader = Annotated[Principal, Depends(require(Permission.ORDER_READ))]


@router.get("")
def bell(request: Request, session: SessionDep, principal: Reader) -> HTMLResponse:
    known = contacts.all_own(session, principal)
    return render(
        request,
        "market/bell.html",
        rings=bells.rings(session, principal),
        reachable=any(one.confirmed_at for one in known),
    )


@router.post("")
def set_bell(
    session: SessionDep, principal: Reader, now: NowDep, form: Annotated[BellForm, Form()]
) -> RedirectResponse:
    bells.set_bell(session, principal, now, on=form.ring == "yes")
    return RedirectResponse("/htx/bao-don", HTTPStatus.SEE_OTHER)
