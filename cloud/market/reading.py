"""The window for buyers: lists, searches and what they are narrowed by; columns, never whole rows.

Every list is one question to the database, whatever it is narrowed by; a search is at most four.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, Subquery, TextualSelect
from sqlmodel import Session, col, select

from cloud.cooperatives.models import Cooperative
from cloud.lots.models import Lot
from cloud.market.errors import StallGone
from cloud.media.models import Picture
from cloud.products import ahead, asked, batches
from cloud.products.asked import Term
from cloud.products.index import index_of
from cloud.products.models import (
    Product,
    ProductPhoto,
    ProductState,
    SaleWindow,
    Shop,
    Stock,
    Variant,
)
from cloud.products.rules import per_kilogram
from cloud.products.stars import tenths
from cloud.products.window import Showing, ShowingCount, ShowingTerm

FEW: Final = 10
"""Where a name finds fewer, descriptions are looked through as well."""
MOST_PAGES: Final = 4
"""Of a search; what is further down nobody was looking for."""


@dataclass(frozen=True)
class Cover:
    """The picture that stands for a product; sides in pixels."""

    digest: str
    width: int
    height: int


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
    review_count: int = 0
    review_stars: int = 0
    ahead_of: date | None = None
    """The harvest of which some can be ordered before it."""
    cover: Cover | None = None

    @property
    def per_kilogram(self) -> int:
        return per_kilogram(self.price, self.mass_g)

    @property
    def review_tenths(self) -> int:
        return tenths(self.review_stars, self.review_count)


@dataclass(frozen=True)
class Wish:
    """What a list is narrowed by; `before` is the last product of the page before."""

    query: str = ""
    province: str | None = None
    kind: str | None = None
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
    statement = _newest(_Narrowed.by(wish, simulated=simulated))
    found, last = _rows(session, statement, size, _asked(wish, size))
    return Page(found, replace(wish, before=last) if last else None)


@dataclass(frozen=True)
class _Narrowed:
    """By what a list is narrowed, whatever the values: each way is a statement, made once."""

    province: bool
    kind: bool
    shop: bool
    before: bool
    simulated: bool

    @classmethod
    def by(cls, wish: Wish, *, simulated: bool) -> "_Narrowed":
        return cls(
            province=wish.province is not None,
            kind=wish.kind is not None,
            shop=wish.shop is not None,
            before=wish.before is not None,
            simulated=simulated,
        )

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        yield _with_samples(Showing, simulated=self.simulated)
        if self.province:
            yield col(Showing.province) == sa.bindparam("province")
        if self.kind:
            yield col(Showing.kind) == sa.bindparam("kind")
        if self.shop:
            shop = select(Shop.id).where(col(Shop.public_id) == sa.bindparam("shop"))
            yield col(Showing.shop_id) == shop.scalar_subquery()


def _asked(wish: Wish, size: int) -> dict[str, object]:
    named = {"province": wish.province, "kind": wish.kind}
    named |= {"shop": wish.shop, "before": wish.before}
    told: dict[str, object] = {name: value for name, value in named.items() if value is not None}
    return told | {"most": size + 1}


@cache
def _newest(narrowed: _Narrowed) -> Select[Any]:
    conditions = list(narrowed.conditions())
    if narrowed.before:
        last = select(Product.id).where(col(Product.public_id) == sa.bindparam("before"))
        conditions.append(col(Showing.product_id) < last.scalar_subquery())
    ids = (
        sa.select(col(Showing.product_id).label("product_id"))
        .where(*conditions)
        .order_by(col(Showing.product_id).desc())
        .limit(sa.bindparam("most", type_=sa.Integer))
        .subquery()
    )
    return _statement(ids).order_by(ids.c.product_id.desc())


@cache
def _matching(words: TextualSelect, narrowed: _Narrowed) -> Select[Any]:
    hits = words.subquery()
    ids = (
        sa.select(hits.c.product_id, hits.c.tier)
        .join(Showing, col(Showing.product_id) == hits.c.product_id)
        .where(*narrowed.conditions())
        .order_by(hits.c.tier.desc(), hits.c.product_id.desc())
        .limit(sa.bindparam("most", type_=sa.Integer))
        .offset(sa.bindparam("skipped", type_=sa.Integer))
        .subquery()
    )
    return _statement(ids).order_by(ids.c.tier.desc(), ids.c.product_id.desc())


def facets(session: Session, *, simulated: bool) -> Sequence[Facet]:
    """How many there are of what, most first; the counts are kept, never counted here."""
    rows = session.connection().execute(_facets(simulated=simulated))
    return [Facet(facet, value, int(count)) for facet, value, count in rows]


@cache
def _facets(*, simulated: bool) -> Select[Any]:
    n = sa.func.sum(col(ShowingCount.n))
    columns: tuple[Any, ...] = (col(ShowingCount.facet), col(ShowingCount.value), n)
    statement: Select[Any] = sa.select(*columns)
    return (
        statement.where(
            _with_samples(ShowingCount, simulated=simulated),
            col(ShowingCount.n) > 0,
            col(ShowingCount.facet).in_(("all", "kind", "province")),
        )
        .group_by(col(ShowingCount.facet), col(ShowingCount.value))
        .order_by(n.desc(), col(ShowingCount.value))
    )


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


@cache
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
    index = index_of(session)
    narrowed = _Narrowed.by(replace(wish, before=None), simulated=simulated)
    told = _asked(replace(wish, before=None), size) | index.asked(wanted, body=body)
    told["skipped"] = (wish.page - 1) * size
    found, last = _rows(session, _matching(index.found, narrowed), size, told)
    onward = replace(wish, page=wish.page + 1) if last and wish.page < MOST_PAGES else None
    return Page(found, onward)


def _known(session: Session, wanted: Sequence[Term]) -> Sequence[str]:
    """Words that a misspelt one may mean: one of the two first letters is right."""
    starts = {word[0] for word in asked.doubtful(wanted)}
    seconds = {word[1] for word in asked.doubtful(wanted)}
    word = col(ShowingTerm.word)
    near = sa.or_(sa.func.substr(word, 1, 1).in_(starts), sa.func.substr(word, 2, 1).in_(seconds))
    return session.exec(select(ShowingTerm.word).where(near)).all()


def _with_samples(
    table: type[Showing] | type[ShowingCount], *, simulated: bool
) -> ColumnElement[bool]:
    return sa.true() if simulated else col(table.simulated).is_(other=False)


def _first_pack() -> ScalarSelect[Any]:
    """The pack that is shown: the first one of which something is left."""
    return (
        sa.select(col(Variant.id))
        .join(Stock, col(Stock.variant_id) == col(Variant.id))
        .where(col(Variant.product_id) == col(Product.id), col(Variant.retired_at).is_(None))
        .order_by((batches.free() > 0).desc(), ahead.offered().is_(None), col(Variant.id))
        .limit(1)
        .correlate(Product)
        .scalar_subquery()
    )


def _first_photo() -> ScalarSelect[Any]:
    return (
        sa.select(col(ProductPhoto.picture_id))
        .where(col(ProductPhoto.product_id) == col(Product.id))
        .order_by(col(ProductPhoto.position), col(ProductPhoto.id))
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
    batches.free(),
    Lot.harvested_on,
    Product.simulated,
    Product.review_count,
    Product.review_stars,
    SaleWindow.harvest_on,
    Picture.digest,
    Picture.width,
    Picture.height,
)


_SOLD: Final = sa.and_(
    col(Product.state) == ProductState.PUBLISHED,
    col(Lot.recalled_at).is_(None),
    col(Stock.variant_id).is_not(None),
)


def _rows(
    session: Session, statement: Select[Any], size: int, asked_for: Mapping[str, object]
) -> tuple[Sequence[Card], str | None]:
    """The cards, and the last product looked at if there are more.

    What is not sold this moment is not shown.
    """
    rows = session.connection().execute(statement, dict(asked_for)).all()
    last = rows[size - 1][0] if len(rows) > size else None
    return [_card(row) for row in rows[:size] if row[-1]], last


def _statement(ids: Subquery) -> Select[Any]:
    """What is shown of a few products.

    Outer joins all the way, and what is not sold left out afterwards: an inner join or a
    condition lets SQLite begin with all lots that are not recalled, fifty times as dear.
    """
    statement: Select[Any] = sa.select(*_SHOWN, _SOLD).select_from(ids)
    return (
        statement.outerjoin(Product, col(Product.id) == ids.c.product_id)
        .outerjoin(Shop, col(Shop.id) == col(Product.shop_id))
        .outerjoin(Lot, col(Lot.id) == col(Product.lot_id))
        .outerjoin(Variant, col(Variant.id) == _first_pack())
        .outerjoin(Stock, col(Stock.variant_id) == col(Variant.id))
        .outerjoin(SaleWindow, col(SaleWindow.id) == ahead.offered())
        .outerjoin(Picture, col(Picture.id) == _first_photo())
    )


def _card(row: Row[Any]) -> Card:
    values = list(row)
    digest, width, height = values[-4:-1]
    values[-4:] = [Cover(digest, width, height) if digest else None]
    return Card(*values)
