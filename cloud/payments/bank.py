"""Transactions on the account: written down once, and how much of each is spoken for."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, cast

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cloud import bulk
from cloud.db import new_public_id
from cloud.payments.models import Allocation, AllocationKind, BankTxn, Provider
from cloud.payments.telling import Told

_QUEUE: Final = 500
"""Transactions among which a carrier's is looked for."""
_SAME_DAY: Final = timedelta(hours=36)
"""Two providers may tell of one transaction by the hour and by the day."""


def put(
    session: Session, cooperative_id: int, provider: Provider, told: Told, now: datetime
) -> BankTxn | None:
    """The transaction as a row; None where this provider told it before."""
    wanted = bulk.insert_into(session, BankTxn).values(
        public_id=new_public_id(),
        cooperative_id=cooperative_id,
        provider=provider,
        provider_txn_id=told.id,
        reference=told.reference,
        account=told.account,
        incoming=told.incoming,
        amount=told.amount,
        content=told.content,
        at=told.at,
        taken_at=now,
        ignored_reason="",
    )
    found = session.exec(wanted.on_conflict_do_nothing().returning(col(BankTxn.id)))
    number = found.scalar_one_or_none()
    return None if number is None else session.get_one(BankTxn, number)


def known(
    session: Session, cooperative_id: int, provider: Provider, told: Collection[Told]
) -> frozenset[str]:
    """The ids of those that were told before, by this provider or another."""
    own = select(BankTxn.provider_txn_id).where(
        BankTxn.cooperative_id == cooperative_id,
        BankTxn.provider == provider,
        col(BankTxn.provider_txn_id).in_([one.id for one in told]),
    )
    others = session.exec(
        select(BankTxn).where(
            BankTxn.cooperative_id == cooperative_id,
            BankTxn.provider != provider,
            col(BankTxn.reference).in_([one.reference for one in told if one.reference]),
        )
    )
    named = defaultdict[str, list[BankTxn]](list)
    for txn in others:
        named[txn.reference].append(txn)
    again = (one.id for one in told if any(_same(txn, one) for txn in named[one.reference]))
    return frozenset(session.exec(own)).union(again)


def standing(session: Session, txns: Sequence[BankTxn]) -> Mapping[int, Sequence[Allocation]]:
    """What is said of each transaction and was not taken back, by its id."""
    wanted = [cast("int", txn.id) for txn in txns]
    found = session.exec(
        select(Allocation)
        .where(col(Allocation.bank_txn_id).in_(wanted))
        .order_by(col(Allocation.id))
    ).all()
    undone = {one.source for one in found if one.kind is AllocationKind.UNDONE}
    by_txn: dict[int, list[Allocation]] = defaultdict(list)
    for one in found:
        if one.kind is AllocationKind.RECEIVED and undoing(one) not in undone:
            by_txn[cast("int", one.bank_txn_id)].append(one)
    return by_txn


def left_over(session: Session, cooperative_id: int, limit: int) -> Sequence[BankTxn]:
    """What came in, was not ignored, and is not wholly spoken for; oldest first.

    What a carrier paid is spoken for as a whole.
    """
    sums = signed_sums(col(Allocation.bank_txn_id), {AllocationKind.UNDONE})
    found = session.exec(
        select(BankTxn)
        .outerjoin(sums, sums.c.key == col(BankTxn.id))
        .where(
            BankTxn.cooperative_id == cooperative_id,
            col(BankTxn.incoming).is_(other=True),
            col(BankTxn.ignored_at).is_(None),
            col(BankTxn.remittance_id).is_(None),
            sa.func.coalesce(sums.c.total, 0) < col(BankTxn.amount),
        )
        .order_by(col(BankTxn.at), col(BankTxn.id))
        .limit(limit)
    )
    return found.all()


def untouched(session: Session, cooperative_id: int) -> list[BankTxn]:
    """What came in and nobody has said anything of, oldest first."""
    left = left_over(session, cooperative_id, _QUEUE)
    spoken = standing(session, left)
    return [txn for txn in left if txn.id not in spoken]


def signed_sums(
    key: sa.SQLColumnExpression[int | None], against: Collection[AllocationKind]
) -> sa.Subquery:
    """The sums of allocations by a column of theirs; those of the kinds `against` count down.

    What a carrier hands on was counted when it was collected.
    """
    kind, amount = col(Allocation.kind), col(Allocation.amount)
    carried = kind.in_({AllocationKind.REMITTED, AllocationKind.REMIT_UNDONE})
    signed = sa.case((kind.in_(against), -amount), (carried, 0), else_=amount)
    return sa.select(key.label("key"), sa.func.sum(signed).label("total")).group_by(key).subquery()


def undoing(mistaken: Allocation) -> str:
    """How the line against this one is named; it is written once."""
    return f"undo:{mistaken.id}"


def _same(txn: BankTxn, told: Told) -> bool:
    """Where the bank's own name is the same: the same amount, and the same day."""
    alike = txn.amount == told.amount and txn.incoming == told.incoming
    return alike and abs(txn.at - told.at) <= _SAME_DAY
