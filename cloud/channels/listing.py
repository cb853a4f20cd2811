"""The one shape in which a pack goes to any channel, its digest, and how two of them differ. Pure.

Money is đồng, mass grams, a quantity whole packs.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Final
from unicodedata import normalize

Json = dict[str, object]

SHORT_TITLE: Final = 25
"""Below this the shop's name is added: no channel wants a longer one at least (TikTok Shop)."""

_NO_LETTER: Final = "=+-@ "
"""Nothing is called so, and a spreadsheet would begin to calculate."""

_NO_TAG: Final = str.maketrans("<>", "\u2039\u203a")
"""Some channels take a description for HTML, and throw away what looks like it."""

_UNTOLD: Final = frozenset({"net_g", "preorder_on"})
"""Told by the pack's name already, or only in feeds: no channel has a field for it."""


@dataclass(frozen=True)
class Photo:
    """A picture as a channel fetches it; sides in pixels."""

    url: str
    width: int
    height: int
    octets: int
    kind: str = "image/jpeg"
    stored: str = ""
    """Its name in our store, where it is enclosed instead of fetched."""


@dataclass(frozen=True)
class Pack:
    """What is known of one pack of a product, before it is told to anybody."""

    key: str
    product: str
    name: str
    about: str
    pack: str
    net_g: int
    price: int
    origin: str
    harvested_on: date
    photos: tuple[Photo, ...] = ()
    gtin: str = ""
    gross_g: int = 0
    certificates: tuple[str, ...] = ()
    preorder_on: date | None = None


@dataclass(frozen=True)
class Listing:
    """One pack as a channel may show it; `key` is our own id, by which it is found again.

    `preorder_on` is when it is harvested, where it can be ordered before.
    """

    key: str
    group: str
    title: str
    description: str
    url: str
    brand: str
    price: int
    quantity: int
    pack: str
    net_g: int
    gross_g: int
    origin: str
    photos: tuple[Photo, ...]
    gtin: str
    certificates: tuple[str, ...]
    listed: bool
    preorder_on: date | None = None


@dataclass(frozen=True)
class Change:
    """A field that a channel shows otherwise than we do."""

    field: str
    ours: str
    theirs: str


def canonical(pack: Pack, shop: str, url: str, quantity: int, *, listed: bool) -> Listing:
    """The listing of a pack; what is not for sale has no packs."""
    title = _text(f"{pack.name} {pack.pack}").lstrip(_NO_LETTER)
    if len(title) < SHORT_TITLE:
        title = _text(f"{title} – {shop}")
    return Listing(
        key=pack.key,
        group=pack.product,
        title=title,
        description=_text(_described(pack, shop)),
        url=url,
        brand=_text(shop),
        price=pack.price,
        quantity=quantity if listed else 0,
        pack=pack.pack,
        net_g=pack.net_g,
        gross_g=max(pack.gross_g, pack.net_g),
        origin=_text(pack.origin),
        photos=pack.photos,
        gtin=pack.gtin,
        certificates=pack.certificates,
        listed=listed,
        preorder_on=pack.preorder_on if listed else None,
    )


def withdrawn(listing: Listing) -> Listing:
    """The same, taken off the shelf; it is never deleted, for its history stays with it."""
    return replace(listing, quantity=0, listed=False, preorder_on=None)


def document(listing: Listing) -> Json:
    """What is compared and kept: texts, whole numbers, lists of texts."""
    told = {name: value for name, value in asdict(listing).items() if name not in _UNTOLD}
    told["photos"] = [photo.url for photo in listing.photos]
    told["certificates"] = list(listing.certificates)
    return told


def digest(told: Mapping[str, object]) -> str:
    """SHA-256 of the canonical JSON: sorted, without spaces, composed letters."""
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(normalize("NFC", text).encode()).hexdigest()


def changes(ours: Mapping[str, object], theirs: Mapping[str, object]) -> Iterator[Change]:
    """Field by field; one that a channel does not tell of is not compared."""
    for name, value in ours.items():
        if name in theirs and theirs[name] != value:
            yield Change(name, _shown(value), _shown(theirs[name]))


def _described(pack: Pack, shop: str) -> str:
    """The grower's words, then what the label has to say (Decree 43/2017, article 10)."""
    facts = [
        f"Quy cách: {pack.pack}.",
        f"Nơi trồng: {pack.origin}.",
        f"Thu hoạch: {pack.harvested_on:%d/%m/%Y}.",
        f"Người bán: {shop}.",
    ]
    words = pack.about.strip() or f"{pack.name}."
    return " ".join([words, *facts, *(f"{name}." for name in pack.certificates)])


def _text(words: str) -> str:
    return " ".join(normalize("NFC", words).translate(_NO_TAG).split())


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
