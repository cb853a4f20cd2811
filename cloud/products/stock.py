"""The ledger of packs: what came in, what is set aside, what went out; never more than there is.

Every change of a counter is one guarded statement (`cloud.products.counts`), so that two buyers at
the same moment cannot both get the last pack, on either database and in any number of processes.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import cast

from sqlmodel import Session, col, select

from cloud.i18n import TIME_ZONE
from cloud.lots import balance
from cloud.lots.models import Lot
from cloud.products import ahead, batches, counts, rules
from cloud.products.batches import Shelf
from cloud.products.models import (
    Hold,
    HoldState,
    LotStock,
    MoveReason,
    SaleWindow,
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
    ahead: bool = False
    """Whether what is not there is taken of a harvest to come."""


@dataclass(frozen=True)
class Part:
    """So many packs of one lot; or of no lot yet, but of a window's harvest."""

    quantity: int
    lot_id: int | None = None
    window: SaleWindow | None = None


@dataclass(frozen=True)
class Held:
    """A part that is set aside: a line of an order, named by `source`."""

    want: Want
    lot_id: int | None
    quantity: int
    source: str
    window: SaleWindow | None = None

    @property
    def harvest_on(self) -> date | None:
        """When it is expected, of what is promised of a harvest to come."""
        return self.window.harvest_on if self.window else None


@dataclass(frozen=True)
class Shortage:
    """The first line that could not be served, what is left of it, and how many places ahead."""

    want: Want
    left: int
    ahead: int


@dataclass(frozen=True)
class Allotted:
    """A line that waited for packs and has them, each part named as a line of its order."""

    source: str
    parts: Sequence[tuple[str, Part]]


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
    counts.add(session, Stock, keys, packs)
    keys |= {"lot_id": cast("int", lot.id)}
    counts.add(session, LotStock, keys, packs, cooperative_id=variant.cooperative_id)
    harvest = Change(keys["lot_id"], packs, MoveReason.HARVEST, source)
    _move(session, variant, harvest, now)
    ahead.came(session, _id(variant), lot, packs)
    if packs:
        balance.pack(session, lot, packs * variant.mass_g, now)


def begin(session: Session, variant: Variant) -> None:
    """Begin to count a pack of which there may be none yet; more of it can be ordered ahead."""
    counts.add(session, Stock, {"variant_id": _id(variant)}, 0)


def moved(session: Session, source: str) -> StockMove | None:
    """The move that this source caused."""
    return session.exec(select(StockMove).where(StockMove.source == source)).first()


def change(session: Session, variant: Variant, change: Change, now: datetime) -> bool:
    """Count so many packs of a lot more or fewer; False where those are ordered or not there."""
    variant_id, delta = _id(variant), change.delta
    if not counts.count(session, variant_id, delta, 0):
        return False
    if not counts.count_lot(session, (variant_id, change.lot_id), delta, 0):
        batches.settle(session, variant_id)  # the lots may not have been counted yet
        if not counts.count_lot(session, (variant_id, change.lot_id), delta, 0):
            counts.count(session, variant_id, -delta, 0)
            return False
    _move(session, variant, change, now)
    return True


def hold(session: Session, wants: Sequence[Want], now: datetime) -> Sequence[Held] | Shortage:
    """Set all of it aside, or name what is short; the caller's transaction then ends unsaved.

    Always in the order of the variants: two orders for the same packs never wait for each other.
    Each pack is wanted once; what is of several lots is several lines, the oldest harvest first,
    and last what is of a harvest to come.
    """
    today = now.astimezone(TIME_ZONE).date()
    ordered = sorted(wants, key=lambda want: _id(want.variant))
    pending: dict[int, int] = {}
    for want in ordered:
        taken = counts.take(session, _id(want.variant), want.quantity)
        if not taken and not want.ahead:
            return _short(session, want, left(session, want.variant), today)
        pending[_id(want.variant)] = taken
    shelf = batches.of(session, pending, now)
    shares: dict[int, list[Part]] = {}
    for want in ordered:
        variant_id = _id(want.variant)
        there = min(want.quantity, shelf[variant_id].there)
        parts = _parts(session, want, shelf[variant_id], there, today)
        more = there - pending[variant_id]
        if parts is None or (more and not counts.count(session, variant_id, 0, more)):
            return _short(session, want, there, today)
        shares[variant_id] = parts
    held = list(_lines(wants, shares))
    session.add_all(_hold(one, now) for one in held)
    return held


def release(session: Session, sources: Sequence[str], now: datetime) -> None:
    """Give set-aside packs back to the shelf, each to its lot, and places to their window."""
    both = (HoldState.OPEN, HoldState.AHEAD)
    for held in _close(session, sources, HoldState.RELEASED, now, among=both):
        if held.window_id is not None:
            counts.wait(session, held.variant_id, -held.quantity)
            ahead.give_back(session, held)
            continue
        counts.count(session, held.variant_id, 0, -held.quantity)
        counts.count_lot(session, _place(held), 0, -held.quantity)


def ship(session: Session, sources: Sequence[str], now: datetime) -> None:
    """Let set-aside packs leave the house."""
    for held in _close(session, sources, HoldState.SHIPPED, now):
        counts.count(session, held.variant_id, -held.quantity, -held.quantity)
        counts.count_lot(session, _place(held), -held.quantity, -held.quantity)
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


def awaited(session: Session) -> Sequence[int]:
    """Packs that somebody waits for while some of them are there."""
    there = col(Stock.on_hand) > col(Stock.reserved)
    found = select(Stock.variant_id).where(Stock.waiting > 0, there)
    return session.exec(found.order_by(col(Stock.variant_id))).all()


def allot(
    session: Session, variant_id: int, orders: Mapping[str, int], now: datetime
) -> list[Allotted]:
    """Give packs that are there to who waits: of the earliest harvest, then the oldest order.

    A line waits until all of it is there, and nobody overtakes it. `orders` are those that the
    caller has locked, and how many lines each has; a line of several lots becomes several. Their
    holds need no lock of their own: whoever closes one has locked its order.
    """
    locked = select(Stock.variant_id).where(Stock.variant_id == variant_id).with_for_update()
    session.exec(locked).one()
    free = dict(batches.of(session, {variant_id: 0}, now)[variant_id].sound)
    lines, allotted = Counter(orders), []
    for held in _queue(session, variant_id):
        order = held.source.rpartition(":")[0]
        if order not in orders:
            continue
        shares = rules.share(free.items(), held.quantity)
        if shares is None:
            break
        free = {lot: packs - dict(shares).get(lot, 0) for lot, packs in free.items()}
        names = [held.source]
        for _ in shares[1:]:
            lines[order] += 1
            names.append(f"{order}:{lines[order]}")
        parts = [Part(packs, lot_id) for lot_id, packs in shares]
        allotted.append(Allotted(held.source, list(zip(names, parts, strict=True))))
        _fulfil(session, held, allotted[-1].parts, now)
    return allotted


def left(session: Session, variant: Variant) -> int:
    """Packs that can still be sold; none before anybody counted them."""
    packs = select(batches.free()).select_from(Stock)
    return session.exec(packs.where(Stock.variant_id == variant.id)).first() or 0


def _parts(
    session: Session, want: Want, shelf: Shelf, there: int, today: date
) -> list[Part] | None:
    """So many packs of their lots, and what is missing of the next harvest, if that is wanted."""
    variant_id, rest = _id(want.variant), want.quantity - there
    parts = [Part(packs, lot_id) for lot_id, packs in rules.share(shelf.sound, there) or ()]
    for one in parts:
        if not counts.count_lot(session, (variant_id, cast("int", one.lot_id)), 0, one.quantity):
            return None
    if not rest:
        return parts
    window = ahead.take(session, variant_id, rest, today) if want.ahead else None
    if window is None or not counts.wait(session, variant_id, rest):
        return None
    return [*parts, Part(rest, window=window)]


def _short(session: Session, want: Want, there: int, today: date) -> Shortage:
    return Shortage(want, there, ahead.left(session, _id(want.variant), today))


def _queue(session: Session, variant_id: int) -> Sequence[Hold]:
    """Who waits for a pack, in the order in which they get it."""
    wanted = (
        select(Hold)
        .join(SaleWindow, col(SaleWindow.id) == col(Hold.window_id))
        .where(Hold.variant_id == variant_id, Hold.state == HoldState.AHEAD)
        .order_by(col(SaleWindow.harvest_on), col(Hold.id))
    )
    return session.exec(wanted).all()


def _fulfil(
    session: Session, held: Hold, parts: Sequence[tuple[str, Part]], now: datetime
) -> None:
    """Set the packs of these lots aside instead of the places that were held."""
    counts.wait(session, held.variant_id, -held.quantity)
    ahead.use(session, held)
    counts.count(session, held.variant_id, 0, held.quantity)
    (_source, first), *others = parts
    held.state, held.lot_id, held.quantity = HoldState.OPEN, first.lot_id, first.quantity
    held.changed_at = now
    for source, part in others:
        facts = held.model_dump(exclude={"id"})
        more = {"source": source, "lot_id": part.lot_id, "quantity": part.quantity}
        session.add(Hold(**facts | more))
    session.flush()
    for _source, part in parts:
        place = (held.variant_id, cast("int", part.lot_id))
        counts.count_lot(session, place, 0, part.quantity)


def _lines(wants: Sequence[Want], shares: Mapping[int, Sequence[Part]]) -> Iterator[Held]:
    """A line for each part, numbered within its order."""
    numbers: Counter[str] = Counter()
    for want in wants:
        for part in shares[_id(want.variant)]:
            numbers[want.order] += 1
            source = f"{want.order}:{numbers[want.order]}"
            yield Held(want, part.lot_id, part.quantity, source, part.window)


def _hold(one: Held, now: datetime) -> Hold:
    window = one.window
    return Hold(
        cooperative_id=one.want.variant.cooperative_id,
        variant_id=_id(one.want.variant),
        lot_id=one.lot_id,
        window_id=window.id if window else None,
        quantity=one.quantity,
        state=HoldState.AHEAD if window else HoldState.OPEN,
        source=one.source,
        changed_at=now,
    )


def _close(
    session: Session,
    sources: Sequence[str],
    state: HoldState,
    now: datetime,
    among: Collection[HoldState] = (HoldState.OPEN,),
) -> Sequence[Hold]:
    """Close the holds among these that are; the row lock makes each close exactly once."""
    held = session.exec(
        select(Hold)
        .where(col(Hold.source).in_(sources), col(Hold.state).in_(among))
        .order_by(col(Hold.variant_id), col(Hold.id))
        .with_for_update()
    ).all()
    adrift = [row for row in held if row.lot_id is None and row.state is not HoldState.AHEAD]
    for variant_id in sorted({row.variant_id for row in adrift}):
        batches.settle(session, variant_id)
    for row in held:
        row.state = state
        row.changed_at = now
    session.flush()
    return held


def _place(held: Hold) -> tuple[int, int]:
    return held.variant_id, cast("int", held.lot_id)


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
