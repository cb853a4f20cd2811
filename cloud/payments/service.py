"""Payments of orders: what is expected under which code, and what has come."""

import secrets
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cloud.payments import code
from cloud.payments.models import Allocation, Payment
from cloud.principal import Principal


def expect(
    session: Session, cooperative_id: int, order_id: int, amount: int, now: datetime
) -> Payment:
    """Wait for a transfer, under a code that no other payment has."""
    payment = Payment(
        cooperative_id=cooperative_id,
        order_id=order_id,
        code=_fresh_code(session),
        expected=amount,
        created_at=now,
    )
    session.add(payment)
    session.flush()
    return payment


def of_order(session: Session, order_id: int) -> Payment:
    return session.exec(select(Payment).where(Payment.order_id == order_id)).one()


def received(session: Session, payment: Payment) -> int:
    total = select(sa.func.coalesce(sa.func.sum(col(Allocation.amount)), 0))
    return int(session.exec(total.where(Allocation.payment_id == payment.id)).one())


def recorded(session: Session, key: str) -> bool:
    """Whether a member's note with this key counts already."""
    known = select(Allocation.id).where(Allocation.source == _source(key))
    return session.exec(known).first() is not None


def record(
    session: Session,
    principal: Principal,
    payment: Payment,
    amount: int,
    key: str,
    now: datetime,
) -> None:
    """A member has seen the money on the account."""
    session.add(
        Allocation(
            cooperative_id=payment.cooperative_id,
            payment_id=cast("int", payment.id),
            amount=amount,
            source=_source(key),
            account_id=principal.account_id,
            at=now,
        )
    )
    session.flush()


def _source(key: str) -> str:
    return f"manual:{key}"


def _fresh_code(session: Session) -> str:
    while True:
        fresh = code.make(secrets.randbelow)
        if session.exec(select(Payment.id).where(Payment.code == fresh)).first() is None:
            return fresh
