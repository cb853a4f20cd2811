"""Whoever holds the link of an order is its buyer, and may say what the goods were like."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlmodel import Session, col, select

from cloud.lots.models import Lot
from cloud.orders.errors import OrderGone
from cloud.orders.models import Fulfilment, Order, OrderEvent, OrderLine
from cloud.products.models import Product, Variant
from cloud.reviews import rules
from cloud.reviews import service as reviews
from cloud.reviews.errors import ReviewGone
from cloud.reviews.models import Review, ReviewForm
from cloud.reviews.rules import Purchase


@dataclass(frozen=True)
class Item:
    """A product of the order, the lot it came from, and what was said of it."""

    product: Product
    lot: Lot
    review: Review | None


@dataclass(frozen=True)
class Sheet:
    """All that can be said of an order; `until` is None where nothing more can."""

    order: Order
    items: Sequence[Item]
    until: datetime | None

    @property
    def used(self) -> bool:
        """Whether there is something to write, or to take back."""
        return self.until is not None or any(item.review for item in self.items)


def sheet(session: Session, public_id: str, now: datetime) -> Sheet:
    """For whoever holds the order's link."""
    order = _order(session, public_id, hold=False)
    said = reviews.of_order(session, cast("int", order.id))
    items = [
        Item(product, lot, said.get(cast("int", product.id)))
        for product, lot in _goods(session, order)
    ]
    until = rules.open_until(_delivered_at(session, order), simulated=order.simulated)
    return Sheet(order, items, until if until is not None and now < until else None)


def write(session: Session, public_id: str, form: ReviewForm, now: datetime) -> None:
    """Of one product of the order; holds the order, which may be brought back meanwhile.

    Raises:
        OrderGone: there is no such order.
        ReviewGone: it has no such product.
        NotOpen, NamesContact, AlreadyShown: see `cloud.reviews.service.write`.
    """
    order = _order(session, public_id, hold=True)
    product, lot = _of(session, order, form.product)
    purchase = Purchase(
        cooperative_id=order.cooperative_id,
        order_id=cast("int", order.id),
        product_id=cast("int", product.id),
        lot_id=cast("int", lot.id),
        delivered_at=_delivered_at(session, order),
        simulated=order.simulated,
    )
    reviews.write(session, purchase, form, now)


def withdraw(session: Session, public_id: str, product_id: str) -> None:
    order = _order(session, public_id, hold=True)
    product, _lot = _of(session, order, product_id)
    reviews.withdraw(session, cast("int", order.id), cast("int", product.id))


def _order(session: Session, public_id: str, *, hold: bool) -> Order:
    asked = select(Order).where(Order.public_id == public_id)
    order = session.exec(asked.with_for_update() if hold else asked).one_or_none()
    if order is None:
        raise OrderGone
    return order


def _goods(session: Session, order: Order) -> Sequence[tuple[Product, Lot]]:
    """Each product once, with the lot that the first packs of it came from."""
    bought = session.exec(
        select(Product, Lot)
        .join(Variant, col(Variant.product_id) == col(Product.id))
        .join(OrderLine, col(OrderLine.variant_id) == col(Variant.id))
        .join(Lot, col(Lot.id) == col(OrderLine.lot_id))
        .where(OrderLine.order_id == order.id)
        .order_by(col(OrderLine.position))
    ).all()
    first: dict[int | None, tuple[Product, Lot]] = {}
    for product, lot in bought:
        first.setdefault(product.id, (product, lot))
    return list(first.values())


def _of(session: Session, order: Order, product_id: str) -> tuple[Product, Lot]:
    for product, lot in _goods(session, order):
        if product.public_id == product_id:
            return product, lot
    raise ReviewGone


def _delivered_at(session: Session, order: Order) -> datetime | None:
    """When the goods came, if they are still there."""
    if order.fulfilment is not Fulfilment.DELIVERED:
        return None
    arrived = select(OrderEvent.at).where(
        OrderEvent.order_id == order.id, OrderEvent.what == Fulfilment.DELIVERED.value
    )
    return session.exec(arrived.order_by(col(OrderEvent.id).desc())).first()
