"""Pure: how a product is described to machines that read pages (schema.org)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from cloud.products.rules import pack_name

Json = dict[str, object]

_IN_STOCK: Final = "https://schema.org/InStock"
_PREORDER: Final = "https://schema.org/PreOrder"
_SOLD_OUT: Final = "https://schema.org/OutOfStock"
_MOST_STARS: Final = 5


@dataclass(frozen=True)
class PackOffer:
    """A pack of it, what it costs and how many are left; `ahead`: when more are harvested.

    That is told only where these can be ordered already.
    """

    sku: str
    name: str
    price: int
    pack_g: int
    left: int
    ahead: date | None = None


@dataclass(frozen=True)
class Vouched:
    """A paper that buyers may be told of; `stars` of OCOP's five."""

    name: str
    number: str
    issuer: str
    valid_from: date
    valid_until: date | None
    stars: int | None = None


@dataclass(frozen=True)
class Opinion:
    """What one buyer said; `author` names nobody."""

    author: str
    stars: int
    words: str
    on: date


@dataclass(frozen=True)
class Rated:
    """What all buyers said, the average in tenths of a star, and the newest of them."""

    tenths: int
    count: int
    newest: Sequence[Opinion]


@dataclass(frozen=True)
class Offered:
    """What machines are told of a product."""

    name: str
    description: str
    sku: str
    url: str
    shop: str
    packs: Sequence[PackOffer]
    images: Sequence[str] = ()
    papers: Sequence[Vouched] = ()
    rated: Rated | None = None


def json_ld(offered: Offered) -> Json:
    """A schema.org Product with its pictures and papers, and an offer for each pack."""
    told: Json = {
        "@context": "https://schema.org",
        "@type": "Product",
        "sku": offered.sku,
        "name": offered.name,
        "description": offered.description,
        "brand": {"@type": "Brand", "name": offered.shop},
        "countryOfOrigin": {"@type": "Country", "name": "VN"},
        "offers": [_offer(offered, pack) for pack in offered.packs],
    }
    if offered.images:
        told["image"] = list(offered.images)
    if offered.papers:
        told["hasCertification"] = [_certification(paper) for paper in offered.papers]
    if offered.rated:
        told["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": offered.rated.tenths / 10,
            "reviewCount": offered.rated.count,
            "bestRating": _MOST_STARS,
        }
        told["review"] = [_review(one) for one in offered.rated.newest]
    return told


def description(text: str, name: str, pack_g: int, origin: str) -> str:
    """The grower's own words, or the plain facts where there are none."""
    return text or f"{name}, {pack_name(pack_g)}. {origin}."


def _offer(offered: Offered, pack: PackOffer) -> Json:
    told: Json = {
        "@type": "Offer",
        "sku": pack.sku,
        "name": pack.name,
        "url": offered.url,
        "price": pack.price,
        "priceCurrency": "VND",
        "availability": _availability(pack),
        "itemCondition": "https://schema.org/NewCondition",
        "priceSpecification": _unit_price(pack),
        "seller": {"@type": "Organization", "name": offered.shop},
    }
    if pack.ahead and not pack.left:
        told["availabilityStarts"] = f"{pack.ahead}"
    return told


def _availability(pack: PackOffer) -> str:
    if pack.left:
        return _IN_STOCK
    return _PREORDER if pack.ahead else _SOLD_OUT


def _review(said: Opinion) -> Json:
    rating = {"@type": "Rating", "ratingValue": said.stars, "bestRating": _MOST_STARS}
    told: Json = {
        "@type": "Review",
        "author": {"@type": "Person", "name": said.author},
        "datePublished": f"{said.on}",
        "reviewRating": rating,
    }
    if said.words:
        told["reviewBody"] = said.words
    return told


def _certification(paper: Vouched) -> Json:
    told: Json = {
        "@type": "Certification",
        "name": paper.name,
        "certificationIdentification": paper.number,
        "issuedBy": {"@type": "Organization", "name": paper.issuer},
        "validFrom": f"{paper.valid_from}",
    }
    if paper.valid_until:
        told["expires"] = f"{paper.valid_until}"
    if paper.stars:
        rating = {"@type": "Rating", "ratingValue": paper.stars, "bestRating": _MOST_STARS}
        told["certificationRating"] = rating
    return told


def _unit_price(offered: PackOffer) -> Json:
    return {
        "@type": "UnitPriceSpecification",
        "price": offered.price,
        "priceCurrency": "VND",
        "referenceQuantity": {
            "@type": "QuantitativeValue",
            "value": offered.pack_g,
            "unitCode": "GRM",
            "valueReference": {"@type": "QuantitativeValue", "value": 1, "unitCode": "KGM"},
        },
    }
