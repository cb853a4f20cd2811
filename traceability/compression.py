"""Digital Links with their path packed into URL-safe base64; read always, written on request.

The packing is that of the GS1 Digital Link compression standard 1.0 as its reference toolkit
does it. A resolver has to read such links; we print none: scanners at a till do not unpack them.
"""

import math
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final, NamedTuple
from urllib.parse import quote, unquote

from traceability.ai import Identifier, ai_length, identifier, table
from traceability.bits import BASE_64, BASE_64_BITS, BitReader, BitWriter
from traceability.digital_link import STRICT, DigitalLink, Tolerance, build, parse
from traceability.elements import Element
from traceability.errors import CompressedLinkError, GS1Error, LinkError

DIGIT_BITS: Final = 4
HEX: Final = "0123456789ABCDEF"
ASCII: Final = "".join(map(chr, range(128)))
FOREIGN: Final = 0xF  # begins a parameter that is no GS1 identifier
FOREIGN_LENGTH_BITS: Final = 7
ENCODING_BITS: Final = 3
# The standard's formula for the width of a number has this margin; without it some differ by one.
MARGIN: Final = 0.01


def _pairs(first: str, codes: str, *seconds: str) -> dict[str, tuple[str, ...]]:
    names = codes.split()
    return {name: (first, second) for name, second in zip(names, seconds, strict=True)}


def _scaled(family: str, decimals: int) -> tuple[str, ...]:
    return tuple(f"{family}{place}" for place in range(decimals))


# Codes for frequent sequences, in the standard's order; the values stand in the order of their AI.
SEQUENCES: Final[dict[str, tuple[str, ...]]] = {
    **_pairs("01", "0A 0B 0C 0D 0E 0F", "22", "10", "21", "17", "7003", "30"),
    "1A": ("01", "10", "17", "21"),
    **_pairs("01", "1B 1C 1D 1E", "15", "11", "16", "91"),
    "1F": ("01", "10", "15"),
    **_pairs("01", "2A 2B 2C 2D 2E 2F", *_scaled("310", 6)),
    **_pairs("01", "3A 3B 3C 3D 3E 3F", *_scaled("320", 6)),
    "9A": ("8010", "8011"),
    "9B": ("8017", "8019"),
    "9C": ("8018", "8019"),
    "9D": ("254", "414"),
    **_pairs("01", "A0 A1 A2 A3 A4 A5 A6 A7 A8 A9", *_scaled("392", 10)),
    **_pairs("255", "C0 C1 C2 C3 C4 C5 C6 C7 C8 C9", *_scaled("390", 10)),
    **_pairs("255", "CA CB CC CD", *_scaled("394", 4)),
}


class _Encoding(NamedTuple):
    """One of the five ways a text is packed."""

    pattern: re.Pattern[str]
    alphabet: str
    width: int


ENCODINGS: Final = (
    _Encoding(re.compile(r"[0-9]+"), "", 0),
    _Encoding(re.compile(r"[0-9a-f]+"), HEX.lower(), DIGIT_BITS),
    _Encoding(re.compile(r"[0-9A-F]+"), HEX, DIGIT_BITS),
    _Encoding(re.compile(r"[A-Za-z0-9_-]+"), BASE_64, BASE_64_BITS),
    _Encoding(re.compile(r"[\x00-\x7f]*"), ASCII, 7),
)
NUMERIC: Final = 0


class _Stretch(NamedTuple):
    """Neighbouring parts of a value that are packed as one."""

    numeric: bool
    fixed: bool
    length: int


def read(uri: str, tolerance: Tolerance = STRICT) -> DigitalLink:
    """A plain link, or one packed wholly or behind its key; the error is the plain link's."""
    try:
        return parse(uri, tolerance)
    except LinkError as error:
        if error.ai is not None:
            raise
        try:
            return parse(expand(uri))
        except GS1Error:
            raise error from None


def expand(uri: str) -> str:
    """The plain link on the host that printed the packed one, its parameters kept."""
    plain, _, query = uri.partition("#")[0].partition("?")
    stem, _, packed = plain.rpartition("/")
    elements, parameters = _unpacked(BitReader(packed))
    behind = stem.split("/")[-2:]
    if len(behind) == len(Element._fields) and behind[0] in table() and table()[behind[0]].key:
        elements.insert(0, Element(behind[0], unquote(behind[1], errors="replace")))
        stem = stem.removesuffix("/" + "/".join(behind))
    made = build(elements).on(stem)
    found = [*([query] if query else []), *parameters]
    return made + ("&" if "?" in made else "?") * bool(found) + "&".join(found)


def compress(made: DigitalLink, stem: str) -> str:
    return f"{stem.rstrip('/')}/{pack(made.elements)}"


def pack(elements: Iterable[Element]) -> str:
    """With the codes for the sequences that it holds, longest first."""
    values = dict(elements)
    writer = BitWriter()
    while code := _longest_code(values):
        writer.text(code, HEX, DIGIT_BITS)
        for ai in SEQUENCES[code]:
            _write(writer, ai, values.pop(ai))
    for ai in sorted(values):
        writer.text(ai, HEX, DIGIT_BITS)
        _write(writer, ai, values[ai])
    return writer.base64()


def _longest_code(values: Mapping[str, str]) -> str | None:
    held = [code for code, ais in SEQUENCES.items() if all(ai in values for ai in ais)]
    return max(held, key=lambda code: len("".join(SEQUENCES[code])), default=None)


def _unpacked(reader: BitReader) -> tuple[list[Element], list[str]]:
    elements: list[Element] = []
    parameters: list[str] = []
    while reader.left >= BASE_64_BITS:
        first, second = reader.number(DIGIT_BITS), reader.number(DIGIT_BITS)
        if first == FOREIGN:
            parameters.append(_parameter(reader, second))
            continue
        code = HEX[first] + HEX[second]
        sequence = SEQUENCES.get(code) or (_identified(reader, code),)
        elements += [Element(ai, _value(reader, ai)) for ai in sequence]
    if reader.left and reader.number(reader.left):
        raise CompressedLinkError("the packed part goes on after its last value")
    return elements, parameters


def _identified(reader: BitReader, code: str) -> str:
    length = ai_length(code)
    if length is None:
        raise CompressedLinkError(f"the packed part names {code}, which is no identifier")
    return code + reader.text(length - len(code), HEX, DIGIT_BITS)


def _parameter(reader: BitReader, start: int) -> str:
    length = start << FOREIGN_LENGTH_BITS - DIGIT_BITS
    length |= reader.number(FOREIGN_LENGTH_BITS - DIGIT_BITS)
    name = reader.text(length, BASE_64, BASE_64_BITS)
    encoding = reader.number(ENCODING_BITS)
    value = _text(reader, encoding, reader.number(FOREIGN_LENGTH_BITS))
    return f"{name}={quote(value, safe='')}"


def _value(reader: BitReader, ai: str) -> str:
    return "".join(_stretch(reader, stretch) for stretch in _stretches(identifier(ai)))


def _stretch(reader: BitReader, stretch: _Stretch) -> str:
    encoding = NUMERIC if stretch.numeric else reader.number(ENCODING_BITS)
    length = stretch.length if stretch.fixed else reader.number(_length_bits(stretch.length))
    return _text(reader, encoding, length)


def _text(reader: BitReader, encoding: int, length: int) -> str:
    if encoding >= len(ENCODINGS):
        raise CompressedLinkError(
            f"the packed part uses encoding {encoding}, which is not defined"
        )
    if encoding == NUMERIC:
        number = reader.number(_digit_bits(length))
        if number >= 10**length:
            raise CompressedLinkError("the packed part holds a number longer than it says")
        return f"{number:0{length}}" if length else ""
    _, alphabet, width = ENCODINGS[encoding]
    return reader.text(length, alphabet, width)


def _write(writer: BitWriter, ai: str, value: str) -> None:
    rest = value
    for stretch in _stretches(identifier(ai)):
        text, rest = rest[: stretch.length], rest[stretch.length :]
        encoding = _encoding(text)
        if not stretch.numeric:
            writer.number(encoding, ENCODING_BITS)
        if not stretch.fixed:
            writer.number(len(text), _length_bits(stretch.length))
        if stretch.numeric or encoding == NUMERIC:
            writer.number(int(text or "0"), _digit_bits(len(text)))
        else:
            writer.text(text, ENCODINGS[encoding].alphabet, ENCODINGS[encoding].width)


def _encoding(text: str) -> int:
    fitting = (place for place, kind in enumerate(ENCODINGS) if kind.pattern.fullmatch(text))
    return next(fitting)


@cache
def _stretches(kind: Identifier) -> tuple[_Stretch, ...]:
    """Digits of certain length, digits that may be missing, then text, each packed together."""
    certain, possible = 0, 0
    text = [part for part in kind.parts if part.characters != "N"]
    for part in kind.parts:
        if part.characters == "N" and part.shortest == part.longest and not part.optional:
            certain += part.longest
        elif part.characters == "N":
            possible += part.longest
    found = [_Stretch(numeric=True, fixed=True, length=certain)] if certain else []
    if possible:
        found.append(_Stretch(numeric=True, fixed=False, length=possible))
    if text:
        fixed = all(part.shortest == part.longest and not part.optional for part in text)
        length = sum(part.longest for part in text)
        found.append(_Stretch(numeric=False, fixed=fixed, length=length))
    return tuple(found)


def _length_bits(longest: int) -> int:
    return math.ceil(math.log2(longest) + MARGIN)


def _digit_bits(digits: int) -> int:
    return math.ceil(digits * math.log2(10) + MARGIN)
