"""The ledger of packs: what came in, what is set aside, what went out; never more than there is.

Every change of a counter is one guarded statement, so that two buyers at the same moment cannot
both get the last pack, on either database and in any number of processes.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import cast

from sqlmodel import Session, col, select, update

from cloud.products.models import Hold, HoldState, MoveReason, Stock, StockMove, Variant


@dataclass(frozen=True)
class Want:
    """Packs that a line of an order asks for."""

    variant: Variant
    quantity: int
    source: str


@dataclass(frozen=True)
class Shortage:
    """The first line that could not be served, and what is left of it."""

    want: Want
    left: int


@dataclass(frozen=True)
class Change:
    """So many packs more or fewer, and why; `source` happens once."""

    delta: int
    reason: MoveReason
    source: str
    note: str
    account_id: int | None


def receive(session: Session, variant: Variant, quantity: int, source: str, now: datetime) -> None:
    """Put a harvest's packs on the shelf of a new variant.

    A source comes in once: the database refuses the second time.
    """
    session.add(Stock(variant_id=_id(variant), on_hand=quantity))
    session.add(
        StockMove(
            cooperative_id=variant.cooperative_id,
            variant_id=_id(variant),
            delta=quantity,
            reason=MoveReason.HARVEST,
            source=source,
            at=now,
        )
    )
    session.flush()


def moved(session: Session, source: str) -> StockMove | None:
    """The move that this source caused."""
    return session.exec(select(StockMove).where(StockMove.source == source)).first()


def change(session: Session, variant: Variant, change: Change, now: datetime) -> bool:
    """Count so many packs more or fewer; False where those are ordered or not there."""
    changed = session.exec(
        update(Stock)
        .where(
            col(Stock.variant_id) == _id(variant),
            col(Stock.on_hand) + change.delta >= col(Stock.reserved),
        )
        .values(on_hand=col(Stock.on_hand) + change.delta)
    )
    if changed.rowcount == 0:
        return False
    session.add(
        StockMove(
            cooperative_id=variant.cooperative_id,
            variant_id=_id(variant),
            at=now,
            **asdict(change),
        )
    )
    session.flush()
    return True


def hold(session: Session, wants: Sequence[Want], now: datetime) -> Shortage | None:
    """Set all of it aside, or name what is short; the caller's transaction then ends unsaved.

    Always in the order of the variants: two orders for the same packs never wait for each other.
    """
    for want in sorted(wants, key=lambda want: _id(want.variant)):
        taken = session.exec(
            update(Stock)
            .where(
                col(Stock.variant_id) == _id(want.variant),
                col(Stock.on_hand) - col(Stock.reserved) >= want.quantity,
            )
            .values(reserved=col(Stock.reserved) + want.quantity)
        )
        if taken.rowcount == 0:
            return Shortage(want, left(session, want.variant))
        session.add(
            Hold(
                cooperative_id=want.variant.cooperative_id,
                variant_id=_id(want.variant),
                quantity=want.quantity,
                state=HoldState.OPEN,
                source=want.source,
                changed_at=now,
            )
        )
    return None


def release(session: Session, sources: Sequence[str], now: datetime) -> None:
    """Give set-aside packs back to the shelf."""
    for held in _close(session, sources, HoldState.RELEASED, now):
        _count(session, held.variant_id, on_hand=0, reserved=-held.quantity)


def ship(session: Session, sources: Sequence[str], now: datetime) -> None:
    """Let set-aside packs leave the house."""
    for held in _close(session, sources, HoldState.SHIPPED, now):
        _count(session, held.variant_id, on_hand=-held.quantity, reserved=-held.quantity)
        session.add(
            StockMove(
                cooperative_id=held.cooperative_id,
                variant_id=held.variant_id,
                delta=-held.quantity,
                reason=MoveReason.SALE,
                source=held.source,
                at=now,
            )
        )


def left(session: Session, variant: Variant) -> int:
    """Packs that can still be sold; none before anybody counted them."""
    free = select(col(Stock.on_hand) - col(Stock.reserved))
    return session.exec(free.where(Stock.variant_id == variant.id)).first() or 0


def _close(
    session: Session, sources: Sequence[str], state: HoldState, now: datetime
) -> Sequence[Hold]:
    """Close the open holds among these; the row lock makes each close exactly once."""
    held = session.exec(
        select(Hold)
        .where(col(Hold.source).in_(sources), Hold.state == HoldState.OPEN)
        .order_by(col(Hold.variant_id))
        .with_for_update()
    ).all()
    for row in held:
        row.state = state
        row.changed_at = now
    session.flush()
    return held


def _count(session: Session, variant_id: int, *, on_hand: int, reserved: int) -> None:
    session.exec(
        update(Stock)
        .where(col(Stock.variant_id) == variant_id)
        .values(on_hand=col(Stock.on_hand) + on_hand, reserved=col(Stock.reserved) + reserved)
    )


def _id(variant: Variant) -> int:
    return cast("int", variant.id)
