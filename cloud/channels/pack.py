"""What somebody takes along to a floor that has no door for programs: a table, a sheet, pictures.

The same goods give the same octets, whenever it is written.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cloud.channels.codes import Channel
from cloud.channels.goods import Taken
from cloud.channels.listing import Listing
from cloud.channels.mapping import photo_names, table_of
from cloud.channels.proofs import Proof
from cloud.i18n import TIME_ZONE
from cloud.media.store import Store
from cloud.privacy.parcel import Enclosed, parcel
from cloud.vietgap.book import Book, Table
from cloud.vietgap.workbook import workbook

TABLE: Final = "san-pham.xlsx"
SHEET: Final = "chep-dan.html"
_ALWAYS: Final = datetime(1980, 1, 1, tzinfo=TIME_ZONE)
"""The day that all files in it bear: the first that the format knows."""


@dataclass(frozen=True)
class Seller:
    """Who sells, as a floor asks it."""

    name: str
    address: str
    phone: str


def write(
    channel: Channel, seller: Seller, taken: Sequence[Taken], sheet: str, store: Store
) -> Iterator[bytes]:
    """The ZIP, piece by piece; `sheet` is the page of texts to paste."""
    listings = [one.listing for one in taken]
    documents = {SHEET: sheet.encode(), TABLE: workbook(_book(channel, seller, listings))}
    return parcel(documents, [*_pictures(listings, store), *_scans(taken, store)], _ALWAYS)


def proofs(taken: Iterable[Taken]) -> Mapping[Proof, Sequence[str]]:
    """Each certificate once, with the titles of the goods that it vouches for."""
    vouched: dict[Proof, list[str]] = defaultdict(list)
    for one in taken:
        for proof in one.proofs:
            vouched[proof].append(one.listing.title)
    return vouched


def _book(channel: Channel, seller: Seller, listings: Sequence[Listing]) -> Book:
    table = table_of(channel)
    rows = [table.row(listing) for listing in listings]
    widths = [
        _width([heading, *column]) for heading, *column in zip(table.headings, *rows, strict=True)
    ]
    facts = [("Tên", seller.name), ("Địa chỉ", seller.address), ("Điện thoại", seller.phone)]
    return Book("Người bán", facts, [Table(table.sheet, table.headings, widths, rows)], "")


def _width(cells: Sequence[object]) -> float:
    """As wide as what stands in it, in lines that an eye can follow."""
    return min(0.5, max(len(str(cell)) for cell in cells) / 90)


def _pictures(listings: Sequence[Listing], store: Store) -> Iterator[Enclosed]:
    for listing in listings:
        for name, photo in zip(photo_names(listing), listing.photos, strict=True):
            if photo.stored:
                yield Enclosed(name, store.path(photo.stored), _ALWAYS)


def _scans(taken: Sequence[Taken], store: Store) -> Iterator[Enclosed]:
    for proof in proofs(taken):
        if proof.scan:
            yield Enclosed(proof.file, store.path(proof.scan), _ALWAYS)


def file_name(channel: Channel, now: datetime) -> str:
    return f"{channel.value}-{now.astimezone(TIME_ZONE):%Y%m%d}.zip"
