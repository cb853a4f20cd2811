"""Invoices of orders: wished for, drafted, and kept as the provider answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from sqlmodel import Session, col, select

from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.cooperatives.models import Cooperative
from cloud.errors import Malformed, NotFound
from cloud.invoices.draft import Draft, Line, Party
from cloud.invoices.errors import AlreadyIssued, NoInvoiceWanted, NotAPdf
from cloud.invoices.forms import IssuedForm, VatForm, WishForm
from cloud.orders import billing, reading
from cloud.orders.billing import MAX_PDF, Invoice
from cloud.orders.models import Fulfilment, Order
from cloud.orders.reading import Placed
from cloud.principal import Principal
from cloud.scope import scoped
from cloud.tax import codes
from cloud.tax.errors import NotATaxCode
from cloud.tax.vat import dearest

SHOWN: Final = 100
_OVER: Final = {Fulfilment.CANCELLED, Fulfilment.RETURNED}
_FEE: Final = "Phí giao hàng"
"""On the invoice, which is in Vietnamese for whoever reads it."""


@dataclass(frozen=True)
class Wanted:
    """An invoice with its order."""

    invoice: Invoice
    placed: Placed


def wish(session: Session, order_id: str, form: WishForm, now: datetime) -> None:
    """A buyer wants an invoice; asked again, the newer data count.

    Raises:
        NotATaxCode: a digit is wrong.
        AlreadyIssued: it has a number.
        NoInvoiceWanted: the order is over.
    """
    placed = reading.placed(session, order_id)
    code = codes.normal(form.tax_code)
    if code is None:
        raise NotATaxCode
    if placed.order.fulfilment in _OVER or placed.buyer.erased_at or placed.order.simulated:
        raise NoInvoiceWanted
    session.refresh(placed.order, with_for_update=True)  # two taps come in turn
    number = cast("int", placed.order.id)
    invoice = billing.of_order(session, number)
    if invoice is None:
        owner = placed.order.cooperative_id
        rate = dearest([one.vat for one in placed.lines if one.vat])
        invoice = Invoice(cooperative_id=owner, order_id=number, vat=rate, asked_at=now)
    if invoice.issued:
        raise AlreadyIssued
    invoice.tax_code, invoice.company = code, form.company
    invoice.address, invoice.email = form.address, form.email
    session.add(invoice)


def wanted(session: Session, principal: Principal) -> Sequence[Wanted]:
    """Those without a number first, then the newest."""
    own = scoped(select(Invoice), principal).order_by(
        col(Invoice.number) != "", col(Invoice.id).desc()
    )
    invoices = session.exec(own.limit(SHOWN)).all()
    ids = [one.order_id for one in invoices]
    orders = session.exec(select(Order).where(col(Order.id).in_(ids))).all()
    placed = {one.order.id: one for one in reading.whole(session, orders)}
    return [Wanted(one, placed[one.order_id]) for one in invoices]


def draft(session: Session, principal: Principal, order_id: str) -> Draft:
    """What the provider gets."""
    found = own(session, principal, order_id)
    placed, invoice = found.placed, found.invoice
    seller = session.get_one(Cooperative, placed.order.cooperative_id)
    lines = [
        Line(
            f"{one.product_name} {one.pack_name}",
            "gói",
            one.quantity,
            one.price,
            one.vat or invoice.vat,
        )
        for one in placed.lines
    ]
    if placed.order.fee:
        lines.append(Line(_FEE, "lần", 1, placed.order.fee, invoice.vat))
    return Draft(
        placed.payment.code,
        Party(placed.shop.name, seller.address, placed.shop.tax_code, seller.phone),
        Party(invoice.company, invoice.address, invoice.tax_code, invoice.email),
        lines,
    )


def set_vat(session: Session, principal: Principal, order_id: str, form: VatForm) -> None:
    """How each line is taxed says the seller; of an issued invoice nobody any more.

    Raises:
        AlreadyIssued: it has a number.
        Malformed: there are more lines, or fewer.
    """
    found = own(session, principal, order_id)
    if found.invoice.issued:
        raise AlreadyIssued
    if len(form.vat) != len(found.placed.lines):
        raise Malformed
    for line, vat in zip(found.placed.lines, form.vat, strict=True):
        line.vat = vat
    found.invoice.vat = form.fee or found.invoice.vat


def issued(
    session: Session,
    principal: Principal,
    form: IssuedForm,
    pdf: bytes,
    now: datetime,
) -> None:
    """Keep the provider's answer.

    Raises:
        AlreadyIssued: it was kept before.
        NotAPdf: the file is none.
    """
    found = own(session, principal, form.order).invoice
    if found.issued:
        raise AlreadyIssued
    if pdf and (len(pdf) > MAX_PDF or not pdf.startswith(b"%PDF-")):
        raise NotAPdf
    found.number, found.lookup, found.issued_on = form.number, form.lookup, form.issued_on
    found.pdf = pdf or None
    deed = Deed(AuditAction.INVOICE_ISSUED, f"order:{form.order}", {"number": form.number})
    audit.note(session, principal, deed, now)


def own(session: Session, principal: Principal, order_id: str) -> Wanted:
    """The invoice of an order of the caller's.

    Raises:
        NotFound: nobody asked for one.
    """
    mine = scoped(select(Order), principal).where(Order.public_id == order_id)
    order = session.exec(mine).one_or_none()
    invoice = billing.of_order(session, order.id) if order else None
    if order is None or invoice is None:
        raise NotFound
    return Wanted(invoice, reading.whole(session, [order])[0])


def pdf_of(session: Session, order_id: str) -> bytes:
    """For whoever holds the order's link.

    Raises:
        NotFound: there is none yet.
    """
    placed = reading.placed(session, order_id)
    invoice = billing.of_order(session, placed.order.id)
    if invoice is None or invoice.pdf is None:
        raise NotFound
    return invoice.pdf
