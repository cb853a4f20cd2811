"""GS1 facts we print and read: check digits, GTINs and Digital Links; refuses what GS1 forbids.

Facts are from the GS1 General Specifications and the Digital Link URI syntax; an application
identifier (AI) that is not in the table is refused, never guessed.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from traceability.errors import GS1Error

CANONICAL_STEM: Final = "https://id.gs1.org"
CHECKED_LENGTHS: Final = frozenset({8, 12, 13, 14, 17, 18})
GTIN_14: Final = 14
GTIN_LENGTHS: Final = frozenset({8, 12, 13, 14})
SCHEMES: Final = frozenset({"http", "HTTP", "https", "HTTPS"})
# GS1 character set 82: what a batch, serial or variant may hold.
_TEXT: Final = re.compile(r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]+")
_URI: Final = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
KEY: Final = "01"


@dataclass(frozen=True, slots=True)
class _Text:
    title: str
    longest: int


# Qualifiers of a GTIN in the only order a link may have them; 235 stands alone.
_QUALIFIERS: Final = {
    "22": _Text("variant", 20),
    "10": _Text("batch or lot", 20),
    "21": _Text("serial", 20),
    "235": _Text("third-party serial", 28),
}
_ORDERS: Final = (("22", "10", "21"), ("235",))


@dataclass(frozen=True, slots=True)
class DigitalLink:
    """A GTIN of 14 digits and its qualifiers, whatever host printed them."""

    gtin: str
    qualifiers: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        _check_gtin(self.gtin)
        present = [ai for ai, _ in self.qualifiers]
        for ai, value in self.qualifiers:
            _check_qualifier(ai, value)
        if not any(present == [ai for ai in order if ai in present] for order in _ORDERS):
            raise GS1Error(f"{'/'.join(present)} cannot follow a GTIN in this order", KEY)

    @property
    def lot(self) -> str | None:
        return dict(self.qualifiers).get("10")

    @property
    def serial(self) -> str | None:
        return dict(self.qualifiers).get("21")

    def on(self, stem: str) -> str:
        """The link on a host, e.g. ``https://TXNG.VN``."""
        pairs = ((KEY, self.gtin), *self.qualifiers)
        return stem.rstrip("/") + "".join(f"/{ai}/{quote(value, safe='')}" for ai, value in pairs)

    def canonical(self) -> str:
        """The identity of the thing, equal for every host that ever printed it."""
        return self.on(CANONICAL_STEM)


def link(gtin: str, *, lot: str | None = None, serial: str | None = None) -> DigitalLink:
    parts = (("10", lot), ("21", serial))
    return DigitalLink(gtin14(gtin), tuple((ai, value) for ai, value in parts if value))


def parse(uri: str) -> DigitalLink:
    """Read a Digital Link; the rightmost GTIN key wins, unknown query parameters are ignored."""
    parts = _split(uri)
    segments = parts.path.split("/")[1:]
    for start in range(len(segments) - 2, -1, -2):
        if segments[start] == KEY:
            break
    else:
        raise GS1Error("the link has no key that this version reads", KEY)
    values = [unquote(segment, errors="strict") for segment in segments[start:]]
    pairs = tuple(zip(values[::2], values[1::2], strict=True))
    _refuse_attributes(parts.query)
    return DigitalLink(pairs[0][1], pairs[1:])


def check_digit(body: str) -> int:
    """Modulo 10 with weights 3 and 1 from the right."""
    return -sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(body))) % 10


def has_check_digit(number: str) -> bool:
    digits = number.isascii() and number.isdigit() and len(number) in CHECKED_LENGTHS
    return digits and check_digit(number[:-1]) == int(number[-1])


def gtin14(gtin: str) -> str:
    """A GTIN-8, -12, -13 or -14 in the 14 digits that links and databases hold."""
    if len(gtin) not in GTIN_LENGTHS:
        raise GS1Error(f"a GTIN has 8, 12, 13 or 14 digits, not {len(gtin)}", KEY)
    padded = gtin.zfill(GTIN_14)
    _check_gtin(padded)
    return padded


def internal_gtin(number: int) -> str:
    """A restricted-circulation GTIN-13 (prefix 20) for a cooperative that has no GS1 prefix."""
    body = f"020{number:010d}"
    if number < 0 or len(body) >= GTIN_14:
        raise GS1Error("an internal item number has at most 10 digits", KEY)
    return f"{body}{check_digit(body)}"


def _split(uri: str) -> "_Parts":
    scheme = uri.partition("://")[0]
    if scheme not in SCHEMES:
        raise GS1Error("a Digital Link starts with http:// or https://")
    if not _URI.fullmatch(uri):
        raise GS1Error("the link holds a character that a URI must percent-encode")
    try:
        parts = urlsplit(uri)
    except ValueError as error:
        raise GS1Error("the link's host is malformed") from error
    if not parts.netloc:
        raise GS1Error("the link names no host")
    return _Parts(parts.path, parts.query)


@dataclass(frozen=True, slots=True)
class _Parts:
    path: str
    query: str


def _refuse_attributes(query: str) -> None:
    for part in query.split("&"):
        name, equals, _ = part.partition("=")
        if equals and name.isdigit():
            raise GS1Error("data attributes in the query are not read by this version", name)


def _check_gtin(gtin: str) -> None:
    if len(gtin) != GTIN_14 or not (gtin.isascii() and gtin.isdigit()):
        raise GS1Error("a GTIN in a link has 14 digits", KEY)
    if not has_check_digit(gtin):
        raise GS1Error(f"the check digit of {gtin} should be {check_digit(gtin[:-1])}", KEY)


def _check_qualifier(ai: str, value: str) -> None:
    if ai not in _QUALIFIERS:
        raise GS1Error("cannot qualify a GTIN in a link", ai)
    kind = _QUALIFIERS[ai]
    if not 1 <= len(value) <= kind.longest:
        raise GS1Error(f"a {kind.title} has 1 to {kind.longest} characters", ai)
    if not _TEXT.fullmatch(value):
        raise GS1Error(f"a {kind.title} holds a character outside GS1's set 82", ai)
