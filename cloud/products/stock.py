"""The ledger of packs: what came in, what is set aside, what went out; never more than there is.

Every change of a counter is one guarded statement, so that two buyers at the same moment cannot
both get the last pack, on either database and in any number of processes. A pack is counted
first, then its lots: the row of `Stock` is where everybody waits who wants the same pack.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select, update

from cloud import bulk
from cloud.lots import balance
from cloud.lots.models import Lot
from cloud.products import batches, rules
from cloud.products.models import (
    Hold,
    HoldState,
    LotStock,
    MoveReason,
    Stock,
    StockMove,
    Variant,
)


@dataclass(frozen=True)
class Want:
    """Packs that somebody asks for; `order` is what their lines are named by, as «order:…»."""

    variant: Variant
    quantity: int
    order: str


@dataclass(frozen=True)
class Held:
    """Packs of one lot that are set aside: a line of an order, named by `source`."""

    want: Want
    lot_id: int
    quantity: int
    source: str


@dataclass(frozen=True)
class Shortage:
    """The first line that could not be served, and what is left of it."""

    want: Want
    left: int


@dataclass(frozen=True)
class Change:
    """So many packs of a lot more or fewer, and why; `source` happens once."""

    lot_id: int
    delta: int
    reason: MoveReason
    source: str
    note: str = ""
    account_id: int | None = None


def receive(  # what is filled into what, and by whose deed
    session: Session, variant: Variant, lot: Lot, packs: int, source: str, now: datetime
) -> None:
    """Put packs of a lot on the shelf; their grams come off the lot.

    A source comes in once: the database refuses the second time.

    Raises:
        NotEnough: the lot has not so much left.
    """
    keys = {"variant_id": _id(variant)}
    _add(session, Stock, keys, packs)
    keys |= {"lot_id": cast("int", lot.id)}
    _add(session, LotStock, keys, packs, cooperative_id=variant.cooperative_id)
    harvest = Change(keys["lot_id"], packs, MoveReason.HARVEST, source)
    _move(session, variant, harvest, now)
    if packs:
        balance.pack(session, lot, packs * variant.mass_g, now)


def moved(session: Session, source: str) -> StockMove | None:
    """The move that this source caused."""
    return session.exec(select(StockMove).where(StockMove.source == source)).first()


def change(session: Session, variant: Variant, change: Change, now: datetime) -> bool:
    """Count so many packs of a lot more or fewer; False where those are ordered or not there."""
    variant_id, delta = _id(variant), change.delta
    if not _count(session, variant_id, delta, 0):
        return False
    if not _count_lot(session, (variant_id, change.lot_id), delta, 0):
        batches.settle(session, variant_id)  # the lots may not have been counted yet
        if not _count_lot(session, (variant_id, change.lot_id), delta, 0):
            _count(session, variant_id, -delta, 0)
            return False
    _move(session, variant, change, now)
    return True


def hold(session: Session, wants: Sequence[Want], now: datetime) -> Sequence[Held] | Shortage:
    """Set all of it aside, or name what is short; the caller's transaction then ends unsaved.

    Always in the order of the variants: two orders for the same packs never wait for each other.
    Each pack is wanted once; what is of several lots is several lines, the oldest harvest first.
    """
    ordered = sorted(wants, key=lambda want: _id(want.variant))
    for want in ordered:
        if not _count(session, _id(want.variant), 0, want.quantity):
            return Shortage(want, left(session, want.variant))
    pending = {_id(want.variant): want.quantity for want in wants}
    shelf = batches.of(session, pending, now)
    shares: dict[int, list[tuple[int, int]]] = {}
    for want in ordered:
        variant_id = _id(want.variant)
        sound = [(batch.lot_id, batch.free) for batch in shelf[variant_id] if batch.sound]
        parts = rules.share(sound, want.quantity)
        if parts is None or not all(
            _count_lot(session, (variant_id, lot_id), 0, packs) for lot_id, packs in parts
        ):
            return Shortage(want, sum(packs for _lot, packs in sound))
        shares[variant_id] = parts
    held = list(_lines(wants, shares))
    session.add_all(_hold(one, now) for one in held)
    return held


def release(session: Session, sources: Sequence[str], now: datetime) -> None:
    """Give set-aside packs back to the shelf, each to its lot."""
    for held in _close(session, sources, HoldState.RELEASED, now):
        _count(session, held.variant_id, 0, -held.quantity)
        _count_lot(session, _place(held), 0, -held.quantity)


def ship(session: Session, sources: Sequence[str], now: datetime) -> None:
    """Let set-aside packs leave the house."""
    for held in _close(session, sources, HoldState.SHIPPED, now):
        _count(session, held.variant_id, -held.quantity, -held.quantity)
        _count_lot(session, _place(held), -held.quantity, -held.quantity)
        session.add(
            StockMove(
                cooperative_id=held.cooperative_id,
                variant_id=held.variant_id,
                lot_id=held.lot_id,
                delta=-held.quantity,
                reason=MoveReason.SALE,
                source=held.source,
                at=now,
            )
        )


def left(session: Session, variant: Variant) -> int:
    """Packs that can still be sold; none before anybody counted them."""
    packs = select(batches.free()).select_from(Stock)
    return session.exec(packs.where(Stock.variant_id == variant.id)).first() or 0


def _lines(
    wants: Sequence[Want], shares: Mapping[int, Sequence[tuple[int, int]]]
) -> Iterator[Held]:
    """A line for each lot, numbered within its order."""
    numbers: Counter[str] = Counter()
    for want in wants:
        for lot_id, packs in shares[_id(want.variant)]:
            numbers[want.order] += 1
            yield Held(want, lot_id, packs, f"{want.order}:{numbers[want.order]}")


def _hold(one: Held, now: datetime) -> Hold:
    return Hold(
        cooperative_id=one.want.variant.cooperative_id,
        variant_id=_id(one.want.variant),
        lot_id=one.lot_id,
        quantity=one.quantity,
        state=HoldState.OPEN,
        source=one.source,
        changed_at=now,
    )


def _close(
    session: Session, sources: Sequence[str], state: HoldState, now: datetime
) -> Sequence[Hold]:
    """Close the open holds among these; the row lock makes each close exactly once."""
    held = session.exec(
        select(Hold)
        .where(col(Hold.source).in_(sources), Hold.state == HoldState.OPEN)
        .order_by(col(Hold.variant_id), col(Hold.id))
        .with_for_update()
    ).all()
    for variant_id in sorted({row.variant_id for row in held if row.lot_id is None}):
        batches.settle(session, variant_id)
    for row in held:
        row.state = state
        row.changed_at = now
    session.flush()
    return held


def _place(held: Hold) -> tuple[int, int]:
    return held.variant_id, cast("int", held.lot_id)


def _count(session: Session, variant_id: int, on_hand: int, reserved: int) -> bool:
    """Count a pack, unless more would be promised than there is."""
    return _counted(session, Stock, (col(Stock.variant_id) == variant_id,), on_hand, reserved)


def _count_lot(session: Session, place: tuple[int, int], on_hand: int, reserved: int) -> bool:
    """The same for a pack of one lot."""
    variant_id, lot_id = place
    here = (col(LotStock.variant_id) == variant_id, col(LotStock.lot_id) == lot_id)
    return _counted(session, LotStock, here, on_hand, reserved)


def _counted(
    session: Session,
    table: type[Stock | LotStock],
    here: Sequence[ColumnElement[bool]],
    on_hand: int,
    reserved: int,
) -> bool:
    there, promised = col(table.on_hand) + on_hand, col(table.reserved) + reserved
    guarded = update(table).where(*here, there >= promised)
    return session.exec(guarded.values(on_hand=there, reserved=promised)).rowcount == 1


def _add(
    session: Session,
    table: type[Stock | LotStock],
    keys: Mapping[str, int],
    packs: int,
    **facts: int,
) -> None:
    insert = bulk.insert_into(session, table).values(
        {**keys, **facts, "on_hand": packs, "reserved": 0}
    )
    more = {"on_hand": col(table.on_hand) + insert.excluded.on_hand}
    session.exec(insert.on_conflict_do_update(index_elements=list(keys), set_=more))


def _move(session: Session, variant: Variant, change: Change, now: datetime) -> None:
    session.add(
        StockMove(
            cooperative_id=variant.cooperative_id,
            variant_id=_id(variant),
            at=now,
            **asdict(change),
        )
    )
    session.flush()


def _id(variant: Variant) -> int:
    return cast("int", variant.id)
