"""The queue of transactions that wait for a person, and what a person decides of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.errors import NotFound
from cloud.money import intake
from cloud.money.errors import (
    AlreadyBack,
    NoSuchCode,
    NothingToReturn,
    StillSpoken,
    TxnOutgoing,
    TxnSpent,
)
from cloud.orders import desk, letters, reading
from cloud.orders.desk import Moved
from cloud.orders.letters import About
from cloud.orders.models import Order
from cloud.orders.reading import Placed
from cloud.payments import bank, matching
from cloud.payments import service as payments
from cloud.payments.matching import Suggestion, Verdict
from cloud.payments.models import Allocation, AllocationKind, BankTxn, Payment
from cloud.payments.service import Said
from cloud.principal import Principal
from cloud.scope import scoped

SHOWN: Final = 50
"""Transactions on one page; a queue that is longer is worked off from its beginning."""


@dataclass(frozen=True)
class Wish:
    """What a person says: so much of a transaction is for the payment under this code."""

    code: str
    amount: int
    key: str


@dataclass(frozen=True)
class Refund:
    """Money that somebody has sent back to a buyer."""

    amount: int
    note: str
    key: str


@dataclass(frozen=True)
class Waiting:
    """A transaction of which something is left, and what it may be for."""

    txn: BankTxn
    left: int
    verdict: Verdict
    suggestions: Sequence[Suggestion]


@dataclass(frozen=True)
class Spoken:
    """A transaction that pays something, and under which codes."""

    txn: BankTxn
    parts: Sequence[tuple[str, int]]
    by_rule: bool


def waiting(session: Session, principal: Principal, now: datetime) -> list[Waiting]:
    """What came in and belongs to no order yet, oldest first."""
    txns = bank.left_over(session, principal.cooperative_id, SHOWN)
    standing = bank.standing(session, txns)
    left = [(txn, txn.amount - _sum(standing.get(cast("int", txn.id), ()))) for txn in txns]
    if not left:
        return []
    known = intake.book(session, principal.cooperative_id, now)
    account = intake.account_of(session, principal.cooperative_id)
    return [
        Waiting(
            txn,
            rest,
            matching.judge(transfer := intake.transfer_of(txn, account), known),
            matching.suggest(transfer, known),
        )
        for txn, rest in left
    ]


def spoken(session: Session, principal: Principal) -> list[Spoken]:
    """The newest transactions that pay something."""
    own = scoped(select(BankTxn), principal).where(
        col(BankTxn.id).in_(select(Allocation.bank_txn_id))
    )
    txns = session.exec(own.order_by(col(BankTxn.id).desc()).limit(SHOWN)).all()
    standing = bank.standing(session, txns)
    wanted = {one.payment_id for parts in standing.values() for one in parts}
    found = session.exec(select(Payment).where(col(Payment.id).in_(wanted)))
    codes = {one.id: one.code for one in found}
    return [
        Spoken(
            txn,
            [(codes[one.payment_id], one.amount) for one in parts],
            by_rule=all(one.account_id is None for one in parts),
        )
        for txn in txns
        if (parts := standing.get(cast("int", txn.id)))
    ]


def ignored(session: Session, principal: Principal) -> Sequence[BankTxn]:
    """What somebody said pays no order, newest first."""
    own = scoped(select(BankTxn), principal).where(col(BankTxn.ignored_at).is_not(None))
    return session.exec(own.order_by(col(BankTxn.ignored_at).desc()).limit(SHOWN)).all()


def refunds(session: Session, principal: Principal) -> list[Placed]:
    """Orders of which money belongs to the buyer: cancelled, returned, or paid too much."""
    kept = bank.signed_sums(
        col(Allocation.payment_id), {AllocationKind.UNDONE, AllocationKind.REFUNDED}
    )
    due = sa.case((col(Payment.closed_at).is_(None), col(Payment.expected)), else_=0)
    orders = session.exec(
        scoped(select(Order), principal)
        .join(Payment, col(Payment.order_id) == col(Order.id))
        .join(kept, kept.c.key == col(Payment.id))
        .where(kept.c.total > due)
        .order_by(col(Order.id))
        .limit(SHOWN)
    ).all()
    return reading.whole(session, orders)


def allocate(
    session: Session, principal: Principal, txn_id: str, wish: Wish, now: datetime
) -> None:
    """A person says what a transaction is for; the same key again changes nothing.

    Raises:
        NoSuchCode: nobody waits under this code.
        TxnOutgoing: the money went out.
        TxnSpent: less than that is left of it.
    """
    txn = own(session, principal, txn_id)
    source = f"person:{wish.key}"
    if payments.said(session, source):
        return
    if not txn.incoming:
        raise TxnOutgoing
    payment = intake.locked(session, principal.cooperative_id, wish.code)
    if payment is None:
        raise NoSuchCode
    standing = bank.standing(session, [txn]).get(cast("int", txn.id), ())
    if wish.amount > txn.amount - _sum(standing) or is_aside(txn):
        raise TxnSpent
    said = Said(source, principal.account_id)
    payments.allocate(session, payment, txn, wish.amount, said, now)
    _moved(session, principal, payment, wish.amount, now)
    _note(session, principal, AuditAction.MONEY_MATCHED, txn, wish.amount, now)


def undo(session: Session, principal: Principal, txn_id: str, now: datetime) -> None:
    """Take back all that was said of a transaction; it waits again.

    Raises:
        AlreadyBack: the money of one of its orders was given back meanwhile.
    """
    txn = own(session, principal, txn_id)
    parts = bank.standing(session, [txn]).get(cast("int", txn.id), ())
    for mistaken in sorted(parts, key=lambda one: one.payment_id):  # nobody waits crosswise
        code = session.get_one(Payment, mistaken.payment_id).code
        payment = cast("Payment", intake.locked(session, txn.cooperative_id, code))
        if payments.books(session, payment).kept < mistaken.amount:
            raise AlreadyBack
        said = Said(bank.undoing(mistaken), principal.account_id)
        payments.undo(session, mistaken, said, now)
        _moved(session, principal, payment, -mistaken.amount, now)
    if parts:
        _note(session, principal, AuditAction.MONEY_UNDONE, txn, _sum(parts), now)


def ignore(
    session: Session, principal: Principal, txn_id: str, reason: str, now: datetime
) -> None:
    """It pays no order, and a person says why.

    Raises:
        StillSpoken: it does pay one.
    """
    txn = own(session, principal, txn_id)
    if bank.standing(session, [txn]) or txn.remittance_id is not None:
        raise StillSpoken
    txn.ignored_at, txn.ignored_reason = now, reason
    _note(session, principal, AuditAction.MONEY_IGNORED, txn, txn.amount, now)


def look_again(session: Session, principal: Principal, txn_id: str, now: datetime) -> None:
    """What was ignored waits again."""
    txn = own(session, principal, txn_id)
    if txn.ignored_at is not None:
        txn.ignored_at, txn.ignored_reason = None, ""
        _note(session, principal, AuditAction.MONEY_UNDONE, txn, txn.amount, now)


def refund(
    session: Session, principal: Principal, order_id: str, back: Refund, now: datetime
) -> None:
    """Somebody has sent money back; the same key again changes nothing.

    Raises:
        NothingToReturn: less than that belongs to the buyer.
    """
    order = desk.own(session, principal, order_id)
    source = f"refund:{back.key}"
    if payments.said(session, source):
        return
    code = payments.of_order(session, cast("int", order.id)).code
    payment = cast("Payment", intake.locked(session, order.cooperative_id, code))
    if back.amount > payments.books(session, payment).refundable:
        raise NothingToReturn
    said = Said(source, principal.account_id, back.note)
    payments.refund(session, payment, back.amount, said, now)
    desk.money_moved(session, order, Moved(-back.amount, principal.account_id), now)
    letters.note(session, order, About.REFUNDED, now, back.amount, principal.account_id)
    deed = Deed(AuditAction.MONEY_REFUNDED, f"order:{order.public_id}", {"amount": back.amount})
    audit.note(session, principal, deed, now)


def is_aside(txn: BankTxn) -> bool:
    """Whether a person said that it is no buyer's."""
    return txn.ignored_at is not None or txn.remittance_id is not None


def own(session: Session, principal: Principal, public_id: str) -> BankTxn:
    """The caller's transaction, locked: two people at the queue act one after the other."""
    mine = scoped(select(BankTxn), principal).where(BankTxn.public_id == public_id)
    txn = session.exec(mine.with_for_update()).one_or_none()
    if txn is None:
        raise NotFound
    return txn


def _moved(
    session: Session, principal: Principal, payment: Payment, amount: int, now: datetime
) -> None:
    order = session.get_one(Order, payment.order_id)
    desk.money_moved(session, order, Moved(amount, principal.account_id), now)


def _note(
    session: Session,
    principal: Principal,
    action: AuditAction,
    txn: BankTxn,
    amount: int,
    now: datetime,
) -> None:
    audit.note(session, principal, Deed(action, f"txn:{txn.public_id}", {"amount": amount}), now)


def _sum(parts: Sequence[Allocation]) -> int:
    return sum(one.amount for one in parts)
