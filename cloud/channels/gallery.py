"""The pictures of products that channels fetch from us."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, cast

from sqlmodel import Session, col, select

from cloud.channels.listing import Photo
from cloud.lots.models import Lot, TradeItem
from cloud.media.limits import SMALL_SIDE
from cloud.media.models import Photo as Kept
from cloud.passports.models import Passport
from cloud.products.models import Product

Pictures = Mapping[int, tuple[Photo, ...]]
"""By product."""

Gallery = Callable[[Session, Sequence[int], str], Pictures]
"""Finds them for products; addresses begin with the one that is given."""

_LIGHT: Final = 0
"""What is known of a thumbnail's weight without opening it: below any channel's limit."""


def of_passports(session: Session, products: Sequence[int], address: str) -> Pictures:
    """The picture of a product's passport, in the size that everybody may see."""
    found = session.exec(
        select(Product.id, Kept)
        .join(Lot, col(Lot.id) == col(Product.lot_id))
        .join(
            TradeItem,
            (col(TradeItem.cooperative_id) == col(Lot.cooperative_id))
            & (col(TradeItem.name) == col(Lot.product)),
        )
        .join(Passport, col(Passport.trade_item_id) == col(TradeItem.id))
        .join(Kept, col(Kept.id) == col(Passport.photo_id))
        .where(col(Product.id).in_(products))
    )
    return {cast("int", product): (_thumbnail(kept, address),) for product, kept in found}


def _thumbnail(kept: Kept, address: str) -> Photo:
    scale = min(1.0, SMALL_SIDE / max(kept.width, kept.height))
    sides = round(kept.width * scale), round(kept.height * scale)
    url = f"{address}/tem/anh/{kept.public_id}"
    return Photo(url, *sides, _LIGHT, "image/webp", kept.large)
