"""The packing room: what waits by product, buyer and day, and papers to print."""

from datetime import date
from functools import partial
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse

from cloud.bodies import Body
from cloud.i18n import _, translate
from cloud.packing import layout, rules, service
from cloud.packing.layout import House, Say
from cloud.packing.paper import pdf
from cloud.packing.rules import Words
from cloud.permissions import Permission, require
from cloud.principal import Principal
from cloud.stamps.keys import open_vault
from cloud.transaction import SessionDep
from cloud.vietgap.book import Book
from cloud.vietgap.paper import paper
from cloud.vietgap.workbook import MEDIA_TYPE, workbook
from cloud.web import language_of, render

router = APIRouter(prefix="/htx")
Packer = Annotated[Principal, Depends(require(Permission.ORDER_READ))]

_PDF: Final = "application/pdf"
_WORDS: Final = Words(
    by_product=_("Theo sản phẩm"),
    by_buyer=_("Theo khách"),
    by_day=_("Theo ngày đặt"),
    product=_("Sản phẩm"),
    pack=_("Gói"),
    lot=_("Lô"),
    packs=_("Số gói"),
    kilograms=_("Ký"),
    buyer=_("Khách"),
    phone=_("Điện thoại"),
    order=_("Đơn"),
    day=_("Ngày đặt"),
    orders=_("Số đơn"),
    awaited=_("chờ thu hoạch %(day)s"),
)
_TITLE: Final = _("Phiếu soạn hàng")


class Wish(Body):
    """Of which day; none: all that waits."""

    ngay: date | None = None


@router.get("/soan-hang")
def lists(
    request: Request, session: SessionDep, principal: Packer, wish: Annotated[Wish, Query()]
) -> HTMLResponse:
    items = service.waiting(session, principal, wish.ngay)
    return render(
        request,
        "packing/lists.html",
        tables=rules.tables(items, _words(request)),
        empty=not items,
        day=wish.ngay,
        query=f"?ngay={wish.ngay}" if wish.ngay else "",
    )


@router.get("/soan-hang/phieu.xlsx", response_class=Response)
def spreadsheet(
    request: Request, session: SessionDep, principal: Packer, wish: Annotated[Wish, Query()]
) -> Response:
    book = _book(request, session, principal, wish)
    return Response(workbook(book), media_type=MEDIA_TYPE, headers=_named("soan-hang.xlsx"))


@router.get("/soan-hang/phieu.pdf", response_class=Response)
def printed(
    request: Request, session: SessionDep, principal: Packer, wish: Annotated[Wish, Query()]
) -> Response:
    book = _book(request, session, principal, wish)
    return Response(paper(book), media_type=_PDF, headers=_named("soan-hang.pdf"))


@router.get("/don/{order}/phieu.pdf", response_class=Response)
def slip(request: Request, session: SessionDep, principal: Packer, order: str) -> Response:
    settings = request.app.state.settings
    parcel = service.parcel(session, principal, order, open_vault(settings))
    drawn = layout.slip(parcel, House(settings.public_url), _say(request))
    name = f"phieu-{parcel.placed.payment.code}.pdf"
    return Response(pdf(drawn), media_type=_PDF, headers=_named(name))


@router.get("/don/{order}/nhan.pdf", response_class=Response)
def label(request: Request, session: SessionDep, principal: Packer, order: str) -> Response:
    vault = open_vault(request.app.state.settings)
    parcel = service.parcel(session, principal, order, vault)
    name = f"nhan-{parcel.placed.payment.code}.pdf"
    drawn = layout.label(parcel, _say(request))
    return Response(pdf(drawn), media_type=_PDF, headers=_named(name))


def _book(request: Request, session: SessionDep, principal: Principal, wish: Wish) -> Book:
    say = _say(request)
    tables = rules.tables(service.waiting(session, principal, wish.ngay), _words(request))
    day = wish.ngay.strftime("%d/%m/%Y") if wish.ngay else say(_("mọi ngày"))
    return Book(say(_TITLE), [(say(_("Đơn đặt ngày")), day)], tables, say(_("Trang")))


def _words(request: Request) -> Words:
    say = _say(request)
    return Words(**{name: say(word) for name, word in vars(_WORDS).items()})


def _say(request: Request) -> Say:
    return partial(translate, language_of(request))


def _named(name: str) -> dict[str, str]:
    """Shown in the browser, which has a button to print; kept under this name."""
    return {"Content-Disposition": f'inline; filename="{name}"'}
