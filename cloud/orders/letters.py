"""What a buyer and a shop are to be told of an order: a row of the transaction it happened in.

It holds no word of anybody: who is told, and where, is asked when it is sent.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, cast

from sqlalchemy import BigInteger, ColumnElement, Index, delete, text, update
from sqlmodel import Field, Session, SQLModel, col, select

from cloud.db import UtcDateTime, code_column
from cloud.orders.models import Order
from cloud.principal import Principal
from cloud.scope import scoped

KEPT: Final = timedelta(days=30)
_NEWS: Final = 20
"""News on the desk; who has more has stopped looking."""
_WAITS: Final = text("over_at IS NULL")


class About(StrEnum):
    """What happened."""

    PLACED = "placed"
    MONEY = "money"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"
    HARVESTED = "harvested"
    """What was ordered ahead is there."""


class Reader(StrEnum):
    """Who is told: the buyer outside, the shop on its desk."""

    BUYER = "buyer"
    SHOP = "shop"


class OrderLetter(SQLModel, table=True):
    """One thing to tell one reader; over when it was sent, seen, or cannot be."""

    __tablename__ = "order_letter"
    __table_args__ = (
        Index("ix_order_letter_due", "due_at", sqlite_where=_WAITS, postgresql_where=_WAITS),
    )

    id: int | None = Field(default=None, primary_key=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    order_id: int = Field(foreign_key="orders.id", index=True)
    about: About = Field(sa_column=code_column(About))
    reader: Reader = Field(sa_column=code_column(Reader))
    amount: int | None = Field(default=None, sa_type=BigInteger)
    at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    tries: int = 0
    over_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reason: str = Field(default="", description="why it was not sent; names nobody")


_NEWS_OF: Final = {About.PLACED, About.MONEY, About.CANCELLED, About.HARVESTED}
"""What happens without anybody at the desk."""


def note(
    session: Session,
    order: Order,
    about: About,
    now: datetime,
    amount: int | None = None,
    by: int | None = None,
) -> None:
    """Remember whom to tell of it: not the shop of what somebody there did, nobody of a sample."""
    readers = [] if order.simulated else [Reader.BUYER]
    if by is None and about in _NEWS_OF:
        readers.append(Reader.SHOP)
    for reader in readers:
        session.add(
            OrderLetter(
                cooperative_id=order.cooperative_id,
                order_id=cast("int", order.id),
                about=about,
                reader=reader,
                amount=amount,
                at=now,
                due_at=now,
            )
        )


def news(session: Session, principal: Principal) -> Sequence[tuple[OrderLetter, Order]]:
    """What the shop has not said to have seen, newest first."""
    own = scoped(select(OrderLetter), principal).where(_unseen()).subquery()
    found = session.exec(
        select(OrderLetter, Order)
        .join(Order, col(Order.id) == col(OrderLetter.order_id))
        .where(col(OrderLetter.id).in_(select(own.c.id)))
        .order_by(col(OrderLetter.id).desc())
        .limit(_NEWS)
    )
    return found.all()


def seen(session: Session, principal: Principal, upto: int, now: datetime) -> None:
    """The shop has read its news up to this one; what came meanwhile stays new."""
    session.exec(
        update(OrderLetter)
        .where(
            col(OrderLetter.cooperative_id) == principal.cooperative_id,
            col(OrderLetter.id) <= upto,
            _unseen(),
        )
        .values(over_at=now)
    )


def sweep(session: Session, now: datetime) -> None:
    """A chore of each night: forget what was told, and what nobody reads any more."""
    session.exec(delete(OrderLetter).where(col(OrderLetter.at) <= now - KEPT))


def _unseen() -> ColumnElement[bool]:
    return (col(OrderLetter.reader) == Reader.SHOP) & col(OrderLetter.over_at).is_(None)
