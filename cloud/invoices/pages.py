"""Invoices for people: the buyer's wish, and the cooperative's list of what to issue."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from cloud.invoices import service
from cloud.invoices.files import File
from cloud.invoices.files import Form as FileForm
from cloud.invoices.forms import IssuedForm, VatForm, WishForm
from cloud.orders.billing import MAX_PDF
from cloud.permissions import Permission, public, require
from cloud.principal import Principal
from cloud.tax.vat import Vat
from cloud.transaction import SessionDep
from cloud.web import NowDep, render

router = APIRouter()
Cashier = Annotated[Principal, Depends(require(Permission.MONEY_WRITE))]


@router.post("/don/{order}/hoa-don", dependencies=[Depends(public())])
def wish(
    session: SessionDep, now: NowDep, order: str, form: Annotated[WishForm, Form()]
) -> RedirectResponse:
    """Whoever holds the link is the buyer."""
    service.wish(session, order, form, now)
    return RedirectResponse(f"/don/{order}", HTTPStatus.SEE_OTHER)


@router.get("/don/{order}/hoa-don.pdf", dependencies=[Depends(public())], response_class=Response)
def take(session: SessionDep, order: str) -> Response:
    return _pdf(service.pdf_of(session, order))


@router.get("/htx/hoa-don")
def wanted(request: Request, session: SessionDep, principal: Cashier) -> HTMLResponse:
    return render(
        request,
        "invoices/list.html",
        wanted=service.wanted(session, principal),
        rates=list(Vat),
        fee_rates=[one for one in Vat if one is not Vat.KKKNT],
        forms=list(FileForm),
    )


@router.post("/htx/hoa-don/{order}/thue")
def set_vat(
    session: SessionDep, principal: Cashier, order: str, form: Annotated[VatForm, Form()]
) -> RedirectResponse:
    service.set_vat(session, principal, order, form)
    return _back()


@router.get("/htx/hoa-don/{order}/nhap", response_class=Response)
def draft(
    session: SessionDep, principal: Cashier, order: str, dang: FileForm = FileForm.XML
) -> Response:
    found = service.draft(session, principal, order)
    handed = File(dang).hand_over(found)
    name = f'attachment; filename="hoa-don-{found.code}.{dang}"'
    headers = {"Content-Disposition": name}
    return Response(handed.octets, media_type=handed.media_type, headers=headers)


@router.post("/htx/hoa-don")
def issued(
    session: SessionDep,
    principal: Cashier,
    now: NowDep,
    form: Annotated[IssuedForm, Form()],
) -> RedirectResponse:
    octets = b"".join(one.file.read(MAX_PDF + 1) for one in form.files)
    service.issued(session, principal, form, octets, now)
    return _back()


def _pdf(octets: bytes) -> Response:
    return Response(octets, media_type="application/pdf")


def _back() -> RedirectResponse:
    return RedirectResponse("/htx/hoa-don", HTTPStatus.SEE_OTHER)
