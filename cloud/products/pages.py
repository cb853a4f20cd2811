"""Products for people at the cooperative: what is on the shelf, and putting a lot there."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import Field

from cloud.bodies import Body
from cloud.db import SessionDep
from cloud.lines import Whole
from cloud.permissions import Permission, require
from cloud.principal import Principal
from cloud.products import service
from cloud.products.models import Name, ProductRequest, Story
from cloud.products.rules import Action
from cloud.web import NowDep, render

router = APIRouter(prefix="/htx/san-pham")
Reader = Annotated[Principal, Depends(require(Permission.PRODUCT_READ))]
Writer = Annotated[Principal, Depends(require(Permission.PRODUCT_WRITE))]


class ProductForm(Body):
    """A product as a person fills it in; dots in the price are only for the eye."""

    lot: str = Field(pattern=r"^[0-9a-z]{10}$")
    name: Name
    pack_mass_g: Whole = Field(ge=10, le=1_000_000)
    price: str = Field(pattern=r"^[1-9]\d{0,2}([. ]?\d{3}){1,2}$")
    description_vi: Story = ""
    description_en: Story = ""

    def request(self) -> ProductRequest:
        return ProductRequest(
            lot=self.lot,
            name=self.name,
            pack_mass_g=self.pack_mass_g,
            price=int(self.price.replace(".", "").replace(" ", "")),
            description_vi=self.description_vi,
            description_en=self.description_en,
        )


class ActionForm(Body):
    """The button that was pressed."""

    action: Action


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
    service.act(session, principal, product, form.action, now)
    return _back()


def _back() -> RedirectResponse:
    return RedirectResponse("/htx/san-pham", HTTPStatus.SEE_OTHER)
