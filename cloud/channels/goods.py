"""What a shop sells now, in the shape that channels are told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlmodel import Session

from cloud.channels.gallery import Gallery, of_products
from cloud.channels.listing import Listing, Pack, Photo, canonical
from cloud.channels.proofs import Proof
from cloud.channels.proofs import of_products as proofs_of
from cloud.products import service as products
from cloud.products.offer import Pack as Offered
from cloud.products.outlet import Outlet
from cloud.products.service import Listing as Offer


@dataclass(frozen=True)
class Goods:
    """A pack that buyers see at the shop's own stall, and how many are left of it."""

    variant_id: int
    pack: Pack
    shop: str
    left: int
    url: str
    proofs: tuple[Proof, ...] = ()

    def listing(self, quantity: int) -> Listing:
        return canonical(self.pack, self.shop, self.url, quantity, listed=True)


@dataclass(frozen=True)
class Taken:
    """A pack that somebody takes along to a floor, with what vouches for it."""

    listing: Listing
    proofs: tuple[Proof, ...] = ()


@dataclass(frozen=True)
class Beside:
    """What is told of a product in pictures."""

    photos: tuple[Photo, ...]
    proofs: tuple[Proof, ...]


@dataclass(frozen=True)
class Window:
    """Where products are shown: the address of their pages, and their pictures."""

    outlet: Outlet
    gallery: Gallery = of_products


def of_shop(session: Session, shop_id: int, window: Window, now: datetime) -> Sequence[Goods]:
    """All that is on sale there, newest first; what is not, is not here."""
    return of_offers(session, products.stall(session, shop_id), window, now)


def of_offers(
    session: Session, offers: Sequence[Offer], window: Window, now: datetime
) -> Sequence[Goods]:
    """These products as they would be told, on sale or not."""
    shown = [cast("int", offer.product.id) for offer in offers]
    pictures = window.gallery(session, shown, window.outlet.address)
    proofs = proofs_of(session, shown, now)
    return [
        _goods(
            offer, one, window.outlet, Beside(pictures.get(product, ()), proofs.get(product, ()))
        )
        for product, offer in zip(shown, offers, strict=True)
        for one in offer.packs
    ]


def _goods(offer: Offer, one: Offered, outlet: Outlet, beside: Beside) -> Goods:
    product, variant, lot = offer.product, one.variant, offer.lot
    pack = Pack(
        key=variant.public_id,
        product=product.public_id,
        name=product.name,
        about=product.description_vi,
        pack=variant.pack_name,
        net_g=variant.mass_g,
        price=variant.price,
        origin=product.origin,
        harvested_on=lot.harvested_on,
        photos=beside.photos,
        certificates=tuple(proof.told for proof in beside.proofs),
        preorder_on=one.harvest_on,
    )
    url = outlet.product(product.public_id)
    return Goods(
        cast("int", variant.id), pack, offer.shop.name, one.left, url, proofs=beside.proofs
    )
