"""The settlement of a month: what came in, what of it is an order's, what went back."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, timedelta

from sqlmodel import Session, col, select

from cloud.i18n import TIME_ZONE
from cloud.payments import bank
from cloud.payments.models import Allocation, AllocationKind, BankTxn
from cloud.principal import Principal
from cloud.scope import scoped


@dataclass
class Sums:
    """Money of a day or a month, in đồng."""

    incoming: int = 0
    matched: int = 0
    carried: int = 0
    ignored: int = 0
    refunded: int = 0
    outgoing: int = 0

    @property
    def waiting(self) -> int:
        """What came in and nobody has said what it is for."""
        return self.incoming - self.matched - self.carried - self.ignored

    def add(self, other: "Sums") -> None:
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))


@dataclass(frozen=True)
class Settlement:
    """A month, day by day; days on which nothing moved are left out."""

    first: date
    days: Sequence[tuple[date, Sums]]
    total: Sums = field(default_factory=Sums)

    @property
    def before(self) -> date:
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def after(self) -> date:
        return following(self.first)


def following(first: date) -> date:
    """The first day of the month after."""
    return (first + timedelta(days=31)).replace(day=1)


def month(session: Session, principal: Principal, first: date) -> Settlement:
    """The cooperative's money in the month that begins on this day."""
    start, end = _midnight(first), _midnight(following(first))
    own = scoped(select(BankTxn), principal)
    txns = session.exec(own.where(col(BankTxn.at) >= start, col(BankTxn.at) < end)).all()
    backs = session.exec(
        select(Allocation).where(
            Allocation.cooperative_id == principal.cooperative_id,
            Allocation.kind == AllocationKind.REFUNDED,
            col(Allocation.at) >= start,
            col(Allocation.at) < end,
        )
    ).all()
    standing = bank.standing(session, txns)
    days: dict[date, Sums] = defaultdict(Sums)
    for txn in txns:
        matched = sum(one.amount for one in standing.get(txn.id or 0, ()))
        days[_day(txn.at)].add(_of(txn, matched))
    for back in backs:
        days[_day(back.at)].refunded += back.amount
    return settled(first, days.items())


def settled(first: date, days: Iterable[tuple[date, Sums]]) -> Settlement:
    whole = Settlement(first, sorted(days, key=lambda one: one[0]))
    for _date, sums in whole.days:
        whole.total.add(sums)
    return whole


def _of(txn: BankTxn, matched: int) -> Sums:
    if not txn.incoming:
        return Sums(outgoing=txn.amount)
    ignored = txn.amount if txn.ignored_at is not None else 0
    carried = txn.amount if txn.remittance_id is not None else 0
    return Sums(incoming=txn.amount, matched=matched, carried=carried, ignored=ignored)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=TIME_ZONE).astimezone(UTC)


def _day(moment: datetime) -> date:
    return moment.astimezone(TIME_ZONE).date()
