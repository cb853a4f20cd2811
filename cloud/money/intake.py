"""Transactions come in: written down, and counted at once where nothing can be doubted."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from sqlmodel import Session, col, select

from cloud.orders import desk
from cloud.orders.models import Order, OrderBuyer
from cloud.payments import bank, matching
from cloud.payments import service as payments
from cloud.payments.matching import Awaited, Book, Transfer, Verdict
from cloud.payments.models import BankTxn, Payment, Provider
from cloud.payments.service import Said
from cloud.payments.telling import Told
from cloud.products.models import Shop

LOOKED_BACK: Final = timedelta(days=90)
"""How old an order may be whose code is still known: as long as it is known who bought."""


@dataclass(frozen=True)
class Taken:
    """How many transactions were new, and how many of them paid an order at once."""

    new: int
    matched: int


def take(
    session: Session,
    cooperative_id: int,
    provider: Provider,
    told: Collection[Told],
    now: datetime,
) -> Taken:
    """Write down what is new; a transaction that was told before changes nothing.

    By their ids, and orders by their codes: of two statements at once one waits for the other.
    """
    old = bank.known(session, cooperative_id, provider, told)
    fresh = [
        txn
        for one in sorted(told, key=lambda one: one.id)
        if one.id not in old
        and (txn := bank.put(session, cooperative_id, provider, one, now)) is not None
    ]
    came = [txn for txn in fresh if txn.incoming]
    if not came:
        return Taken(len(fresh), 0)
    known = book(session, cooperative_id, now)
    account = account_of(session, cooperative_id)
    came.sort(key=lambda txn: sorted(matching.whole_codes(txn.content)))
    matched = sum(_matched(session, txn, known, account, now) for txn in came)
    return Taken(len(fresh), matched)


def book(session: Session, cooperative_id: int, now: datetime) -> Book:
    """The payments of a cooperative that money may be for."""
    found = session.exec(
        select(Payment, Order, OrderBuyer)
        .join(Order, col(Order.id) == col(Payment.order_id))
        .join(OrderBuyer, col(OrderBuyer.order_id) == col(Order.id))
        .where(Payment.cooperative_id == cooperative_id, Payment.created_at > now - LOOKED_BACK)
    ).all()
    standing = payments.all_books(session, [payment for payment, *_rest in found])
    return Book.of(
        Awaited(
            payment.code,
            owed=standing[cast("int", payment.id)].owed,
            open=payment.closed_at is None and not order.simulated,
            name=buyer.name,
            phone=buyer.phone,
        )
        for payment, order, buyer in found
    )


def account_of(session: Session, cooperative_id: int) -> str:
    """The number of the shop's account; empty where there is no shop."""
    own = select(Shop.bank_account).where(Shop.cooperative_id == cooperative_id)
    return session.exec(own).first() or ""


def transfer_of(txn: BankTxn, account: str) -> Transfer:
    return Transfer(txn.amount, txn.content, own_account=txn.account in {"", account})


def _matched(session: Session, txn: BankTxn, known: Book, account: str, now: datetime) -> bool:
    """The order's row is locked and asked again: money may come twice at the same moment."""
    transfer = transfer_of(txn, account)
    if matching.judge(transfer, known) is not Verdict.EXACT:
        return False
    (code,) = matching.whole_codes(txn.content)
    payment = locked(session, txn.cooperative_id, code)
    if payment is None or payments.books(session, payment).owed != txn.amount:
        return False
    payments.allocate(session, payment, txn, txn.amount, Said(f"auto:{txn.public_id}"), now)
    order = session.get_one(Order, payment.order_id)
    desk.money_moved(session, order, desk.Moved(txn.amount, None), now)
    return True


def locked(session: Session, cooperative_id: int, code: str) -> Payment | None:
    """The cooperative's payment under this code, until the transaction ends nobody else's.

    Its order first, as the desk does: whoever moves both never waits for each other.
    """
    own = select(Payment).where(Payment.cooperative_id == cooperative_id, Payment.code == code)
    found = session.exec(own).one_or_none()
    if found is None:
        return None
    session.get_one(Order, found.order_id, with_for_update=True)
    session.refresh(found, with_for_update=True)
    return found
