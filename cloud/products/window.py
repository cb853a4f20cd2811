"""The shop window: what is on sale, in the form that lists, searches and counts read.

A row stands here exactly while a product is published; `refresh` puts it right in the transaction
that changed the product. Whatever changes a product's state, name, kind or certificates calls it.
Prices and stock are not here: lists read them where they are.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache
from typing import Final, cast

import sqlalchemy as sa
from sqlalchemy import BigInteger, ColumnElement
from sqlmodel import Field, Session, SQLModel, col, select

from cloud import bulk
from cloud.addresses.rules import province_in
from cloud.addresses.units import atlas
from cloud.lots.models import Lot
from cloud.products.asked import words
from cloud.products.index import Text, index_of
from cloud.products.models import Product, ProductState, Shop

CHANGES: Final = "changes"
"""Counts what happened to the window: pages that were made before are old."""


class Showing(SQLModel, table=True):
    """A product in the window, by what lists are narrowed by."""

    product_id: int = Field(primary_key=True, foreign_key="product.id")
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    shop_id: int = Field(foreign_key="shop.id", index=True)
    kind: str | None = Field(default=None, max_length=32, index=True)
    province: str | None = Field(default=None, max_length=2, index=True)
    simulated: bool
    version: int = Field(description="grows with each change of what is shown")


class ShowingCount(SQLModel, table=True):
    """How many stand in the window: of one kind, in one province, in one stall."""

    __tablename__ = "showing_count"

    facet: str = Field(primary_key=True, max_length=16)
    value: str = Field(primary_key=True, max_length=32)
    simulated: bool = Field(primary_key=True)
    n: int = Field(sa_type=BigInteger)


class ShowingTerm(SQLModel, table=True):
    """A word that names something in the window, or did: what a misspelt one is compared with."""

    __tablename__ = "showing_term"

    word: str = Field(primary_key=True, max_length=64)


@cache
def on_sale(*, simulated: bool) -> ColumnElement[bool]:
    """What any buyer may have at this moment; `simulated` tells whether samples are shown."""
    recalled = select(Lot.id).where(col(Lot.recalled_at).is_not(None))
    sold = col(Product.state) == ProductState.PUBLISHED
    published = sa.and_(sold, col(Product.lot_id).not_in(recalled))
    return published if simulated else sa.and_(published, col(Product.simulated).is_(other=False))


def refresh(session: Session, product_id: int) -> None:
    """Show the product as it is now, or take it out; the counts and the words with it."""
    product = session.get_one(Product, product_id)
    before = session.get(Showing, product_id)
    was = _facets(before)
    wanted = _belongs(session, product)
    if wanted:
        _show(session, product, before)
    elif before is not None:
        index_of(session).drop(session, product_id)
        session.delete(before)
    session.flush()
    changed = Counter(_facets(session.get(Showing, product_id)))
    changed.subtract(was)
    if before is not None or wanted:
        changed[CHANGES, str(product.shop_id), product.simulated] = 1
    _count(session, changed)


def sold(session: Session, products: Iterable[Product]) -> None:
    """Packs were taken, or given back: pages that tell how many are left are old."""
    outdate(session, products)


def outdate(session: Session, products: Iterable[Product]) -> None:
    """What pages tell of these has changed: those that were made before are old."""
    shops = {(CHANGES, str(one.shop_id), one.simulated): 1 for one in products}
    _count(session, Counter(shops))


def touched(session: Session, shop_id: int) -> None:
    """What pages tell of a stall or of its papers is another: those made before are old."""
    _count(session, Counter({(CHANGES, str(shop_id), False): 1}))


def rebuild(session: Session, _now: datetime) -> None:
    """A chore of the night: what stands in the window and should not, or the other way round."""
    sound = select(Lot.id).where(col(Lot.recalled_at).is_(None))
    published = select(Product.id).where(
        Product.state == ProductState.PUBLISHED, col(Product.lot_id).in_(sound)
    )
    shown = select(Showing.product_id)
    missing = session.exec(published.where(col(Product.id).not_in(shown))).all()
    stale = session.exec(shown.where(col(Showing.product_id).not_in(published))).all()
    for product_id in sorted({*cast("list[int]", missing), *stale}):
        refresh(session, product_id)


def _belongs(session: Session, product: Product) -> bool:
    lot = session.get_one(Lot, product.lot_id)
    return product.state is ProductState.PUBLISHED and not lot.recalled


def _show(session: Session, product: Product, before: Showing | None) -> None:
    product_id = cast("int", product.id)
    shop = session.get_one(Shop, product.shop_id)
    place = province_in(atlas(), product.origin)
    row = before or Showing(
        product_id=product_id,
        cooperative_id=product.cooperative_id,
        shop_id=product.shop_id,
        simulated=product.simulated,
        version=0,
    )
    row.kind, row.province = product.kind, place.code if place else None
    row.version += 1
    session.add(row)
    session.flush()
    name = f"{product.name} {shop.name} {product.origin}"
    body = f"{product.description_vi} {product.description_en}"
    index_of(session).put(session, product_id, Text(name, body))
    fresh = sorted({word for word in words(product.folded) if len(word) <= _LONGEST_WORD})
    bulk.insert_new(session, ShowingTerm, [{"word": word} for word in fresh])


_LONGEST_WORD: Final = 64

_Facet = tuple[str, str, bool]


def _facets(row: Showing | None) -> list[_Facet]:
    """What a row counts for."""
    return list(_counted(row)) if row is not None else []


def _counted(row: Showing) -> Iterator[_Facet]:
    yield "all", "", row.simulated
    yield "shop", str(row.shop_id), row.simulated
    if row.kind:
        yield "kind", row.kind, row.simulated
    if row.province:
        yield "province", row.province, row.simulated


def _count(session: Session, changed: Counter[_Facet]) -> None:
    """In one order, so that two that change the same counts wait and never block each other."""
    for (facet, value, simulated), n in sorted(changed.items()):
        if n == 0:
            continue
        row = {"facet": facet, "value": value, "simulated": simulated, "n": n}
        insert = bulk.insert_into(session, ShowingCount).values(row)
        added = col(ShowingCount.n) + insert.excluded.n
        keys = ["facet", "value", "simulated"]
        session.exec(insert.on_conflict_do_update(index_elements=keys, set_={"n": added}))
