"""What somebody is about to buy, looked up: a basket for each stall, as an order is of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from sqlmodel import Session, col, select

from cloud.orders import rules
from cloud.products import offer, window
from cloud.products.models import Product, Shop, Variant
from cloud.products.offer import Pack
from cloud.products.rules import Tier, cheaper


@dataclass(frozen=True)
class Line:
    """Packs of one variant; `price` is that of one pack where so many are bought."""

    pack: Pack
    product: Product
    quantity: int

    @property
    def variant(self) -> Variant:
        return self.pack.variant

    @property
    def left(self) -> int:
        """How many could be had at this moment, at once or after the next harvest."""
        return self.pack.most

    @property
    def ahead(self) -> int:
        """How many of them wait for the next harvest."""
        return max(0, min(self.quantity, self.left) - self.pack.left)

    @property
    def price(self) -> int:
        return self.pack.price(self.quantity)

    @property
    def cheaper(self) -> Tier | None:
        """From how many packs on one of them costs less than now, where there are so many."""
        tier = cheaper(self.pack.tiers, self.quantity)
        return tier if tier and tier.min_quantity <= self.left else None

    @property
    def total(self) -> int:
        return self.price * self.quantity

    @property
    def short(self) -> bool:
        return self.left < self.quantity


@dataclass(frozen=True)
class Basket:
    """Lines of one stall."""

    shop: Shop
    lines: Sequence[Line]

    @property
    def goods(self) -> int:
        """What they cost, in đồng, without the way."""
        return rules.total((line.price, line.quantity) for line in self.lines)

    @property
    def harvest_on(self) -> date | None:
        """When the last harvest is expected that the order would wait for."""
        days = [line.pack.harvest_on for line in self.lines if line.ahead]
        return max((day for day in days if day), default=None)

    @property
    def mass_g(self) -> int:
        return sum(line.variant.mass_g * line.quantity for line in self.lines)


def read(session: Session, cart: Mapping[str, int], *, simulated: bool) -> list[Basket]:
    """Baskets by stall, in the order of the cart; what is no longer for sale is not in them."""
    wanted = select(Variant.product_id).where(col(Variant.public_id).in_(cart))
    found = session.exec(
        select(Product, Shop)
        .join(Shop, col(Shop.id) == col(Product.shop_id))
        .where(col(Product.id).in_(wanted), window.on_sale(simulated=simulated))
    ).all()
    homes = {cast("int", product.id): (product, shop) for product, shop in found}
    packs = _packs(session, list(homes))
    baskets: dict[int, tuple[Shop, list[Line]]] = {}
    for public_id, quantity in cart.items():
        if public_id in packs:
            pack = packs[public_id]
            product, shop = homes[pack.variant.product_id]
            line = Line(pack, product, quantity)
            baskets.setdefault(cast("int", shop.id), (shop, []))[1].append(line)
    return [Basket(shop, lines) for shop, lines in baskets.values()]


def _packs(session: Session, products: Sequence[int]) -> dict[str, Pack]:
    """What is offered of these and was counted, by public id."""
    offered = offer.of_products(session, products).values()
    return {pack.variant.public_id: pack for packs in offered for pack in packs if pack.counted}
