"""The market's pages: the list, a product, and ordering it; they work without JavaScript."""

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import Field, ValidationError

from cloud.bodies import Body
from cloud.errors import Conflict
from cloud.market import views
from cloud.market.views import Draft
from cloud.orders import service as orders
from cloud.orders.models import OrderRequest
from cloud.permissions import public
from cloud.products import service as products
from cloud.products.outlet import OutletDep
from cloud.products.service import Shelf
from cloud.shipping import service as shipping
from cloud.shipping.service import HOME
from cloud.transaction import SessionDep
from cloud.web import NowDep, render

router = APIRouter(dependencies=[Depends(public())])

_PAGE: Final = 24
"""Products on one page: few enough for a slow phone, a multiple of every column count."""

_Before = Annotated[str | None, Query(pattern=r"^[0-9a-z]{10}$")]


class OrderForm(Body):
    """The order as it was typed; read strictly afterwards, so that nothing typed is lost."""

    quantity: str = Field(default="", max_length=20)
    name: str = Field(default="", max_length=500)
    phone: str = Field(default="", max_length=500)
    address: str = Field(default="", max_length=1_000)
    delivery: str = Field(default=HOME, max_length=20)
    pay: str = Field(default="transfer", max_length=20)
    key: str = Field(default="", max_length=100)


@router.get("/")
def front() -> Response:
    return RedirectResponse("/cho", HTTPStatus.SEE_OTHER)


@router.get("/cho")
def market(
    request: Request,
    session: SessionDep,
    outlet: OutletDep,
    q: Annotated[str, Query(max_length=80)] = "",
    before: _Before = None,
) -> HTMLResponse:
    shelf = Shelf(query=q, before=before, simulated=outlet.samples)
    found = products.on_sale(session, shelf, _PAGE + 1)
    more = found[_PAGE - 1].product.public_id if len(found) > _PAGE else None
    return render(request, "market/list.html", listings=found[:_PAGE], q=q, more=more)


@router.get("/cho/{product}")
def product(
    request: Request, session: SessionDep, outlet: OutletDep, product: str
) -> HTMLResponse:
    listing = products.offered(session, product, simulated=outlet.samples)
    terms = shipping.terms(session, listing.product.cooperative_id)
    return views.product_page(request, listing, outlet, Draft(), terms)


@router.post("/cho/{product}/mua")
def buy(
    request: Request,
    session: SessionDep,
    now: NowDep,
    outlet: OutletDep,
    product: str,
    form: Annotated[OrderForm, Form()],
) -> Response:
    values = form.model_dump()
    try:
        wanted = OrderRequest.model_validate_strings({**values, "product": product})
        with session.begin_nested():  # a refusal leaves nothing, and the page can still be read
            placed = orders.place(session, wanted, now, simulated=outlet.samples)
    except ValidationError as error:
        draft = views.unreadable(request, values, error)
    except Conflict as error:
        draft = views.refused(request, values, error)
    else:
        return RedirectResponse(f"/don/{placed.order.public_id}", HTTPStatus.SEE_OTHER)
    listing = products.offered(session, product, simulated=outlet.samples)
    terms = shipping.terms(session, listing.product.cooperative_id)
    return views.product_page(request, listing, outlet, draft, terms)


@router.get("/cho/{product}/mua")
def back_to_product(product: str) -> RedirectResponse:
    """A refused order stands at this address; whoever opens it again gets the product."""
    return RedirectResponse(f"/cho/{product}", HTTPStatus.SEE_OTHER)
