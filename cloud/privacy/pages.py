"""What is kept and why, for everybody; and one's own data, for whoever is logged in."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.encoders import jsonable_encoder
from fastapi.responses import (
    HTMLResponse,
    JSONResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)

from cloud.accounts import cookies
from cloud.accounts.consents import NOTICE
from cloud.accounts.proof import knows
from cloud.accounts.service import BadPhone
from cloud.diary import service as diary
from cloud.diary import voices
from cloud.errors import CloudError, TooMany
from cloud.media.store import Store
from cloud.members.service import LastManager
from cloud.permissions import Permission, public, require
from cloud.principal import Principal
from cloud.privacy import service
from cloud.privacy.forms import EraseForm, NameForm, NumberForm
from cloud.privacy.known import known
from cloud.privacy.parcel import Enclosed, parcel
from cloud.privacy.service import NumberTaken
from cloud.transaction import SessionDep
from cloud.web import NowDep, render

router = APIRouter()
Own = Annotated[Principal, Depends(require(Permission.ACCOUNT_OWN))]

_OWN = "/tai-khoan/du-lieu"
_FILE = "vuon-so-du-lieu-cua-toi.json"
_PARCEL = "vuon-so-du-lieu-cua-toi.zip"


@router.get("/rieng-tu", dependencies=[Depends(public())])
def notice(request: Request) -> HTMLResponse:
    contact = request.app.state.settings.security_contact
    return render(request, "privacy/notice.html", version=NOTICE, contact=contact)


@router.get(_OWN)
def own(request: Request, session: SessionDep, principal: Own) -> HTMLResponse:
    return _page(request, session, principal)


@router.get(f"{_OWN}/tai-ve")
def take_along(session: SessionDep, principal: Own) -> JSONResponse:
    content = jsonable_encoder(known(session, principal).as_json())
    headers = {"Content-Disposition": f'attachment; filename="{_FILE}"'}
    return JSONResponse(content, headers=headers)


@router.get(f"{_OWN}/tai-ve-anh")
def take_photos_along(
    request: Request, session: SessionDep, principal: Own, now: NowDep
) -> StreamingResponse:
    """The same with photos and voice as files; the session is over before one of them is read."""
    store: Store = request.app.state.store
    document = JSONResponse(jsonable_encoder(known(session, principal).as_json())).body
    photos = [
        Enclosed(f"anh/{photo.public_id}.webp", store.path(photo.large), photo.created_at)
        for photo in diary.photos_of_account(session, principal.account_id)
    ]
    said = [
        Enclosed(f"tieng/{one.public_id}", store.path(one.name), one.created_at)
        for one in voices.of_account(session, principal.account_id)
    ]
    headers = {"Content-Disposition": f'attachment; filename="{_PARCEL}"'}
    parts = parcel({_FILE: bytes(document)}, [*photos, *said], now)
    return StreamingResponse(parts, headers=headers, media_type="application/zip")


@router.post(f"{_OWN}/ten")
def rename(
    session: SessionDep, principal: Own, now: NowDep, form: Annotated[NameForm, Form()]
) -> RedirectResponse:
    service.rename(session, principal, form.name, now)
    return RedirectResponse(_OWN, HTTPStatus.SEE_OTHER)


@router.post(f"{_OWN}/so-moi")
def renumber(
    request: Request,
    session: SessionDep,
    principal: Own,
    now: NowDep,
    form: Annotated[NumberForm, Form()],
) -> Response:
    if not knows(request, session, principal, form.password, now):
        return _page(request, session, principal, wrong="number")
    try:
        service.renumber(session, principal, form.phone, now)
    except (BadPhone, NumberTaken, TooMany) as refusal:
        return _page(request, session, principal, refusal=refusal)
    return RedirectResponse(_OWN, HTTPStatus.SEE_OTHER)


@router.post(f"{_OWN}/xoa")
def erase(
    request: Request,
    session: SessionDep,
    principal: Own,
    now: NowDep,
    form: Annotated[EraseForm, Form()],
) -> Response:
    if not knows(request, session, principal, form.password, now):
        return _page(request, session, principal, wrong="erase")
    try:
        service.erase(session, principal, now)
    except LastManager as refusal:
        return _page(request, session, principal, refusal=refusal)
    request.state.principal = None
    response = render(request, "privacy/erased.html")
    cookies.take_back(request, response)
    return response


def _page(
    request: Request,
    session: SessionDep,
    principal: Principal,
    wrong: str = "",
    refusal: CloudError | None = None,
) -> HTMLResponse:
    return render(
        request,
        "privacy/own.html",
        HTTPStatus.CONFLICT if wrong or refusal else HTTPStatus.OK,
        known=known(session, principal),
        wrong=wrong,
        refusal=refusal,
    )
