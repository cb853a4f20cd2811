"""The shop for people at the cooperative: who it is, its bank account, and its certificates."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse

from cloud.errors import NotFound
from cloud.i18n import TIME_ZONE, translate
from cloud.media.store import Store
from cloud.permissions import Permission, require, require_early
from cloud.principal import Principal
from cloud.products import certificates, papers, photos, service, shops
from cloud.products.banks import BANKS
from cloud.products.forms import AccountForm, CertifyForm, ClaimsForm, IdentityForm, TaxCodeForm
from cloud.products.kinds import SCHEME_WORDS
from cloud.tax import codes
from cloud.transaction import SessionDep
from cloud.web import NowDep, language_of, render

router = APIRouter(prefix="/htx")
Reader = Annotated[Principal, Depends(require(Permission.PRODUCT_READ))]
Writer = Annotated[Principal, Depends(require(Permission.PRODUCT_WRITE))]
Sender = Annotated[Principal, Depends(require_early(Permission.PRODUCT_WRITE))]
Owner = Annotated[Principal, Depends(require(Permission.COOPERATIVE_WRITE))]
Cashier = Annotated[Principal, Depends(require(Permission.MONEY_WRITE, proved=True))]


@router.get("/gian-hang")
def shop(request: Request, session: SessionDep, principal: Reader, now: NowDep) -> HTMLResponse:
    language, today = language_of(request), now.astimezone(TIME_ZONE).date()
    held = certificates.own(session, principal)
    return render(
        request,
        "products/shop.html",
        shop=service.shop_of(session, principal),
        home=service.home_of(session, principal),
        banks=BANKS,
        normal=codes.normal,
        schemes=[(code, translate(language, word)) for code, word in SCHEME_WORDS.items()],
        certificates=[(row, papers.paper(row).holds(today)) for row in held],
    )


@router.post("/gian-hang")
def identify(
    session: SessionDep, principal: Owner, now: NowDep, form: Annotated[IdentityForm, Form()]
) -> RedirectResponse:
    shops.identify(session, principal, form, now)
    return _back()


@router.post("/gian-hang/ngan-hang")
def move_account(
    session: SessionDep, principal: Cashier, now: NowDep, form: Annotated[AccountForm, Form()]
) -> RedirectResponse:
    shops.move_account(session, principal, form, now)
    return _back()


@router.post("/gian-hang/thue")
def tell_tax_code(
    session: SessionDep, principal: Owner, now: NowDep, form: Annotated[TaxCodeForm, Form()]
) -> RedirectResponse:
    shops.tell_tax_code(session, principal, form, now)
    return _back()


@router.post("/giay-chung-nhan")
def certify(
    request: Request,
    session: SessionDep,
    principal: Sender,
    now: NowDep,
    form: Annotated[CertifyForm, Form()],
) -> RedirectResponse:
    scans = photos.prints(request, principal, form.octets(), now)
    store: Store = request.app.state.store
    certificates.tell(session, principal, form, scans, store, now)
    return _back()


@router.get("/giay-chung-nhan/{paper}/anh")
def scan(request: Request, session: SessionDep, principal: Reader, paper: str) -> FileResponse:
    """For the cooperative's own eyes: papers name people."""
    store: Store = request.app.state.store
    path = store.path(certificates.scan_of(session, principal, paper).webp_1280)
    if not path.is_file():
        raise NotFound  # the database was put back without its pictures
    return FileResponse(path, media_type="image/webp")


@router.post("/giay-chung-nhan/{paper}/xoa")
def withdraw(session: SessionDep, principal: Writer, now: NowDep, paper: str) -> RedirectResponse:
    certificates.withdraw(session, principal, paper, now)
    return _back()


@router.post("/san-pham/{product}/giay")
def claim(
    session: SessionDep,
    principal: Writer,
    now: NowDep,
    product: str,
    form: Annotated[ClaimsForm, Form()],
) -> RedirectResponse:
    certificates.claim(session, principal, product, form.papers, now)
    return RedirectResponse(f"/htx/san-pham/{product}", HTTPStatus.SEE_OTHER)


def _back() -> RedirectResponse:
    return RedirectResponse("/htx/gian-hang", HTTPStatus.SEE_OTHER)
