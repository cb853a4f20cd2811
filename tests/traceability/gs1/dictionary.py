"""Reads the published GS1 Barcode Syntax Dictionary into our own terms, to compare the tables."""

import re
from collections.abc import Iterator
from pathlib import Path

from traceability.ai import Identifier, Part

# Their name of a check on content, and ours; the character set is checked before either.
NAMES = {
    "csum": "sum",
    "csumalpha": "pair",
    "gcppos1": "prefix1",
    "gcppos2": "prefix2",
    "yymmdd": "day",
    "yymmd0": "day0",
    "yyyymmdd": "birthday",
    "hh": "hour",
    "mi": "minute",
    "ss": "second",
    "hhmi": "clock",
    "iso3166": "country",
    "iso3166999": "country999",
    "iso3166alpha2": "country2",
    "iso4217": "currency",
    "iso5218": "sex",
    "pcenc": "escaped",
    "hyphen": "minus",
    "importeridx": "importer",
    "packagetype": "package",
    "mediatype": "media",
    "posinseqslash": "order",
    "nozeroprefix": "shortest",
    "pieceoftotal": "pieces",
    "hasnondigit": "nondigit",
    "couponcode": "coupon",
    "couponposoffer": "offer",
}
ROW = re.compile(
    r"(?P<ais>\d+(?:-\d+)?)\s+(?P<flags>[*?]*)\s+"
    r"(?P<parts>\[?[NXYZ][^#=]*?)\s*(?P<rules>(?:(?:req|ex|dlpkey)(?:=\S+)?\s*)*)(?:#\s(?P<title>.*))?"
)
PART = re.compile(r"(\[?)([NXYZ])(\.\.)?(\d+)\]?((?:,\w+)*)")


def read(path: Path) -> dict[str, Identifier]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return {found.ai: found for line in lines if line[:1].isdigit() for found in _row(line)}


def _row(line: str) -> Iterator[Identifier]:
    row = ROW.fullmatch(line.rstrip())
    assert row, line
    first, _, last = row["ais"].partition("-")
    rules = [word.partition("=") for word in row["rules"].split()]
    words = {name: value for name, _, value in rules}
    for number in range(int(first), int(last or first) + 1):
        yield Identifier(
            f"{number:0{len(first)}}",
            (row["title"] or "").strip(),
            tuple(_part(text) for text in row["parts"].split()),
            predefined="*" in row["flags"],
            attribute="?" in row["flags"],
            key="dlpkey" in words,
            qualifiers=_groups(words.get("dlpkey", ""), "|", ","),
            needs=_groups(words.get("req", ""), ",", "+"),
            excludes=tuple(filter(None, words.get("ex", "").split(","))),
        )


def _groups(text: str, between: str, within: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(group.split(within)) for group in text.split(between) if group)


def _part(text: str) -> Part:
    shape = PART.fullmatch(text)
    assert shape, text
    optional, characters, variable, length, checks = shape.groups()
    names = tuple(NAMES.get(name, name) for name in checks.split(",") if name)
    shortest = 1 if variable else int(length)
    return Part(characters, shortest, int(length), names, bool(optional))
