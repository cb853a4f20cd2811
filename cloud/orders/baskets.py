"""What somebody is about to buy, looked up: a basket for each stall, as an order is of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from sqlmodel import Session, col, select

from cloud.orders import rules
from cloud.products import window
from cloud.products.models import Product, Shop, Stock, Variant


@dataclass(frozen=True)
class Line:
    """Packs of one variant, and how many could be had at this moment."""

    variant: Variant
    product: Product
    quantity: int
    left: int

    @property
    def total(self) -> int:
        return self.variant.price * self.quantity

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
        return rules.total((line.variant.price, line.quantity) for line in self.lines)

    @property
    def mass_g(self) -> int:
        return sum(line.variant.mass_g * line.quantity for line in self.lines)


def read(session: Session, cart: Mapping[str, int], *, simulated: bool) -> list[Basket]:
    """Baskets by stall, in the order of the cart; what is no longer for sale is not in them."""
    found = session.exec(
        select(Variant, Product, Shop, Stock)
        .join(Product, col(Product.id) == col(Variant.product_id))
        .join(Shop, col(Shop.id) == col(Product.shop_id))
        .join(Stock, col(Stock.variant_id) == col(Variant.id))
        .where(col(Variant.public_id).in_(cart), window.on_sale(simulated=simulated))
    ).all()
    known = {variant.public_id: row for row in found for variant in row[:1]}
    baskets: dict[int, tuple[Shop, list[Line]]] = {}
    for public_id, quantity in cart.items():
        if public_id in known:
            variant, product, shop, stock = known[public_id]
            line = Line(variant, product, quantity, stock.on_hand - stock.reserved)
            baskets.setdefault(cast("int", shop.id), (shop, []))[1].append(line)
    return [Basket(shop, lines) for shop, lines in baskets.values()]
