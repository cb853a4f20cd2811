"""The one form of an identifier that the hash of an event is taken over.

EPC URIs and Digital Links of any host become a Digital Link on id.gs1.org with the finest level
of identification only (CBV 2.0, event hash rules 17 and 18). Check digits of links are not judged:
the hash has to tell a wrong link from a right one, not to hide either.
"""

import re
from collections.abc import Callable
from typing import Final, NamedTuple
from urllib.parse import quote, unquote

from traceability.ai import table
from traceability.ai_checks import CHECKS, GTIN_LENGTHS, check_digit
from traceability.digital_link import ALPHAS, CANONICAL_STEM, GTIN, GTIN_14

PREFIX_LENGTHS: Final = range(6, 13)
# What a link keeps beside its key: the first of these that it has, or the key alone.
FINEST: Final = {
    "00": (),
    "01": ("21", "235", "10"),
    "253": (),
    "255": (),
    "401": (),
    "402": (),
    "414": ("254",),
    "417": (),
    "8003": (),
    "8004": (),
    "8006": ("21", "10"),
    "8010": ("8011",),
    "8017": (),
    "8018": (),
}
# These need no escape in the canonical form, as in an EPC URI.
PLAIN: Final = "';="
Steps = tuple[str, ...]

_EPC: Final = re.compile(r"urn:epc:(id|class|idpat):([a-z]+):(.+)")
_WEB: Final = re.compile(r"https?://[^/?#]+/([^?#]*)", re.IGNORECASE)


def canonical(text: str) -> str | None:
    """The canonical link, or nothing where the text is no GS1 identifier."""
    if text.startswith("urn:epc:"):
        shape = _EPC.fullmatch(text)
        return _from_epc(*shape.groups()) if shape else None
    shape = _WEB.match(text)
    return _from_link(shape[1]) if shape else None


def _from_link(path: str) -> str | None:
    segments = path.removesuffix("/").split("/")
    for start in range(len(segments) - 2, -1, -2):
        key = ALPHAS.get(segments[start], segments[start])
        if key in FINEST:
            names = [ALPHAS.get(name, name) for name in segments[start::2]]
            values = [unquote(value) for value in segments[start + 1 :: 2]]
            return _finest(key, dict(zip(names, values, strict=True)))
    return None


def _finest(key: str, held: dict[str, str]) -> str | None:
    if key == GTIN and len(held[key]) in GTIN_LENGTHS:
        held[key] = held[key].zfill(GTIN_14)
    if not all(name in table() and table()[name].fits(value) for name, value in held.items()):
        return None
    finest = next(((ai, held[ai]) for ai in FINEST[key] if ai in held), ())
    return _written((key, held[key], *finest))


def _written(steps: Steps) -> str | None:
    """The link of a key, its value and perhaps a qualifier's, if they can be that at all."""
    pairs = tuple(zip(steps[::2], steps[1::2], strict=True))
    if CHECKS["prefix1"](steps[1]) or not all(table()[ai].fits(value) for ai, value in pairs):
        return None
    return CANONICAL_STEM + "".join(f"/{ai}/{quote(value, safe=PLAIN)}" for ai, value in pairs)


class _Scheme(NamedTuple):
    """How one EPC scheme is made up: digits of prefix and reference, further parts, the link."""

    digits: int | None
    parts: int
    steps: Callable[..., Steps]


def _checked(body: str) -> str:
    return f"{body}{check_digit(body)}"


def _gtin(prefix: str, item: str) -> str:
    return _checked(item[0] + prefix + item[1:])


def _class(prefix: str, item: str) -> Steps:
    return (GTIN, _gtin(prefix, item))


def _thing(ai: str) -> Callable[..., Steps]:
    return lambda prefix, item, serial: (*_class(prefix, item), ai, serial)


def _numbered(ai: str, leading: str = "") -> Callable[..., Steps]:
    def steps(prefix: str, reference: str, serial: str = "") -> Steps:
        return (ai, leading + _checked(prefix + reference) + serial)

    return steps


def _joined(ai: str) -> Callable[..., Steps]:
    return lambda prefix, reference: (ai, prefix + reference)


def _carton(prefix: str, serial: str) -> Steps:
    return ("00", _gtin(prefix, serial))


def _place(prefix: str, reference: str, extension: str) -> Steps:
    further = () if extension == "0" else ("254", extension)
    return ("414", _checked(prefix + reference), *further)


def _piece(prefix: str, item: str, piece: str, total: str, *serial: str) -> Steps:
    return ("8006", _gtin(prefix, item) + piece + total, *(("21", *serial) if serial else ()))


def _component(prefix: str, reference: str, *serial: str) -> Steps:
    return ("8010", prefix + reference, *(("8011", *serial) if serial else ()))


GTIN_DIGITS: Final = 13
GLN_DIGITS: Final = 12
SSCC_DIGITS: Final = 17
GSIN_DIGITS: Final = 16
SCHEMES: Final = {
    ("id", "sgtin"): _Scheme(GTIN_DIGITS, 3, _thing("21")),
    ("id", "upui"): _Scheme(GTIN_DIGITS, 3, _thing("235")),
    ("class", "lgtin"): _Scheme(GTIN_DIGITS, 3, _thing("10")),
    ("id", "sscc"): _Scheme(SSCC_DIGITS, 2, _carton),
    ("id", "sgln"): _Scheme(GLN_DIGITS, 3, _place),
    ("id", "pgln"): _Scheme(GLN_DIGITS, 2, _numbered("417")),
    ("id", "grai"): _Scheme(GLN_DIGITS, 3, _numbered("8003", "0")),
    ("id", "giai"): _Scheme(None, 2, _joined("8004")),
    ("id", "gsrn"): _Scheme(SSCC_DIGITS, 2, _numbered("8018")),
    ("id", "gsrnp"): _Scheme(SSCC_DIGITS, 2, _numbered("8017")),
    ("id", "gdti"): _Scheme(GLN_DIGITS, 3, _numbered("253")),
    ("id", "sgcn"): _Scheme(GLN_DIGITS, 3, _numbered("255")),
    ("id", "cpi"): _Scheme(None, 3, _component),
    ("id", "ginc"): _Scheme(None, 2, _joined("401")),
    ("id", "gsin"): _Scheme(GSIN_DIGITS, 2, _numbered("402")),
    ("id", "itip"): _Scheme(GTIN_DIGITS, 5, _piece),
    # Patterns: any serial, so the link ends before it.
    ("idpat", "sgtin"): _Scheme(GTIN_DIGITS, 2, _class),
    ("idpat", "upui"): _Scheme(GTIN_DIGITS, 2, _class),
    ("idpat", "grai"): _Scheme(GLN_DIGITS, 2, _numbered("8003", "0")),
    ("idpat", "gdti"): _Scheme(GLN_DIGITS, 2, _numbered("253")),
    ("idpat", "sgcn"): _Scheme(GLN_DIGITS, 2, _numbered("255")),
    ("idpat", "cpi"): _Scheme(None, 2, _component),
    ("idpat", "itip"): _Scheme(GTIN_DIGITS, 4, _piece),
}


def _from_epc(kind: str, name: str, body: str) -> str | None:
    scheme = SCHEMES.get((kind, name))
    if scheme is None:
        return None
    pattern = kind == "idpat"
    if pattern and not body.endswith(".*"):
        return None
    divided = body.removesuffix(".*" if pattern else "").split(".", scheme.parts - 1)
    parts = [unquote(part) for part in divided]
    if len(parts) != scheme.parts or not _digits_fit(scheme, *parts[:2]):
        return None
    return _written(scheme.steps(*parts))


def _digits_fit(scheme: _Scheme, prefix: str, reference: str) -> bool:
    if len(prefix) not in PREFIX_LENGTHS or not (prefix.isascii() and prefix.isdigit()):
        return False
    if scheme.digits is None:
        return bool(reference)
    digits = prefix + reference
    return len(digits) == scheme.digits and digits.isascii() and digits.isdigit()
