"""The window for buyers: lists, searches and what they are narrowed by; columns, never whole rows.

Every list is one question to the database, whatever it is narrowed by; a search is at most four.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, Subquery
from sqlmodel import Session, col, select

from cloud.cooperatives.models import Cooperative
from cloud.lots.models import Lot
from cloud.market.errors import StallGone
from cloud.products import asked
from cloud.products.asked import Term
from cloud.products.index import index_of
from cloud.products.models import Product, ProductState, Shop, Stock, Variant
from cloud.products.rules import per_kilogram
from cloud.products.window import Showing, ShowingCount, ShowingTerm

FEW: Final = 10
"""Where a name finds fewer, descriptions are looked through as well."""
MOST_PAGES: Final = 4
"""Of a search; what is further down nobody was looking for."""


@dataclass(frozen=True)
class Card:
    """A product as a list shows it."""

    id: str
    name: str
    shop: str
    pack: str
    mass_g: int
    price: int
    left: int
    harvested_on: date
    simulated: bool

    @property
    def per_kilogram(self) -> int:
        return per_kilogram(self.price, self.mass_g)


@dataclass(frozen=True)
class Wish:
    """What a list is narrowed by; `before` is the last product of the page before."""

    query: str = ""
    province: str | None = None
    shop: str | None = None
    before: str | None = None
    page: int = 1


@dataclass(frozen=True)
class Page:
    """A page of a list: its cards, and the wish for the next page, if there is one.

    `meant` is what a misspelt search was taken for.
    """

    cards: Sequence[Card]
    onward: Wish | None
    meant: str = ""


@dataclass(frozen=True)
class Facet:
    """One way to narrow a list, and how many products it leaves."""

    facet: str
    value: str
    n: int


@dataclass(frozen=True)
class Stall:
    """A stall that has something in the window: how many products."""

    id: str
    name: str
    place: str
    n: int


def cards(session: Session, wish: Wish, size: int, *, simulated: bool) -> Page:
    """One page, newest first, or best first where something is looked for."""
    wanted = asked.terms(wish.query)
    if wish.query.strip() and not wanted:
        return Page((), None)
    if wanted:
        return _search(session, wish, wanted, size, simulated=simulated)
    narrowed = _narrowed(wish, simulated=simulated)
    if wish.before is not None:
        cursor = select(Product.id).where(Product.public_id == wish.before).scalar_subquery()
        narrowed.append(col(Showing.product_id) < cursor)
    ids = (
        sa.select(col(Showing.product_id).label("product_id"))
        .where(*narrowed)
        .order_by(col(Showing.product_id).desc())
        .limit(size + 1)
        .subquery()
    )
    found, more = _rows(session, ids, size, ids.c.product_id.desc())
    return Page(found, replace(wish, before=found[-1].id) if more and found else None)


def facets(session: Session, *, simulated: bool) -> Sequence[Facet]:
    """How many there are of what, most first; the counts are kept, never counted here."""
    n = sa.func.sum(col(ShowingCount.n))
    rows = session.connection().execute(
        sa.select(col(ShowingCount.facet), col(ShowingCount.value), n)
        .where(_with_samples(ShowingCount, simulated=simulated), col(ShowingCount.n) > 0)
        .group_by(col(ShowingCount.facet), col(ShowingCount.value))
        .order_by(n.desc(), col(ShowingCount.value))
    )
    return [Facet(facet, value, int(count)) for facet, value, count in rows]


def stalls(session: Session, *, simulated: bool) -> Sequence[Stall]:
    """Stalls with something in the window, fullest first."""
    rows = session.connection().execute(_stalls(simulated=simulated).limit(_STALLS))
    return [Stall(*row) for row in rows]


def stall(session: Session, public_id: str, *, simulated: bool) -> Stall:
    """One stall with something in the window.

    Raises:
        StallGone: there is none, or nothing of it is sold.
    """
    asked_for = _stalls(simulated=simulated).where(col(Shop.public_id) == public_id)
    row = session.connection().execute(asked_for).one_or_none()
    if row is None:
        raise StallGone
    return Stall(*row)


_STALLS: Final = 12
"""On the front page."""


def _stalls(*, simulated: bool) -> Select[Any]:
    n = sa.func.sum(col(ShowingCount.n))
    named: tuple[Any, ...] = (col(Shop.public_id), col(Shop.name), col(Cooperative.address))
    statement: Select[Any] = sa.select(*named, sa.cast(n, sa.Integer))
    return (
        statement.join(Cooperative, col(Cooperative.id) == col(Shop.cooperative_id))
        .join(ShowingCount, col(ShowingCount.value) == sa.cast(col(Shop.id), sa.String))
        .where(
            col(ShowingCount.facet) == "shop",
            col(ShowingCount.n) > 0,
            _with_samples(ShowingCount, simulated=simulated),
        )
        .group_by(*named)
        .order_by(n.desc(), col(Shop.name))
    )


def _search(
    session: Session, wish: Wish, wanted: Sequence[Term], size: int, *, simulated: bool
) -> Page:
    found = _best(session, wish, wanted, size, body=False, simulated=simulated)
    if len(found.cards) < FEW and wish.page == 1:
        found = _best(session, wish, wanted, size, body=True, simulated=simulated)
    if found.cards or wish.page > 1:
        return found
    mended = asked.corrected(wanted, _known(session, wanted))
    if mended is None:
        return found
    meant = " ".join(word for term in mended for word in term.typed)
    wish = replace(wish, query=meant)
    found = _best(session, wish, mended, size, body=True, simulated=simulated)
    return replace(found, meant=meant) if found.cards else found


def _best(
    session: Session,
    wish: Wish,
    wanted: Sequence[Term],
    size: int,
    *,
    body: bool,
    simulated: bool,
) -> Page:
    hits = index_of(session).found(wanted, body=body).subquery()
    ids = (
        sa.select(hits.c.product_id, hits.c.tier)
        .join(Showing, col(Showing.product_id) == hits.c.product_id)
        .where(*_narrowed(wish, simulated=simulated))
        .order_by(hits.c.tier.desc(), hits.c.product_id.desc())
        .limit(size + 1)
        .offset((wish.page - 1) * size)
        .subquery()
    )
    found, more = _rows(session, ids, size, ids.c.tier.desc(), ids.c.product_id.desc())
    onward = replace(wish, page=wish.page + 1) if more and wish.page < MOST_PAGES else None
    return Page(found, onward)


def _known(session: Session, wanted: Sequence[Term]) -> Sequence[str]:
    """Words that a misspelt one may mean: one of the two first letters is right."""
    starts = {word[0] for word in asked.doubtful(wanted)}
    seconds = {word[1] for word in asked.doubtful(wanted)}
    word = col(ShowingTerm.word)
    near = sa.or_(sa.func.substr(word, 1, 1).in_(starts), sa.func.substr(word, 2, 1).in_(seconds))
    return session.exec(select(ShowingTerm.word).where(near)).all()


def _narrowed(wish: Wish, *, simulated: bool) -> list[ColumnElement[bool]]:
    found = [_with_samples(Showing, simulated=simulated)]
    if wish.province is not None:
        found.append(col(Showing.province) == wish.province)
    if wish.shop is not None:
        shop = select(Shop.id).where(Shop.public_id == wish.shop).scalar_subquery()
        found.append(col(Showing.shop_id) == shop)
    return found


def _with_samples(
    table: type[Showing] | type[ShowingCount], *, simulated: bool
) -> ColumnElement[bool]:
    return sa.true() if simulated else col(table.simulated).is_(other=False)


def _first_pack() -> ScalarSelect[Any]:
    """The pack that is shown: the first one of which something is left."""
    free = col(Stock.on_hand) - col(Stock.reserved)
    return (
        sa.select(col(Variant.id))
        .join(Stock, col(Stock.variant_id) == col(Variant.id))
        .where(col(Variant.product_id) == col(Product.id), col(Variant.retired_at).is_(None))
        .order_by((free > 0).desc(), col(Variant.id))
        .limit(1)
        .correlate(Product)
        .scalar_subquery()
    )


_SHOWN: Final[tuple[Any, ...]] = (
    Product.public_id,
    Product.name,
    Shop.name,
    Variant.pack_name,
    Variant.mass_g,
    Variant.price,
    col(Stock.on_hand) - col(Stock.reserved),
    Lot.harvested_on,
    Product.simulated,
)


def _rows(
    session: Session, ids: Subquery, size: int, *order: ColumnElement[Any]
) -> tuple[Sequence[Card], bool]:
    """The cards, and whether there are more; what is not sold this moment is not shown."""
    rows = session.connection().execute(_statement(ids).order_by(*order)).all()
    more = bool(rows) and rows[0][-1] > size
    return [_card(row) for row in rows[:size]], more


def _statement(ids: Subquery) -> Select[Any]:
    chosen = sa.select(sa.func.count()).select_from(ids).scalar_subquery()
    statement: Select[Any] = sa.select(*_SHOWN, chosen)
    return (
        statement.join_from(ids, Product, col(Product.id) == ids.c.product_id)
        .join(Shop, col(Shop.id) == col(Product.shop_id))
        .join(Lot, col(Lot.id) == col(Product.lot_id))
        .join(Variant, col(Variant.id) == _first_pack())
        .join(Stock, col(Stock.variant_id) == col(Variant.id))
        .where(
            col(Product.state) == ProductState.PUBLISHED,
            col(Lot.recalled_at).is_(None),
        )
    )


def _card(row: Row[Any]) -> Card:
    values = list(row)
    return Card(*values[:-1])
