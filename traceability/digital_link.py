"""GS1 Digital Links: read, built, and in the canonical form that is the identity of a thing.

The syntax is that of the GS1 Digital Link URI standard 1.6; what it lets a reader tolerate is off
unless asked for. The host is never part of what a link says.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, unquote

from traceability.ai import Identifier, identifier, table
from traceability.ai_checks import GTIN_LENGTHS
from traceability.elements import Element
from traceability.errors import AssociationError, LinkError, shortened

CANONICAL_STEM: Final = "https://id.gs1.org"
GTIN: Final = "01"
GTIN_14: Final = 14
# Mixed case is refused: no scanner writes it, and phones match the scheme exactly.
SCHEMES: Final = ("https://", "HTTPS://", "http://", "HTTP://")
_URI: Final = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*")
_HOST: Final = re.compile(r"[A-Za-z0-9\-.:\[\]]+")
# Words that older links used for identifiers, withdrawn since version 1.2 of the standard.
ALPHAS: Final = {
    "cpid": "8010",
    "cpsn": "8011",
    "cpv": "22",
    "gcn": "255",
    "gdti": "253",
    "giai": "8004",
    "ginc": "401",
    "gln": "414",
    "glnx": "254",
    "gmn": "8013",
    "grai": "8003",
    "gsin": "402",
    "gsrn": "8018",
    "gsrnp": "8017",
    "gtin": "01",
    "itip": "8006",
    "lot": "10",
    "party": "417",
    "refno": "8020",
    "ser": "21",
    "srin": "8019",
    "sscc": "00",
}


@dataclass(frozen=True, slots=True)
class Tolerance:
    """What a reader may let pass that the standard discourages; a strict reader lets nothing."""

    short_gtins: bool = False
    alphas: bool = False
    unknown: bool = False
    unknown_attributes: bool = False


STRICT: Final = Tolerance()


@dataclass(frozen=True, slots=True)
class DigitalLink:
    """A GS1 key with its qualifiers in order, and data attributes, whatever host printed them."""

    path: tuple[Element, ...]
    attributes: tuple[Element, ...] = ()
    tolerance: Tolerance = field(default=STRICT, compare=False, repr=False)

    def __post_init__(self) -> None:
        for ai, value in (*self.path, *self.attributes):
            identifier(ai, unknown=self.tolerance.unknown).check(value)
        order = tuple(ai for ai, _ in self.path)
        if not _is_path(order):
            named = shortened("/".join(order))
            raise LinkError(f"{named} is no key with its qualifiers in their order", order[0])
        for place, (ai, _) in enumerate(self.attributes):
            self._check_attribute(ai, order, self.attributes[:place])

    @property
    def elements(self) -> tuple[Element, ...]:
        return (*self.path, *self.attributes)

    @property
    def key(self) -> Element:
        return self.path[0]

    @property
    def gtin(self) -> str | None:
        return self.value(GTIN)

    @property
    def lot(self) -> str | None:
        return self.value("10")

    @property
    def serial(self) -> str | None:
        return self.value("21")

    def value(self, ai: str) -> str | None:
        return dict(self.elements).get(ai)

    def on(self, stem: str) -> str:
        """The link on a host, e.g. ``https://TXNG.VN``; values of predefined length go first."""
        fixed = [item for item in self.attributes if self._kind(item.ai).predefined]
        others = [item for item in self.attributes if not self._kind(item.ai).predefined]
        return _written(stem, self.path, (*fixed, *others))

    def canonical(self) -> str:
        """Equal for every host that ever printed the link; attributes in the order of their AI."""
        return _written(CANONICAL_STEM, self.path, sorted(self.attributes))

    def identity(self) -> str:
        """The canonical form without attributes: what the link is about, nothing said of it."""
        return _written(CANONICAL_STEM, self.path, ())

    def _kind(self, ai: str) -> Identifier:
        return identifier(ai, unknown=self.tolerance.unknown)

    def _check_attribute(self, ai: str, order: tuple[str, ...], before: Iterable[Element]) -> None:
        if ai in order or any(ai == other for other, _ in before):
            raise LinkError("stands twice in the link", ai)
        known = ai in table()
        if not (table()[ai].attribute if known else self.tolerance.unknown_attributes):
            raise LinkError("is no data attribute of a Digital Link", ai)
        places = range(1, len(order) + 1)
        if any(_is_path((*order[:place], ai, *order[place:])) for place in places):
            raise LinkError("belongs in the path of the link, not behind the ?", ai)


def parse(uri: str, tolerance: Tolerance = STRICT) -> DigitalLink:
    """Read a link; the rightmost key wins, parameters that are no identifiers are ignored."""
    path, query = _split(uri)
    return DigitalLink(_path(path, tolerance), tuple(_attributes(query, tolerance)), tolerance)


def build(elements: Iterable[Element], tolerance: Tolerance = STRICT) -> DigitalLink:
    """The link of an element string: its first key, that key's qualifiers, the rest attributes."""
    values: dict[str, str] = {}
    for ai, value in elements:
        if values.setdefault(ai, value) != value:
            raise AssociationError(f"has two values, {values[ai]} and {value}", ai)
    key = next((ai for ai in values if ai in table() and table()[ai].key), None)
    if key is None:
        raise LinkError("none of the identifiers can be the key of a Digital Link")
    orders = table()[key].qualifiers or ((),)
    best = max(orders, key=lambda order: sum(ai in values for ai in order))
    order = (key, *(ai for ai in best if ai in values))
    path = tuple(Element(ai, values.pop(ai)) for ai in order)
    return DigitalLink(path, tuple(Element(*item) for item in values.items()), tolerance)


def _is_path(order: tuple[str, ...]) -> bool:
    kind = table().get(order[0])
    if kind is None or not kind.key:
        return False
    qualifiers = list(order[1:])
    allowed = kind.qualifiers or ((),)
    return any(qualifiers == [ai for ai in one if ai in qualifiers] for one in allowed)


def _split(uri: str) -> tuple[str, str]:
    scheme = next((scheme for scheme in SCHEMES if uri.startswith(scheme)), None)
    if scheme is None:
        raise LinkError("a Digital Link starts with http:// or https://")
    if not _URI.fullmatch(uri):
        raise LinkError("the link holds a character that a URI must percent-encode")
    host, slash, behind = uri.removeprefix(scheme).partition("/")
    if not slash or not _HOST.fullmatch(host):
        raise LinkError("the link names no host, or one that no host can have")
    path, _, query = behind.partition("#")[0].partition("?")
    return path, query


def _path(path: str, tolerance: Tolerance) -> tuple[Element, ...]:
    segments = path.split("/")
    for start in range(len(segments) - 2, -1, -2):
        ai = _named(segments[start], tolerance)
        if ai not in table():
            break
        if table()[ai].key:
            names, values = segments[start::2], segments[start + 1 :: 2]
            found = zip(names, values, strict=True)
            return tuple(
                _element(_named(name, tolerance), text, tolerance) for name, text in found
            )
    raise LinkError("the path of the link holds no GS1 key with its value")


def _named(segment: str, tolerance: Tolerance) -> str:
    return ALPHAS.get(segment, segment) if tolerance.alphas else segment


def _element(ai: str, text: str, tolerance: Tolerance) -> Element:
    value = unquote(text, errors="replace")
    if tolerance.short_gtins and ai == GTIN and len(value) in GTIN_LENGTHS:
        value = value.zfill(GTIN_14)
    return Element(ai, value)


def _attributes(query: str, tolerance: Tolerance) -> Iterable[Element]:
    for part in query.split("&"):
        name, equals, text = part.partition("=")
        ai = _named(name, tolerance)
        if equals and ai.isdigit():
            yield _element(ai, text.replace("+", "%20"), tolerance)


def _written(stem: str, path: Iterable[Element], attributes: Iterable[Element]) -> str:
    steps = "".join(f"/{ai}/{quote(value, safe='')}" for ai, value in path)
    query = "&".join(f"{ai}={quote(value, safe='')}" for ai, value in attributes)
    return stem.rstrip("/") + steps + (f"?{query}" if query else "")
