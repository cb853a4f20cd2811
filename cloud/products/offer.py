"""Packs as they are offered: how many are left, and what more of them cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import cast

from sqlalchemy import bindparam
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from cloud.products import ahead, batches, rules
from cloud.products.models import PriceTier, SaleWindow, Stock, Variant
from cloud.products.rules import Tier


@dataclass(frozen=True)
class Pack:
    """A pack that is sold: so many are left, and more of them are cheaper.

    `counted` is false until somebody said how many there are. `ahead` are those that can be
    ordered before they are harvested, on `harvest_on` or about then.
    """

    variant: Variant
    left: int
    tiers: tuple[Tier, ...] = ()
    counted: bool = True
    ahead: int = 0
    harvest_on: date | None = None

    @property
    def most(self) -> int:
        """How many one order can have, of what is there and of what is to come."""
        return self.left + self.ahead

    @property
    def per_kilogram(self) -> int:
        return rules.per_kilogram(self.variant.price, self.variant.mass_g)

    def price(self, quantity: int) -> int:
        """Đồng for one pack where so many are bought."""
        return rules.unit_price(self.variant.price, self.tiers, quantity)


def of_products(session: Session, products: Sequence[int]) -> dict[int, list[Pack]]:
    """The packs that are offered of each product, the first one first; in one question."""
    found = session.exec(_of_products(), params={"products": products})
    packs: dict[int, list[Pack]] = {}
    for variant, rows in groupby(found, key=itemgetter(0)):
        same = list(rows)
        left, window = same[0][1:3]
        tiers = cast("list[PriceTier | None]", [tier for *_rest, tier in same])
        pack = Pack(
            variant,
            left or 0,
            tuple(Tier(one.min_quantity, one.price) for one in tiers if one),
            counted=left is not None,
            ahead=window.ahead - window.taken if window else 0,
            harvest_on=window.harvest_on if window else None,
        )
        packs.setdefault(variant.product_id, []).append(pack)
    return packs


@cache
def _of_products() -> "Select[Variant, int | None, SaleWindow | None, PriceTier | None]":
    """Composed once: that takes longer than asking."""
    return (
        select(Variant, batches.free(), SaleWindow, PriceTier)
        .select_from(Variant)
        .outerjoin(Stock, col(Stock.variant_id) == col(Variant.id))
        .outerjoin(SaleWindow, col(SaleWindow.id) == ahead.offered())
        .outerjoin(PriceTier, col(PriceTier.variant_id) == col(Variant.id))
        .where(
            col(Variant.product_id).in_(bindparam("products", expanding=True)),
            col(Variant.retired_at).is_(None),
        )
        .order_by(col(Variant.id), col(PriceTier.min_quantity))
    )
