"""Where a cooperative fills in what the law asks, and the picture that buyers see."""

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse

from cloud.diary.photos import album
from cloud.errors import NotFound
from cloud.lots import service as lots
from cloud.media.store import Store
from cloud.passports import service, words
from cloud.passports.forms import CertificateForm, PassportForm, PhotoForm
from cloud.permissions import Permission, public, require, require_early
from cloud.principal import Principal
from cloud.transaction import SessionDep
from cloud.web import NowDep, language_of, render

router = APIRouter()
Reader = Annotated[Principal, Depends(require(Permission.LOT_READ))]
Writer = Annotated[Principal, Depends(require(Permission.LOT_WRITE))]
Sender = Annotated[Principal, Depends(require_early(Permission.LOT_WRITE))]

_KEPT: Final = {"Cache-Control": "public, max-age=31536000, immutable"}
"""Never another picture under this address."""


@router.get("/htx/lo/{lot}/thong-tin")
def facts(request: Request, session: SessionDep, principal: Reader, lot: str) -> HTMLResponse:
    found = lots.get(session, principal, lot)
    return render(
        request,
        "passports/facts.html",
        lot=found,
        shown=service.shown(session, found),
        missing=words.lines(language_of(request), service.gaps(session, found)),
    )


@router.post("/htx/lo/{lot}/thong-tin")
def tell(
    session: SessionDep,
    principal: Writer,
    now: NowDep,
    lot: str,
    form: Annotated[PassportForm, Form()],
) -> RedirectResponse:
    return _back(service.tell(session, principal, lot, form, now).public_id)


@router.post("/htx/anh-san-pham")
def picture(
    request: Request,
    session: SessionDep,
    principal: Sender,
    now: NowDep,
    form: Annotated[PhotoForm, Form()],
) -> RedirectResponse:
    octets = [found for photo in form.photos if (found := photo.file.read())]
    developed = album(request, principal, octets, now)
    return _back(service.picture(session, principal, form.lot, developed, now).public_id)


@router.post("/htx/lo/{lot}/chung-nhan")
def certify(
    session: SessionDep,
    principal: Writer,
    now: NowDep,
    lot: str,
    form: Annotated[CertificateForm, Form()],
) -> RedirectResponse:
    return _back(service.certify(session, principal, lot, form, now).public_id)


@router.post("/htx/chung-nhan/{certificate}/xoa")
def withdraw(
    session: SessionDep, principal: Writer, now: NowDep, certificate: str
) -> RedirectResponse:
    service.withdraw(session, principal, certificate, now)
    return RedirectResponse("/htx/lo", HTTPStatus.SEE_OTHER)


@router.get("/tem/anh/{photo}", dependencies=[Depends(public())])
def photo(request: Request, session: SessionDep, photo: str) -> FileResponse:
    """A product's picture, small enough for a weak line."""
    store: Store = request.app.state.store
    path = store.path(service.public_photo(session, photo).small)
    if not path.is_file():
        raise NotFound  # the database was put back without its pictures
    return FileResponse(path, headers=_KEPT, media_type="image/webp")


def _back(lot: str) -> RedirectResponse:
    return RedirectResponse(f"/htx/lo/{lot}/thong-tin", HTTPStatus.SEE_OTHER)
