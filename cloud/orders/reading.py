"""Reading orders: whole, for the buyer's link and for the cooperative's desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from sqlmodel import Session, col, select

from cloud.orders.errors import OrderGone
from cloud.orders.models import Order, OrderBuyer, OrderLine
from cloud.payments import service as payments
from cloud.payments.models import Payment
from cloud.payments.rules import PaymentState
from cloud.payments.rules import state as payment_state
from cloud.payments.vietqr import TRANSFER_LIMIT, VietQR
from cloud.principal import Principal
from cloud.products.models import Shop
from cloud.scope import scoped


@dataclass(frozen=True)
class Placed:
    """An order with all that its page shows."""

    order: Order
    buyer: OrderBuyer
    lines: Sequence[OrderLine]
    payment: Payment
    received: int
    shop: Shop

    @property
    def payment_state(self) -> PaymentState:
        return payment_state(self.payment.expected, self.received)

    @property
    def owed(self) -> int:
        return max(0, self.payment.expected - self.received)

    @property
    def vietqr(self) -> str | None:
        """What a banking app scans; None when nothing is owed, or more than a code can carry."""
        if not 0 < self.owed < TRANSFER_LIMIT:
            return None
        code = self.payment.code
        return VietQR.transfer(
            self.shop.bank_bin, self.shop.bank_account, self.owed, code
        ).encode()


def placed(session: Session, public_id: str) -> Placed:
    """An order for whoever holds its link."""
    order = session.exec(select(Order).where(Order.public_id == public_id)).one_or_none()
    if order is None:
        raise OrderGone
    return _whole(session, order)


def own(session: Session, principal: Principal, limit: int) -> Sequence[Placed]:
    """Orders of the caller's cooperative, newest first."""
    orders = scoped(select(Order), principal).order_by(col(Order.id).desc()).limit(limit)
    return [_whole(session, order) for order in session.exec(orders).all()]


def lines(session: Session, order: Order) -> Sequence[OrderLine]:
    found = select(OrderLine).where(OrderLine.order_id == order.id)
    return session.exec(found.order_by(col(OrderLine.position))).all()


def owed(session: Session, order: Order) -> int:
    """What is still to be paid, in đồng."""
    return _whole(session, order).owed


def _whole(session: Session, order: Order) -> Placed:
    payment = payments.of_order(session, cast("int", order.id))
    return Placed(
        order=order,
        buyer=session.get_one(OrderBuyer, order.id),
        lines=lines(session, order),
        payment=payment,
        received=payments.received(session, payment),
        shop=session.get_one(Shop, order.shop_id),
    )
