"""Products for people at the cooperative: what is on the shelf, and putting a lot there."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from cloud.permissions import Permission, require
from cloud.principal import Principal
from cloud.products import service
from cloud.products.forms import ActionForm, ProductForm
from cloud.transaction import SessionDep
from cloud.web import NowDep, render

router = APIRouter(prefix="/htx/san-pham")
Reader = Annotated[Principal, Depends(require(Permission.PRODUCT_READ))]
Writer = Annotated[Principal, Depends(require(Permission.PRODUCT_WRITE))]


@router.get("")
def shelf(request: Request, session: SessionDep, principal: Reader) -> HTMLResponse:
    return render(
        request,
        "products/list.html",
        listings=service.own(session, principal),
        lots=service.unshelved_lots(session, principal),
        shop=service.shop_of(session, principal),
    )


@router.post("")
def create(
    session: SessionDep,
    principal: Writer,
    now: NowDep,
    form: Annotated[ProductForm, Form()],
) -> RedirectResponse:
    service.create(session, principal, form.request(), now)
    return _back()


@router.post("/{product}")
def act(
    session: SessionDep,
    principal: Reader,
    now: NowDep,
    product: str,
    form: Annotated[ActionForm, Form()],
) -> RedirectResponse:
    """One button; the service asks whether the role may press it."""
    service.act(session, principal, product, form.action, now, form.reason)
    return _back()


def _back() -> RedirectResponse:
    return RedirectResponse("/htx/san-pham", HTTPStatus.SEE_OTHER)
