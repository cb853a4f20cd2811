"""Pure: what waits to be packed, added up by product, by buyer and by day."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

from cloud.vietgap.book import Cell, Table

K = TypeVar("K", bound=tuple[Cell, ...])


@dataclass(frozen=True)
class Item:
    """A line of an order that waits."""

    day: date
    code: str
    buyer: str
    phone: str
    product: str
    pack: str
    lot: str
    quantity: int
    mass_g: int
    """Of one pack."""
    harvest_on: date | None = None
    """When it is expected, of what was ordered before."""


@dataclass(frozen=True)
class Words:
    """The headings in the reader's language."""

    by_product: str
    by_buyer: str
    by_day: str
    product: str
    pack: str
    lot: str
    packs: str
    kilograms: str
    buyer: str
    phone: str
    order: str
    day: str
    orders: str
    awaited: str
    """Instead of a lot, with a day: it cannot be packed yet."""


_GRAMS_PER_KG: Final = 1_000


def tables(items: Sequence[Item], words: Words) -> tuple[Table, Table, Table]:
    """By product, by buyer and by day; each counts every pack once."""
    goods = (words.product, words.pack, words.lot)
    sums = (words.packs, words.kilograms)
    return (
        Table(
            words.by_product,
            (*goods, *sums),
            (4, 2, 2, 1, 1),
            _summed(items, lambda one: (one.product, one.pack, _lot(one, words))),
        ),
        Table(
            words.by_buyer,
            (words.buyer, words.phone, words.order, *goods, *sums),
            (3, 2, 2, 3, 2, 2, 1, 1),
            _summed(items, lambda one: _line(one, words)),
        ),
        Table(
            words.by_day,
            (words.day, words.orders, *sums),
            (3, 1, 1, 1),
            _days(items),
        ),
    )


def _line(one: Item, words: Words) -> tuple[str, str, str, str, str, str]:
    return one.buyer, one.phone, one.code, one.product, one.pack, _lot(one, words)


def _lot(one: Item, words: Words) -> str:
    return one.lot or words.awaited % {"day": f"{one.harvest_on:%d/%m/%Y}"}


def _summed(items: Sequence[Item], key: Callable[[Item], K]) -> list[tuple[Cell, ...]]:
    """Packs and kilograms of what has the same key, by key."""
    packs: dict[K, int] = defaultdict(int)
    grams: dict[K, int] = defaultdict(int)
    for one in items:
        packs[key(one)] += one.quantity
        grams[key(one)] += one.quantity * one.mass_g
    return [(*found, packs[found], grams[found] / _GRAMS_PER_KG) for found in sorted(packs)]


def _days(items: Sequence[Item]) -> list[tuple[Cell, ...]]:
    orders: dict[date, set[str]] = defaultdict(set)
    for one in items:
        orders[one.day].add(one.code)
    summed = {row[0]: row[1:] for row in _summed(items, lambda one: (one.day.isoformat(),))}
    return [
        (day.strftime("%d/%m/%Y"), len(orders[day]), *summed[day.isoformat()])
        for day in sorted(orders)
    ]
