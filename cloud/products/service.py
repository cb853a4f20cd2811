"""Shops and products: from a lot to the shelf, and what stands there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.cooperatives.models import Cooperative
from cloud.fold import fold
from cloud.lots import balance
from cloud.lots import service as lots
from cloud.lots.models import Lot
from cloud.permissions import Permission, demand
from cloud.principal import Principal
from cloud.products import rules, stock
from cloud.products.errors import (
    NOT_READY,
    LotTaken,
    LotTooSmall,
    NoShop,
    ProductGone,
    WrongState,
)
from cloud.products.models import Product, ProductRequest, ProductState, Shop, Stock, Variant
from cloud.products.rules import Action
from cloud.scope import scoped

ASKS: Final = {
    Action.SUBMIT: Permission.PRODUCT_WRITE,
    Action.APPROVE: Permission.PRODUCT_REVIEW,
    Action.PUBLISH: Permission.PRODUCT_REVIEW,
    Action.PAUSE: Permission.PRODUCT_REVIEW,
    Action.RESUME: Permission.PRODUCT_REVIEW,
    Action.ARCHIVE: Permission.PRODUCT_REVIEW,
}
"""Who writes a product does not approve it, unless the role holds both."""


@dataclass(frozen=True)
class Account:
    """The bank account that buyers of a shop pay into."""

    bank_name: str
    bank_bin: str
    number: str
    holder: str


@dataclass(frozen=True)
class Listing:
    """A product with all that a page or an order needs of it."""

    product: Product
    variant: Variant
    shop: Shop
    lot: Lot
    left: int

    @property
    def per_kilogram(self) -> int:
        return rules.per_kilogram(self.variant.price, self.variant.mass_g)


@dataclass(frozen=True)
class Shelf:
    """Which part of the market is looked at."""

    query: str = ""
    before: str | None = None
    simulated: bool = False


def open_shop(session: Session, cooperative: Cooperative, account: Account, now: datetime) -> Shop:
    """The cooperative's one shop; who opens it has seen the papers, so it counts as verified."""
    shop = Shop(
        cooperative_id=cast("int", cooperative.id),
        name=cooperative.name,
        bank_name=account.bank_name,
        bank_bin=account.bank_bin,
        bank_account=account.number,
        bank_holder=account.holder,
        verified_at=now,
        created_at=now,
    )
    session.add(shop)
    session.flush()
    return shop


def shop_of(session: Session, principal: Principal) -> Shop | None:
    return session.exec(scoped(select(Shop), principal)).one_or_none()


def create(
    session: Session, principal: Principal, request: ProductRequest, now: datetime
) -> Listing:
    """Turn a lot's harvest into packs on the shelf; published at once where asked."""
    lot = lots.get(session, principal, request.lot)
    shop = shop_of(session, principal)
    if shop is None:
        raise NoShop
    source = f"lot:{lot.public_id}"
    if stock.received(session, source):
        raise LotTaken
    quantity = rules.packs(lot.left_g, request.pack_mass_g)
    pack = rules.pack_name(request.pack_mass_g)
    if quantity < 1:
        raise LotTooSmall(pack=pack)
    product = _draft(session, request, shop, lot, now)
    variant = Variant(
        cooperative_id=principal.cooperative_id,
        product_id=cast("int", product.id),
        pack_name=pack,
        mass_g=request.pack_mass_g,
        price=request.price,
    )
    session.add(variant)
    session.flush()
    stock.receive(session, variant, quantity, source, now)
    balance.pack(session, lot, quantity * request.pack_mass_g, now)
    created = Deed(AuditAction.PRODUCT_CREATED, f"product:{product.public_id}")
    audit.note(session, principal, created, now)
    if request.publish:
        act(session, principal, product.public_id, Action.PUBLISH, now)
    return Listing(product, variant, shop, lot, quantity)


def act(
    session: Session,
    principal: Principal,
    public_id: str,
    action: Action,
    now: datetime,
) -> None:
    """Take a product of the caller on by one button.

    Raises:
        Forbidden: the role may not do all that the button means for this product.
        WrongState: the product is not where this action starts from.
    """
    listing = own_one(session, principal, public_id)
    product = listing.product
    actions = rules.steps(product.state, action)
    for step in actions:
        demand(principal, ASKS[step])
    state = rules.after(product.state, *actions)
    if state is None:
        raise WrongState
    if state is ProductState.PUBLISHED:
        _refuse_unready(listing)
        product.published_at = now
    product.state = state
    session.flush()
    led = Deed(AuditAction.PRODUCT_LED, f"product:{product.public_id}", {"state": state})
    audit.note(session, principal, led, now)


def own(session: Session, principal: Principal) -> Sequence[Listing]:
    """All products of the caller's cooperative, newest first."""
    return _listings(session, col(Product.cooperative_id) == principal.cooperative_id)


def own_one(session: Session, principal: Principal, public_id: str) -> Listing:
    found = _listings(
        session,
        col(Product.cooperative_id) == principal.cooperative_id,
        col(Product.public_id) == public_id,
    )
    return _only(found)


def unshelved_lots(session: Session, principal: Principal) -> Sequence[Lot]:
    """Lots of which nothing is sold yet, newest first."""
    taken = {listing.lot.id for listing in own(session, principal)}
    return [lot for lot in lots.listing(session, principal) if lot.id not in taken]


def on_sale(session: Session, shelf: Shelf, limit: int) -> Sequence[Listing]:
    """What any buyer sees, newest first; every word of the query must be found."""
    conditions = [_visible(simulated=shelf.simulated)]
    conditions += [
        col(Product.folded).contains(word, autoescape=True) for word in fold(shelf.query).split()
    ]
    if shelf.before is not None:
        cursor = select(Product.id).where(Product.public_id == shelf.before).scalar_subquery()
        conditions.append(col(Product.id) < cursor)
    return _listings(session, *conditions, limit=limit)


def offered(session: Session, public_id: str, *, simulated: bool) -> Listing:
    """One product as any buyer sees it.

    Raises:
        ProductGone: there is none, it is not for sale, or it is a sample and these are hidden.
    """
    visible = _visible(simulated=simulated)
    return _only(_listings(session, visible, col(Product.public_id) == public_id))


def _visible(*, simulated: bool) -> ColumnElement[bool]:
    recalled = select(Lot.id).where(col(Lot.recalled_at).is_not(None))
    sold = col(Product.state) == ProductState.PUBLISHED
    published = sa.and_(sold, col(Product.lot_id).not_in(recalled))
    return published if simulated else sa.and_(published, col(Product.simulated).is_(other=False))


def _listings(
    session: Session, *conditions: ColumnElement[bool], limit: int | None = None
) -> Sequence[Listing]:
    statement = (
        select(Product, Variant, Lot, Stock)
        .join(Variant, col(Variant.product_id) == col(Product.id))
        .join(Lot, col(Lot.id) == col(Product.lot_id))
        .join(Stock, col(Stock.variant_id) == col(Variant.id))
        .where(*conditions)
        .order_by(col(Product.id).desc())
        .limit(limit)
    )
    rows = session.exec(statement).all()
    wanted = {product.shop_id for product, *_rest in rows}
    shops = {shop.id: shop for shop in session.exec(select(Shop).where(col(Shop.id).in_(wanted)))}
    return [
        Listing(product, variant, shops[product.shop_id], lot, counts.on_hand - counts.reserved)
        for product, variant, lot, counts in rows
    ]


def _only(found: Sequence[Listing]) -> Listing:
    if not found:
        raise ProductGone
    return found[0]


def _draft(
    session: Session, request: ProductRequest, shop: Shop, lot: Lot, now: datetime
) -> Product:
    origin = session.get_one(Cooperative, shop.cooperative_id).address
    product = Product(
        cooperative_id=shop.cooperative_id,
        shop_id=cast("int", shop.id),
        lot_id=cast("int", lot.id),
        name=request.name,
        folded=fold(f"{request.name} {shop.name} {origin}"),
        description_vi=request.description_vi,
        description_en=request.description_en,
        origin=origin,
        simulated=lot.simulated,
        state=ProductState.DRAFT,
        created_at=now,
    )
    session.add(product)
    session.flush()
    return product


def _refuse_unready(listing: Listing) -> None:
    obstacle = rules.obstacle(
        rules.Readiness(
            shop_verified=listing.shop.verified_at is not None,
            labelled=bool(listing.product.name and listing.product.origin),
            packs_left=listing.left,
        )
    )
    if obstacle is not None:
        raise NOT_READY[obstacle]
