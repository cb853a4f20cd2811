"""Pure: how a product is described to machines that read pages (schema.org)."""

from dataclasses import dataclass
from typing import Final

from cloud.products.rules import pack_name

Json = dict[str, object]

_IN_STOCK: Final = "https://schema.org/InStock"
_SOLD_OUT: Final = "https://schema.org/OutOfStock"


@dataclass(frozen=True)
class Offered:
    """What machines are told of a product."""

    name: str
    description: str
    sku: str
    url: str
    shop: str
    price: int
    pack_g: int
    left: int


def json_ld(offered: Offered) -> Json:
    """A schema.org Product with one offer and its price per kilogram."""
    organisation: Json = {"@type": "Organization", "name": offered.shop}
    return {
        "@context": "https://schema.org",
        "@type": "Product",
        "sku": offered.sku,
        "name": offered.name,
        "description": offered.description,
        "brand": {"@type": "Brand", "name": offered.shop},
        "countryOfOrigin": {"@type": "Country", "name": "VN"},
        "offers": {
            "@type": "Offer",
            "url": offered.url,
            "price": offered.price,
            "priceCurrency": "VND",
            "availability": _IN_STOCK if offered.left > 0 else _SOLD_OUT,
            "itemCondition": "https://schema.org/NewCondition",
            "priceSpecification": _unit_price(offered),
            "seller": organisation,
        },
    }


def description(text: str, name: str, pack_g: int, origin: str) -> str:
    """The grower's own words, or the plain facts where there are none."""
    return text or f"{name}, {pack_name(pack_g)}. {origin}."


def _unit_price(offered: Offered) -> Json:
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
