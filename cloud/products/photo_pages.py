"""Pictures of products: sent by the cooperative, looked at by everyone."""

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import FileResponse, RedirectResponse

from cloud.errors import NotFound
from cloud.media.store import Store
from cloud.permissions import Permission, public, require, require_early
from cloud.principal import Principal
from cloud.products import photos
from cloud.products.forms import PhotoActForm, PhotosForm
from cloud.transaction import SessionDep
from cloud.web import NowDep

router = APIRouter()
Writer = Annotated[Principal, Depends(require(Permission.PRODUCT_WRITE))]
Sender = Annotated[Principal, Depends(require_early(Permission.PRODUCT_WRITE))]

_KEPT: Final = {"Cache-Control": "public, max-age=31536000, immutable"}
"""Never another picture under this address."""


@router.post("/htx/anh-hang")
def send(
    request: Request,
    session: SessionDep,
    principal: Sender,
    now: NowDep,
    form: Annotated[PhotosForm, Form()],
) -> RedirectResponse:
    printed = photos.prints(request, principal, form.octets(), now)
    store: Store = request.app.state.store
    product = photos.add(session, principal, form.product, printed, store, now)
    onward = "/loai" if form.step == "photo" else ""
    address = f"/htx/san-pham/{product.public_id}{onward}"
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)


@router.post("/htx/anh-hang/{picture}")
def act(
    session: SessionDep,
    principal: Writer,
    now: NowDep,
    picture: str,
    form: Annotated[PhotoActForm, Form()],
) -> RedirectResponse:
    work = photos.make_cover if form.act == "cover" else photos.remove
    product = work(session, principal, picture, now)
    return RedirectResponse(f"/htx/san-pham/{product.public_id}", HTTPStatus.SEE_OTHER)


@router.get("/anh-hang/{digest}/{rendition}", dependencies=[Depends(public())])
def show(request: Request, session: SessionDep, digest: str, rendition: str) -> FileResponse:
    name, kind = photos.file_of(session, digest, rendition)
    store: Store = request.app.state.store
    path = store.path(name)
    if not path.is_file():
        raise NotFound  # the database was put back without its pictures
    return FileResponse(path, headers=_KEPT, media_type=kind)
