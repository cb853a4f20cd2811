"""Product feeds that channels fetch: Google Merchant Center and Meta's catalogue.

Attributes and their forms are those of the product data specification of Google Merchant Center
(support.google.com/merchants/answer/7052112) as RSS 2.0 in its namespace and as tab-separated
text, and of Meta's catalogue fields (facebook.com/business/help/120325381656392) as CSV. Price,
currency and availability are those of the page that an item leads to, from the same rows at the
same moment. Pure.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from cloud.channels.codes import Channel
from cloud.channels.listing import Listing

NAMESPACE: Final = "http://base.google.com/ns/1.0"
FOOD: Final = "422"
"""«Food, Beverages & Tobacco > Food Items» of Google's product taxonomy, which Meta reads too."""

_ILLEGAL: Final = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREAKS: Final = re.compile(r"[\t\r\n]+")
_MORE_PHOTOS: Final = 10
_FORMULA: Final = "=+-@\t\r "

Item = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class Head:
    """What stands above the items."""

    title: str
    link: str
    about: str


@dataclass(frozen=True)
class Feed:
    """A file that a channel fetches, and how it is written."""

    channel: Channel
    name: str
    media_type: str
    write: Callable[[Head, Iterable[Listing]], Iterator[str]]


def google_item(listing: Listing) -> Item:
    """The attributes of one item, in the order in which they are written."""
    first, *others = listing.photos
    return {
        "id": listing.key,
        "title": listing.title,
        "description": listing.description,
        "link": listing.url,
        "image_link": first.url,
        "additional_image_link": [photo.url for photo in others[:_MORE_PHOTOS]],
        **_available(listing),
        "price": f"{listing.price} VND",
        "brand": listing.brand,
        **_identified(listing),
        "condition": "new",
        "item_group_id": listing.group,
        "google_product_category": FOOD,
        "unit_pricing_measure": f"{listing.net_g} g",
        "unit_pricing_base_measure": "1 kg",
        "shipping_weight": f"{listing.gross_g} g",
    }


def meta_item(listing: Listing) -> Item:
    first, *others = listing.photos
    return {
        "id": listing.key,
        "title": listing.title,
        "description": listing.description,
        "availability": _availability(listing).replace("_", " "),
        "condition": "new",
        "price": f"{listing.price} VND",
        "link": listing.url,
        "image_link": first.url,
        "additional_image_link": ",".join(photo.url for photo in others[:_MORE_PHOTOS]),
        "brand": listing.brand,
        "gtin": listing.gtin,
        "item_group_id": listing.group,
        "google_product_category": FOOD,
    }


def rss(head: Head, listings: Iterable[Listing]) -> Iterator[str]:
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<rss version="2.0" xmlns:g="{NAMESPACE}"><channel>'
        f"<title>{_xml(head.title)}</title><link>{_xml(head.link)}</link>"
        f"<description>{_xml(head.about)}</description>\n"
    )
    for listing in listings:
        told = "".join(_element(name, value) for name, value in google_item(listing).items())
        yield f"<item>{told}</item>\n"
    yield "</channel></rss>\n"


def tsv(_head: Head, listings: Iterable[Listing]) -> Iterator[str]:
    yield "\t".join(_GOOGLE_COLUMNS) + "\n"
    for listing in listings:
        item = google_item(listing)
        yield "\t".join(_cell(item.get(name, "")) for name in _GOOGLE_COLUMNS) + "\n"


def table(_head: Head, listings: Iterable[Listing]) -> Iterator[str]:
    """CSV in which no text begins as a spreadsheet would begin to calculate."""
    yield _line(_META_COLUMNS)
    for listing in listings:
        item = meta_item(listing)
        yield _line([_plain(_cell(item[name])) for name in _META_COLUMNS])


FEEDS: Final = (
    Feed(Channel.GOOGLE, "google.xml", "application/rss+xml; charset=utf-8", rss),
    Feed(Channel.GOOGLE, "google.tsv", "text/tab-separated-values; charset=utf-8", tsv),
    Feed(Channel.FACEBOOK, "facebook.csv", "text/csv; charset=utf-8", table),
)

_META_COLUMNS: Final = (
    "id",
    "title",
    "description",
    "availability",
    "condition",
    "price",
    "link",
    "image_link",
    "additional_image_link",
    "brand",
    "gtin",
    "item_group_id",
    "google_product_category",
)
_GOOGLE_COLUMNS: Final = (
    "id",
    "title",
    "description",
    "link",
    "image_link",
    "additional_image_link",
    "availability",
    "availability_date",
    "price",
    "brand",
    "gtin",
    "identifier_exists",
    "condition",
    "item_group_id",
    "google_product_category",
    "unit_pricing_measure",
    "unit_pricing_base_measure",
    "shipping_weight",
)


def _availability(listing: Listing) -> str:
    if listing.quantity:
        return "in_stock"
    return "preorder" if listing.preorder_on else "out_of_stock"


def _available(listing: Listing) -> Item:
    """What is not harvested yet says when it is, by the clock of this country."""
    told = {"availability": _availability(listing)}
    if told["availability"] == "preorder":
        told["availability_date"] = f"{listing.preorder_on}T00:00+0700"
    return told


def _identified(listing: Listing) -> Item:
    """A GTIN, or that there is truly none: said without one, it is no reason to be refused."""
    return {"gtin": listing.gtin} if listing.gtin else {"identifier_exists": "no"}


def _element(name: str, value: str | Sequence[str]) -> str:
    values = [value] if isinstance(value, str) else value
    return "".join(f"<g:{name}>{_xml(one)}</g:{name}>" for one in values)


def _xml(text: str) -> str:
    return escape(_ILLEGAL.sub("", text))


def _cell(value: str | Sequence[str]) -> str:
    text = value if isinstance(value, str) else ",".join(value)
    return _BREAKS.sub(" ", text)


def _plain(text: str) -> str:
    return text.lstrip(_FORMULA)


def _line(cells: Sequence[str]) -> str:
    sink = io.StringIO()
    csv.writer(sink, lineterminator="\r\n").writerow(cells)
    return sink.getvalue()
