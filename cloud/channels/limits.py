"""What channels take: their limits as data, and what of a listing breaks one. Pure.

Where a channel tells its limits by category and seller (Shopee: `get_item_limit`) only what holds
everywhere stands here; Voso and Postmart publish none, so theirs are what provincial floors ask
farmers for: three photos and a whole description.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Final

from cloud.channels.codes import Channel
from cloud.channels.listing import Listing
from cloud.i18n import _

_MANY: Final = 10**12
_EMOJI: Final = 0x1F000
_SYMBOLS: Final = (range(0x2600, 0x27C0), range(0x2B00, 0x2C00))
_MB: Final = 1_000_000
_KG: Final = 1_000


@dataclass(frozen=True)
class Span:
    """From the least to the most that is taken, both included."""

    least: int = 0
    most: int = _MANY


@dataclass(frozen=True)
class Limits:
    """What one channel takes; characters, đồng, grams, pixels, octets."""

    source: str
    title: Span
    description: Span
    photos: Span
    side: Span
    photo_octets: int
    kinds: frozenset[str]
    price: Span = Span(1)
    gross_g: Span = Span(1)
    key: Span = Span(1, 50)
    title_octets: int = _MANY
    slim: int = _MANY
    """The longer side of a photo in hundredths of the shorter, at most."""
    characters: str = ""
    """What a title must not hold; no channel takes emoji in it."""
    words: tuple[str, ...] = ()
    """What a title must not say, in small letters."""


@dataclass(frozen=True)
class Problem:
    """What keeps a listing off a channel, and what to do about it."""

    channel: Channel
    field: str
    sentence: str
    """Vietnamese, a key of the catalogue; `params` fill it in."""
    params: Mapping[str, object]


_JPEG, _PNG, _WEBP, _GIF = "image/jpeg", "image/png", "image/webp", "image/gif"
_ADVERTISING: Final = ("miễn phí", "khuyến mãi", "giảm giá", "freeship", "rẻ nhất")
"""A title names goods; offers in it are refused (Google Merchant Center: promotional text)."""

LIMITS: Final = {
    Channel.GOOGLE: Limits(
        source="support.google.com/merchants/answer/7052112",
        title=Span(1, 150),
        description=Span(1, 5_000),
        photos=Span(1, 11),
        side=Span(100, 8_000),
        photo_octets=16 * _MB,
        kinds=frozenset({_JPEG, _PNG, _WEBP, _GIF}),
        words=_ADVERTISING,
    ),
    Channel.FACEBOOK: Limits(
        source="facebook.com/business/help/120325381656392",
        title=Span(1, 200),
        description=Span(1, 9_999),
        photos=Span(1, 21),
        side=Span(500, 8_000),
        photo_octets=8 * _MB,
        kinds=frozenset({_JPEG, _PNG}),
        key=Span(1, 100),
    ),
    Channel.VOSO: Limits(
        source="provincial trade floors",
        title=Span(1, 120),
        description=Span(50, 5_000),
        photos=Span(3, 9),
        side=Span(500, 5_000),
        photo_octets=3 * _MB,
        kinds=frozenset({_JPEG, _PNG}),
    ),
    Channel.POSTMART: Limits(
        source="provincial trade floors",
        title=Span(1, 120),
        description=Span(50, 5_000),
        photos=Span(3, 9),
        side=Span(500, 5_000),
        photo_octets=3 * _MB,
        kinds=frozenset({_JPEG, _PNG}),
    ),
    Channel.SHOPEE: Limits(
        source="Shopee Open Platform v2: media_space.upload_image, product.add_item",
        title=Span(1, 255),
        description=Span(1, 5_000),
        photos=Span(1, 9),
        side=Span(1, 8_000),
        photo_octets=10 * _MB,
        kinds=frozenset({_JPEG, _PNG}),
    ),
    Channel.TIKTOK: Limits(
        source="TikTok Shop Open API 202309: POST /product/202309/products",
        title=Span(25, 255),
        description=Span(1, 10_000),
        photos=Span(1, 9),
        side=Span(300, 4_000),
        photo_octets=10 * _MB,
        kinds=frozenset({_JPEG, _PNG, _WEBP}),
    ),
    Channel.LAZADA: Limits(
        source="Lazada Open Platform: /product/create, /image/migrate",
        title=Span(1, 255),
        title_octets=255,
        description=Span(1, 25_000),
        photos=Span(1, 8),
        side=Span(330, 5_000),
        photo_octets=3 * _MB,
        kinds=frozenset({_JPEG, _PNG}),
        gross_g=Span(1, 40 * _KG),
        characters="^~|",
    ),
}


def check(listing: Listing, channels: Iterable[Channel] = tuple(Channel)) -> tuple[Problem, ...]:
    """All that keeps this listing off these channels, in their order."""
    return tuple(
        Problem(channel, name, sentence, params)
        for channel in channels
        for name, sentence, params in _found(listing, LIMITS[channel])
    )


def together(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """One for each thing to do: what several channels ask is said once, by the first of them."""
    first: dict[tuple[str, str, str], Problem] = {}
    for one in problems:
        first.setdefault((one.field, one.sentence, str(one.params)), one)
    return tuple(first.values())


_Found = tuple[str, str, dict[str, object]]


def _found(listing: Listing, limits: Limits) -> Iterator[_Found]:
    return chain(
        _in_title(listing, limits),
        _in_length("description", listing.description, limits.description),
        _in_photos(listing, limits),
        _in_numbers(listing, limits),
    )


def _in_title(listing: Listing, limits: Limits) -> Iterator[_Found]:
    title = listing.title
    yield from _in_length("title", title, limits.title)
    if len(title) <= limits.title.most and len(title.encode()) > limits.title_octets:
        yield "title", _("Tên bán dài quá. Hãy viết ngắn lại."), {}
    wrong = [one for one in title if one in limits.characters or _is_picture(one)]
    if wrong:
        yield "title", _("Tên bán có ký tự không dùng được: %(signs)s"), {"signs": wrong[0]}
    said = next((word for word in limits.words if word in title.lower()), None)
    if said:
        yield "title", _("Bỏ chữ «%(word)s» khỏi tên bán."), {"word": said}


def _in_length(name: str, text: str, span: Span) -> Iterator[_Found]:
    short, long = _LENGTHS[name]
    if len(text) < span.least:
        yield name, short, {"least": span.least}
    elif len(text) > span.most:
        yield name, long, {"most": span.most}


_LENGTHS: Final = {
    "title": (
        _("Tên bán ngắn quá, cần ít nhất %(least)s chữ cái."),
        _("Tên bán dài quá, nhiều nhất %(most)s chữ cái."),
    ),
    "description": (
        _("Lời giới thiệu ngắn quá, cần ít nhất %(least)s chữ cái."),
        _("Lời giới thiệu dài quá, nhiều nhất %(most)s chữ cái."),
    ),
}


def _in_photos(listing: Listing, limits: Limits) -> Iterator[_Found]:
    photos = listing.photos
    if len(photos) < limits.photos.least:
        yield "photos", _("Cần ít nhất %(least)s ảnh."), {"least": limits.photos.least}
    for number, photo in enumerate(photos[: limits.photos.most], 1):
        sides = sorted((photo.width, photo.height))
        if photo.kind not in limits.kinds or photo.octets > limits.photo_octets:
            yield "photos", _("Ảnh %(number)s nặng quá hoặc sai kiểu."), {"number": number}
        elif sides[0] < limits.side.least:
            small: dict[str, object] = {"number": number, "least": limits.side.least}
            yield "photos", _("Ảnh %(number)s nhỏ quá, mỗi cạnh cần %(least)s điểm."), small
        elif sides[1] > limits.side.most:
            yield "photos", _("Ảnh %(number)s lớn quá."), {"number": number}
        elif sides[1] * 100 > sides[0] * limits.slim:
            yield "photos", _("Ảnh %(number)s dài quá. Hãy cắt gần vuông."), {"number": number}


def _in_numbers(listing: Listing, limits: Limits) -> Iterator[_Found]:
    if not limits.price.least <= listing.price <= limits.price.most:
        yield "price", _("Giá này nơi đó không nhận."), {}
    if not limits.gross_g.least <= listing.gross_g <= limits.gross_g.most:
        yield (
            "weight",
            _("Gói nặng quá, nhiều nhất %(most)s kg."),
            {"most": limits.gross_g.most // _KG},
        )
    if not limits.key.least <= len(listing.key) <= limits.key.most:
        yield "key", _("Mã gói dài quá."), {}


def _is_picture(character: str) -> bool:
    """Emoji and the signs that are drawn as such."""
    return ord(character) >= _EMOJI or any(ord(character) in signs for signs in _SYMBOLS)
