"""Shops and products: from a lot to the shelf, and what stands there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Final, cast

import sqlalchemy as sa
from sqlalchemy import BindParameter, ColumnElement
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.cooperatives.models import Cooperative
from cloud.fold import fold
from cloud.i18n import TIME_ZONE
from cloud.lots import service as lots
from cloud.lots.models import Lot
from cloud.media.models import Picture
from cloud.permissions import Permission, demand
from cloud.principal import Principal
from cloud.products import batches, history, offer, papers, photos, rules, stock, window
from cloud.products.bodies import ProductRequest
from cloud.products.errors import (
    LotTaken,
    LotTooSmall,
    NoShop,
    NotReady,
    ProductGone,
    ReasonNeeded,
    WrongState,
)
from cloud.products.kinds import PRESETS, LabelField
from cloud.products.models import (
    LotStock,
    PauseCause,
    Product,
    ProductPhoto,
    ProductState,
    SaleWindow,
    Shop,
    Variant,
)
from cloud.products.offer import Pack
from cloud.products.rules import Action
from cloud.scope import scoped

ASKS: Final = {
    Action.SUBMIT: Permission.PRODUCT_WRITE,
    Action.APPROVE: Permission.PRODUCT_REVIEW,
    Action.REJECT: Permission.PRODUCT_REVIEW,
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
    """A product with all that a page or an order needs of it; a draft may have no pack yet."""

    product: Product
    shop: Shop
    lot: Lot
    packs: tuple[Pack, ...]
    photos: tuple[tuple[ProductPhoto, Picture], ...] = ()
    following: tuple[Lot, ...] = ()
    """The lots that are sold after this one, where somebody asked for them."""

    @property
    def cover(self) -> Picture | None:
        """The picture that stands for the product."""
        return self.photos[0][1] if self.photos else None

    @property
    def first(self) -> Pack:
        """The pack that is shown before all others: the first one of which something is left.

        If nothing is, the first that can be ordered ahead.
        """
        left = (pack for pack in self.packs if pack.left)
        ahead = (pack for pack in self.packs if pack.ahead)
        return next(left, None) or next(ahead, self.packs[0])

    @property
    def variant(self) -> Variant:
        return self.first.variant

    @property
    def left(self) -> int:
        return self.first.left

    @property
    def per_kilogram(self) -> int:
        return self.first.per_kilogram


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
        address=cooperative.address,
    )
    session.add(shop)
    session.flush()
    return shop


def shop_of(session: Session, principal: Principal) -> Shop | None:
    return session.exec(scoped(select(Shop), principal)).one_or_none()


def home_of(session: Session, principal: Principal) -> Cooperative:
    """The caller's cooperative, whose name and address a shop begins with."""
    return session.get_one(Cooperative, principal.cooperative_id)


def create(
    session: Session, principal: Principal, request: ProductRequest, now: datetime
) -> Listing:
    """Turn a lot's harvest into packs on the shelf; published at once where asked."""
    lot = lots.get(session, principal, request.lot)
    shop = shop_of(session, principal)
    if shop is None:
        raise NoShop
    source = f"lot:{lot.public_id}"
    if stock.moved(session, source) is not None:
        raise LotTaken
    quantity = rules.packs(lot.left_g, request.pack_mass_g)
    pack = rules.pack_name(request.pack_mass_g)
    if quantity < 1:
        raise LotTooSmall(pack=pack)
    product = draft(session, shop, lot, now)
    product.kind, product.name = request.kind, request.name
    product.description_vi = request.description_vi
    product.description_en = request.description_en
    product.shelf_life_days = PRESETS[request.kind].shelf_life_days
    product.folded = folded(product, shop)
    variant = Variant(
        cooperative_id=principal.cooperative_id,
        product_id=cast("int", product.id),
        pack_name=pack,
        mass_g=request.pack_mass_g,
        price=request.price,
    )
    session.add(variant)
    session.flush()
    stock.receive(session, variant, lot, quantity, source, now)
    history.note(session, product, principal, product.state, now)
    created = Deed(AuditAction.PRODUCT_CREATED, f"product:{product.public_id}")
    audit.note(session, principal, created, now)
    if request.publish:
        act(session, principal, product.public_id, Action.PUBLISH, now)
    return Listing(product, shop, lot, (Pack(variant, quantity),))


def draft(session: Session, shop: Shop, lot: Lot, now: datetime) -> Product:
    """A product of which nothing is known but the lot."""
    product = Product(
        cooperative_id=shop.cooperative_id,
        shop_id=cast("int", shop.id),
        lot_id=cast("int", lot.id),
        name=lot.product,
        folded="",
        description_vi="",
        description_en="",
        origin=session.get_one(Cooperative, shop.cooperative_id).address,
        simulated=lot.simulated,
        state=ProductState.DRAFT,
        created_at=now,
    )
    product.folded = folded(product, shop)
    session.add(product)
    session.flush()
    return product


def folded(product: Product, shop: Shop) -> str:
    """What the search looks through."""
    return fold(f"{product.name} {shop.name} {product.origin}")


def act(  # a button, and what was typed beside it
    session: Session,
    principal: Principal,
    public_id: str,
    action: Action,
    now: datetime,
    reason: str = "",
) -> None:
    """Take a product of the caller on by one button.

    Raises:
        Forbidden: the role may not do all that the button means for this product.
        WrongState: the product is not where this action starts from.
        ReasonNeeded: it is given back without a word.
        NotReady: it cannot be sold as it is.
    """
    listing = own_one(session, principal, public_id)
    product = listing.product
    actions = rules.steps(product.state, action)
    for step in actions:
        demand(principal, ASKS[step])
    state = rules.after(product.state, *actions)
    if state is None:
        raise WrongState
    if action is Action.REJECT and not reason:
        raise ReasonNeeded
    if state is ProductState.PUBLISHED:
        found = rules.obstacles(readiness(session, listing, now))
        if found:
            raise NotReady(found)
        product.published_at = now
    product.state = state
    product.paused_for = PauseCause.PERSON if state is ProductState.PAUSED else None
    product.rejected_reason = reason if action is Action.REJECT else ""
    session.flush()
    what = Action.REJECT if action is Action.REJECT else state
    history.note(session, product, principal, what, now, reason)
    led = Deed(AuditAction.PRODUCT_LED, f"product:{product.public_id}", {"state": state})
    audit.note(session, principal, led, now)


def of_product(session: Session, product: Product) -> Listing:
    """The whole of a product that the caller holds already."""
    return _only(_listings(session, col(Product.id) == product.id))


def readiness(session: Session, listing: Listing, now: datetime) -> rules.Readiness:
    """What the gate looks at."""
    product, today = listing.product, now.astimezone(TIME_ZONE).date()
    windows = select(SaleWindow.id).where(
        SaleWindow.product_id == product.id, SaleWindow.closes_on >= today
    )
    return rules.Readiness(
        shop_verified=listing.shop.verified_at is not None,
        account=bool(listing.shop.bank_account),
        kind=product.kind,
        label=label(session, listing),
        packs=len(listing.packs),
        left=sum(pack.left for pack in listing.packs),
        window=session.exec(windows).first() is not None,
        photos=len(listing.photos),
        papers=papers.of(session, product),
        today=today,
        sample=product.simulated,
        name=product.name,
        description=product.description_vi,
    )


def label(session: Session, listing: Listing) -> dict[LabelField, str]:
    """What the label tells; who answers for the goods, and where, is the shop."""
    product, shop = listing.product, listing.shop
    place = session.get_one(Cooperative, shop.cooperative_id)
    days = product.shelf_life_days
    return {
        LabelField.NAME: product.name,
        LabelField.ORIGIN: product.origin,
        LabelField.RESPONSIBLE: shop.name,
        LabelField.ADDRESS: shop.address or place.address,
        LabelField.QUANTITY: ", ".join(pack.variant.pack_name for pack in listing.packs),
        LabelField.PRODUCED_ON: f"{listing.lot.harvested_on:%d/%m/%Y}",
        LabelField.EXPIRES: str(days) if days else "",
        LabelField.INGREDIENTS: product.ingredients,
        LabelField.STORAGE: product.storage,
        LabelField.INSTRUCTIONS: product.instructions,
        LabelField.WARNINGS: product.warnings,
    }


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
    sold = select(LotStock.lot_id).where(LotStock.cooperative_id == principal.cooperative_id)
    taken = {*session.exec(sold), *(listing.lot.id for listing in own(session, principal))}
    return [lot for lot in lots.listing(session, principal) if lot.id not in taken]


def stall(session: Session, shop_id: int) -> Sequence[Listing]:
    """What any buyer sees of one shop; no samples, for these are shown nowhere else."""
    return _listings(session, window.on_sale(simulated=False), col(Product.shop_id) == shop_id)


def offered(session: Session, public_id: str, *, simulated: bool) -> Listing:
    """One product as any buyer sees it, with the lots that buyers get, the next buyer's first.

    Raises:
        ProductGone: there is none, it is not for sale, or it is a sample and these are hidden.
    """
    rows = session.exec(_offered(simulated=simulated), params={"product": public_id}).all()
    listing = _only(_whole(session, [(product, shop, lot) for product, shop, lot, _ in rows[:1]]))
    following = (lot for _product, _shop, lot, there in rows[1:] if there)
    return replace(listing, following=tuple(following))


@cache
def _offered(*, simulated: bool) -> "Select[Product, Shop, Lot, bool]":
    """Composed once: that takes as long as asking.

    From the product to its lots by their numbers. With an «or» between its own lot and those in
    stock, or an inner join, SQLite begins with all lots of the market that are not recalled.
    """
    wanted: BindParameter[str] = sa.bindparam("product", type_=sa.String)
    own = select(Product.lot_id).where(col(Product.public_id) == wanted)
    stocked = batches.lots_of_product(wanted)
    behind = sa.union(
        own.add_columns(sa.false().label("there")), stocked.add_columns(sa.true().label("there"))
    ).subquery()
    return (
        select(Product, Shop, Lot, behind.c.there)
        .join(Shop, col(Shop.id) == col(Product.shop_id))
        .join(behind, sa.true())
        .outerjoin(Lot, col(Lot.id) == behind.c.lot_id)
        .where(
            window.on_sale(simulated=simulated),
            col(Product.public_id) == wanted,
            col(Lot.recalled_at).is_(None),
        )
        .order_by(behind.c.there.desc(), col(Lot.harvested_on), col(Lot.id))
    )


def _listings(
    session: Session, *conditions: ColumnElement[bool], limit: int | None = None
) -> Sequence[Listing]:
    statement = (
        select(Product, Shop, Lot)
        .join(Shop, col(Shop.id) == col(Product.shop_id))
        .join(Lot, col(Lot.id) == col(Product.lot_id))
        .where(*conditions)
        .order_by(col(Product.id).desc())
        .limit(limit)
    )
    return _whole(session, session.exec(statement).all())


def _whole(session: Session, rows: Sequence[tuple[Product, Shop, Lot]]) -> Sequence[Listing]:
    """With packs and pictures, in two questions."""
    ids = [cast("int", product.id) for product, *_rest in rows]
    packs, shown = offer.of_products(session, ids), photos.of_products(session, ids)
    return [
        Listing(product, shop, lot, tuple(packs.get(one, ())), tuple(shown.get(one, ())))
        for one, (product, shop, lot) in zip(ids, rows, strict=True)
    ]


def _only(found: Sequence[Listing]) -> Listing:
    if not found:
        raise ProductGone
    return found[0]
