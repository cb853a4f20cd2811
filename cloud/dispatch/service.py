"""Orders taken along as a table, and parcels' numbers brought in from one."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final, cast

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from cloud import columns, sheet
from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.dispatch import rules
from cloud.dispatch.errors import DaysTurned, NotAParcelSheet, ParcelSheetTooLarge, TooManyOrders
from cloud.dispatch.forms import ParcelRow, RangeForm
from cloud.dispatch.rules import COLUMNS, Plan, Standing
from cloud.dispatch.words import CARRIERS, HEADINGS, MONEY, OF_BUYERS, STATES
from cloud.i18n import TIME_ZONE
from cloud.orders import desk, reading
from cloud.orders.desk import Handed
from cloud.orders.models import Fulfilment, Order
from cloud.orders.reading import Placed
from cloud.orders.rules import Step
from cloud.payments.models import Payment
from cloud.permissions import Permission, demand
from cloud.principal import Principal
from cloud.scope import scoped
from cloud.sheet import SheetError
from cloud.shipping import parcels
from cloud.shipping.carrier import CarrierName, Manual
from cloud.shipping.parcels import Listed
from cloud.vietgap.book import Cell

MOST_ORDERS: Final = 5_000
"""Of one file: a busy shop's season."""
MOST_PARCELS: Final = 500
"""Of one sheet: each moves stock, which one request does within seconds."""
_AT_ONCE: Final = 500
_CODE: Final = re.compile(r"(?=(HX[0-9A-Z]{7}))")  # in any cell, and where two cells meet

Words = Callable[[str], str]


def table(
    session: Session, principal: Principal, form: RangeForm, words: Words, now: datetime
) -> list[list[Cell]]:
    """The caller's orders of these days, oldest first, under their headings.

    Raises:
        Forbidden: who bought is for those who send it.
        DaysTurned: the last day is before the first.
        TooManyOrders: more than one file holds.
    """
    buyers = form.buyers == "yes"
    if buyers:
        demand(principal, Permission.ORDER_WRITE)
    if form.last < form.first:
        raise DaysTurned
    until = _midnight(form.last + timedelta(days=1))
    orders = session.exec(
        scoped(select(Order), principal)
        .where(col(Order.placed_at) >= _midnight(form.first), col(Order.placed_at) < until)
        .order_by(col(Order.id))
        .limit(MOST_ORDERS + 1)
    ).all()
    if len(orders) > MOST_ORDERS:
        raise TooManyOrders(most=MOST_ORDERS)
    heads = [*HEADINGS, *OF_BUYERS] if buyers else [*HEADINGS]
    lines: list[list[Cell]] = [[words(one) for one in heads]]
    for start in range(0, len(orders), _AT_ONCE):
        some = reading.whole(session, orders[start : start + _AT_ONCE])
        lines += [[*_line(one, words), *(_buyer(one) if buyers else ())] for one in some]
    days = {"first": str(form.first), "last": str(form.last), "buyers": form.buyers}
    deed = Deed(AuditAction.ORDERS_TAKEN, "orders", {**days, "rows": len(orders)})
    audit.note(session, principal, deed, now)
    return lines


def judged(session: Session, principal: Principal, text: str, otherwise: CarrierName) -> Plan:
    """What would become of each row; nothing is written.

    Raises:
        NotAParcelSheet: the headings that are needed stand nowhere.
        ParcelSheetTooLarge: more rows than one request brings in.
    """
    try:
        found = rules.plan(sheet.of_text(text), _named(session, principal, text), otherwise)
    except SheetError:
        raise NotAParcelSheet from None
    if found is None:
        raise NotAParcelSheet
    if len(found.good) + len(found.bad) > MOST_PARCELS:
        raise ParcelSheetTooLarge(most=MOST_PARCELS)
    return found


def bring(
    session: Session, principal: Principal, text: str, otherwise: CarrierName, now: datetime
) -> int:
    """Send the orders of good rows, in one transaction; how many rows were taken.

    What has left already gets the number it lacked; again it changes nothing.

    Raises:
        NotAParcelSheet, ParcelSheetTooLarge: as when it is judged.
    """
    good = judged(session, principal, text, otherwise).good
    if not good:
        return 0
    rows = {row.code: row for row in good}
    for order, code in session.exec(_by_code(principal, rows).order_by(col(Order.id))).all():
        _send(session, principal, order, rows[code], now)
    deed = Deed(AuditAction.PARCELS_IMPORTED, "orders", {"rows": len(good)})
    audit.note(session, principal, deed, now)
    return len(good)


def faulty(plan: Plan, words: Words) -> list[list[str]]:
    """The rows that were not taken, to be put right and sent again."""
    why: dict[int, str] = defaultdict(str)
    for one in plan.faults:
        why[one.row] += f"{words(COLUMNS[one.column])}: {words(one.reason)} "
    return columns.faulty(plan.headings, plan.bad, why)


def _send(
    session: Session, principal: Principal, order: Order, row: ParcelRow, now: datetime
) -> None:
    if order.fulfilment is Fulfilment.PACKED:
        handed = Handed(Manual(row.carrier, row.tracking))
        desk.lead(session, principal, order.public_id, Step.SHIP, now, handed)
    parcel = parcels.of_order(session, cast("int", order.id))
    if parcel is not None:
        parcels.told(session, parcel, Listed(row.carrier, row.tracking, row.fee), now)


def _named(session: Session, principal: Principal, text: str) -> Mapping[str, Standing]:
    """The caller's orders whose codes stand in the text, however far they are."""
    squeezed = "".join(text.split()).upper()
    codes = set(_CODE.findall(squeezed))
    found = session.exec(_by_code(principal, codes)).all()
    sent = parcels.of_orders(session, [order.id for order, _code in found])
    return {
        code: Standing(
            order.fulfilment,
            order.pickup_id is not None,
            sent[number].tracking if (number := cast("int", order.id)) in sent else None,
        )
        for order, code in found
    }


def _by_code(principal: Principal, codes: Iterable[str]) -> Select[Order, str]:
    return (
        select(Order, Payment.code)
        .join(Payment, col(Payment.order_id) == col(Order.id))
        .where(
            Order.cooperative_id == principal.cooperative_id, col(Payment.code).in_(list(codes))
        )
    )


def _line(placed: Placed, words: Words) -> list[Cell]:
    order, parcel = placed.order, placed.parcel
    goods = [f"{one.quantity} × {one.product_name} {one.pack_name}" for one in placed.lines]
    sums = [order.total - order.fee, order.fee, order.total, placed.owed]
    by = words(CARRIERS[parcel.carrier]) if parcel and not placed.point else ""
    sent: list[Cell] = [by, parcel.tracking, parcel.cod] if parcel else ["", "", 0]
    fee = parcel.fee if parcel and parcel.fee is not None else ""
    day = order.placed_at.astimezone(TIME_ZONE).strftime("%d/%m/%Y")
    states = [words(STATES[order.fulfilment]), words(MONEY[placed.payment_state])]
    return [placed.payment.code, day, *states, "; ".join(goods), *sums, *sent, fee]


def _buyer(placed: Placed) -> list[str]:
    """As it is dialled here; nothing of who was forgotten."""
    who = placed.buyer
    phone = f"0{who.phone[3:]}" if who.phone.startswith("+84") else who.phone
    return [who.name, phone, who.address, who.email]


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=TIME_ZONE).astimezone(UTC)
