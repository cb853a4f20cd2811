"""Payments of orders: what is expected under which code, and what has come."""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cloud.payments import code
from cloud.payments.models import Allocation, AllocationKind, BankTxn, Payment
from cloud.payments.rules import Books
from cloud.payments.rules import books as summed


@dataclass(frozen=True)
class Said:
    """Who says that money belongs to a payment: once under each key, `by` nobody for the rule."""

    source: str
    by: int | None = None
    note: str = ""
    txn_id: int | None = None
    remittance_id: int | None = None


def expect(
    session: Session,
    cooperative_id: int,
    order_id: int,
    amount: int,
    now: datetime,
    *,
    cod: bool = False,
) -> Payment:
    """Wait for money, under a code that no other payment has."""
    payment = Payment(
        cooperative_id=cooperative_id,
        order_id=order_id,
        code=_fresh_code(session),
        expected=amount,
        cod=cod,
        created_at=now,
    )
    session.add(payment)
    session.flush()
    return payment


def of_order(session: Session, order_id: int) -> Payment:
    return session.exec(select(Payment).where(Payment.order_id == order_id)).one()


def close(session: Session, order_id: int, now: datetime) -> None:
    """Nobody waits for it any more: what comes now is the buyer's."""
    payment = of_order(session, order_id)
    payment.closed_at = payment.closed_at or now
    session.flush()


def books(session: Session, payment: Payment) -> Books:
    return all_books(session, [payment])[cast("int", payment.id)]


def all_books(session: Session, payments: Iterable[Payment]) -> Mapping[int, Books]:
    """The books of many payments, by their ids."""
    wanted = {cast("int", one.id): one for one in payments}
    found = session.exec(
        select(Allocation.payment_id, Allocation.kind, sa.func.sum(col(Allocation.amount)))
        .where(col(Allocation.payment_id).in_(wanted))
        .group_by(col(Allocation.payment_id), col(Allocation.kind))
    )
    sums: dict[int, list[tuple[AllocationKind, int]]] = defaultdict(list)
    for payment_id, kind, amount in found:
        sums[payment_id].append((AllocationKind(kind), int(amount)))
    return {
        number: summed(one.expected, sums[number], closed=one.closed_at is not None, cod=one.cod)
        for number, one in wanted.items()
    }


def count(session: Session, payment: Payment, kind: AllocationKind) -> int:
    """How many lines of a kind the ledger has of a payment."""
    own = select(sa.func.count()).where(
        Allocation.payment_id == payment.id, Allocation.kind == kind
    )
    return session.exec(own).one()


def said(session: Session, source: str) -> bool:
    """Whether this was said before: it counts once."""
    known = select(Allocation.id).where(Allocation.source == source)
    return session.exec(known).first() is not None


def allocate(
    session: Session, payment: Payment, txn: BankTxn, amount: int, who: Said, now: datetime
) -> None:
    """Money of a transaction belongs to this payment."""
    of_txn = replace(who, txn_id=txn.id)
    _write(session, payment, AllocationKind.RECEIVED, amount, of_txn, now)


def refund(session: Session, payment: Payment, amount: int, who: Said, now: datetime) -> None:
    """Money has gone back to the buyer."""
    _write(session, payment, AllocationKind.REFUNDED, amount, who, now)


def collect(session: Session, payment: Payment, amount: int, who: Said, now: datetime) -> None:
    """The carrier has taken money from the buyer."""
    _write(session, payment, AllocationKind.COLLECTED, amount, who, now)


def remit(session: Session, payment: Payment, amount: int, who: Said, now: datetime) -> None:
    """The carrier has handed on what it took."""
    _write(session, payment, AllocationKind.REMITTED, amount, who, now)


def undo(session: Session, mistaken: Allocation, who: Said, now: datetime) -> None:
    """Take back what was said of a transaction; the line stays, and another one against it."""
    payment = session.get_one(Payment, mistaken.payment_id)
    of_txn = replace(who, txn_id=mistaken.bank_txn_id)
    _write(session, payment, AllocationKind.UNDONE, mistaken.amount, of_txn, now)


def undo_remit(session: Session, mistaken: Allocation, who: Said, now: datetime) -> None:
    """The carrier has not handed it on after all; the line stays, and another one against it."""
    payment = session.get_one(Payment, mistaken.payment_id)
    of_remittance = replace(who, remittance_id=mistaken.remittance_id)
    _write(session, payment, AllocationKind.REMIT_UNDONE, mistaken.amount, of_remittance, now)


def forget_words(session: Session, order_id: int) -> None:
    """Of what a forgotten buyer wrote in transfers only the code stays."""
    payment = of_order(session, order_id)
    session.exec(
        sa.update(BankTxn)
        .where(
            col(BankTxn.id).in_(
                select(Allocation.bank_txn_id).where(Allocation.payment_id == payment.id)
            )
        )
        .values(content=payment.code)
    )


def _write(
    session: Session,
    payment: Payment,
    kind: AllocationKind,
    amount: int,
    who: Said,
    now: datetime,
) -> None:
    session.add(
        Allocation(
            cooperative_id=payment.cooperative_id,
            payment_id=cast("int", payment.id),
            kind=kind,
            amount=amount,
            source=who.source,
            bank_txn_id=who.txn_id,
            remittance_id=who.remittance_id,
            account_id=who.by,
            note=who.note,
            at=now,
        )
    )
    session.flush()


def _fresh_code(session: Session) -> str:
    while True:
        fresh = code.make(secrets.randbelow)
        if session.exec(select(Payment.id).where(Payment.code == fresh)).first() is None:
            return fresh
