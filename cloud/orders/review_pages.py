"""The buyer's review, behind the link of the order."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from cloud.errors import Conflict
from cloud.orders import reviewing
from cloud.orders.reviewing import Sheet
from cloud.permissions import Authenticator, public
from cloud.reviews.errors import OwnGoods
from cloud.reviews.models import ReviewForm, WithdrawForm
from cloud.transaction import SessionDep
from cloud.web import NowDep, render

router = APIRouter(prefix="/don/{order}/danh-gia", dependencies=[Depends(public())])


@router.get("")
def read(request: Request, session: SessionDep, now: NowDep, order: str) -> HTMLResponse:
    sheet = reviewing.sheet(session, order, now)
    _refuse_seller(request, session, sheet)
    return render(request, "reviews/write.html", sheet=sheet, draft=None, refusal=None)


@router.post("")
def write(
    request: Request,
    session: SessionDep,
    now: NowDep,
    order: str,
    form: Annotated[ReviewForm, Form()],
) -> Response:
    """What cannot be taken stands on the page again, with the reason."""
    sheet = reviewing.sheet(session, order, now)
    _refuse_seller(request, session, sheet)
    try:
        reviewing.write(session, order, form, now)
    except Conflict as refusal:
        shown = {"sheet": sheet, "draft": form, "refusal": refusal}
        return render(request, "reviews/write.html", refusal.status, **shown)
    return _back(order)


@router.post("/xoa")
def withdraw(
    request: Request,
    session: SessionDep,
    now: NowDep,
    order: str,
    form: Annotated[WithdrawForm, Form()],
) -> RedirectResponse:
    _refuse_seller(request, session, reviewing.sheet(session, order, now))
    reviewing.withdraw(session, order, form.product)
    return _back(order)


def _refuse_seller(request: Request, session: Session, sheet: Sheet) -> None:
    """The shop has the link as well; where it is logged in, it is not taken for the buyer."""
    identify: Authenticator = request.app.state.identify
    member = identify(session, request)
    if member is not None and member.cooperative_id == sheet.order.cooperative_id:
        raise OwnGoods


def _back(order: str) -> RedirectResponse:
    return RedirectResponse(f"/don/{order}/danh-gia", HTTPStatus.SEE_OTHER)
