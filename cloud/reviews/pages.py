"""Reviews at the shop's desk."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from cloud.permissions import Permission, require
from cloud.principal import Principal
from cloud.reviews import desk
from cloud.reviews.models import ObjectionForm, Reason, ReplyForm
from cloud.transaction import SessionDep
from cloud.web import NowDep, render

router = APIRouter(prefix="/htx/danh-gia")
Reader = Annotated[Principal, Depends(require(Permission.PRODUCT_READ))]
Speaker = Annotated[Principal, Depends(require(Permission.PRODUCT_REVIEW))]


@router.get("")
def read(request: Request, session: SessionDep, principal: Reader) -> HTMLResponse:
    rows = desk.read(session, principal)
    return render(request, "reviews/desk.html", rows=rows, reasons=list(Reason))


@router.post("/{review}")
def answer(
    session: SessionDep,
    principal: Speaker,
    now: NowDep,
    review: str,
    form: Annotated[ReplyForm, Form()],
) -> RedirectResponse:
    desk.answer(session, principal, review, form.answer, now)
    return _back()


@router.post("/{review}/bao")
def report(
    session: SessionDep,
    principal: Speaker,
    now: NowDep,
    review: str,
    form: Annotated[ObjectionForm, Form()],
) -> RedirectResponse:
    desk.report(session, principal, review, form.reason, now)
    return _back()


def _back() -> RedirectResponse:
    return RedirectResponse("/htx/danh-gia", HTTPStatus.SEE_OTHER)
