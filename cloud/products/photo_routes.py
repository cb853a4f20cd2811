"""Pictures of products for programs: looked at, added, put in order, taken away."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from pydantic import BaseModel
from sqlmodel import Session

from cloud.media.store import Store
from cloud.permissions import Permission, require, require_early
from cloud.principal import Principal
from cloud.products import photos, service
from cloud.products.forms import PhotoOrder, ProductPhotosForm
from cloud.products.outlet import Outlet, OutletDep, outlet_of
from cloud.transaction import SessionDep
from cloud.web import NowDep

router = APIRouter(prefix="/api/v1/product-photos")
Reader = Annotated[Principal, Depends(require(Permission.PRODUCT_READ))]
Writer = Annotated[Principal, Depends(require(Permission.PRODUCT_WRITE))]
Sender = Annotated[Principal, Depends(require_early(Permission.PRODUCT_WRITE))]


class PhotoOut(BaseModel):
    """A picture as programs read it; `url` is its largest rendition."""

    id: str
    url: str
    width: int
    height: int


class PhotoList(BaseModel):
    """All of a product, its cover first."""

    items: list[PhotoOut]


@router.get("/{product}")
def listing(session: SessionDep, principal: Reader, outlet: OutletDep, product: str) -> PhotoList:
    return _all(session, principal, outlet, product)


@router.post("", status_code=HTTPStatus.CREATED)
def add(
    request: Request,
    session: SessionDep,
    principal: Sender,
    now: NowDep,
    form: Annotated[ProductPhotosForm, Form()],
) -> PhotoList:
    """Behind those that are there; one that is there already is not there twice."""
    printed = photos.prints(request, principal, form.octets(), now)
    store: Store = request.app.state.store
    photos.add(session, principal, form.product, printed, store, now)
    return _all(session, principal, outlet_of(request), form.product)


@router.put("/{product}")
def arrange(
    session: SessionDep,
    principal: Writer,
    now: NowDep,
    outlet: OutletDep,
    product: str,
    body: PhotoOrder,
) -> PhotoList:
    photos.arrange(session, principal, product, body.photos, now)
    return _all(session, principal, outlet, product)


@router.delete("/{product}/{picture}")
def remove(
    session: SessionDep,
    principal: Writer,
    now: NowDep,
    outlet: OutletDep,
    product: str,
    picture: str,
) -> PhotoList:
    photos.remove(session, principal, picture, now, of=product)
    return _all(session, principal, outlet, product)


def _all(session: Session, principal: Principal, outlet: Outlet, product: str) -> PhotoList:
    shown = service.own_one(session, principal, product).photos
    return PhotoList(
        items=[
            PhotoOut(
                id=photo.public_id,
                url=outlet.photo(picture.digest),
                width=picture.width,
                height=picture.height,
            )
            for photo, picture in shown
        ]
    )
