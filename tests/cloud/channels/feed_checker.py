"""A strict reader of product feeds, written from what the channels publish, sharing no code.

Google: the product data specification of Merchant Center (support.google.com/merchants/answer/
7052112) and RSS 2.0 with its namespace. Meta: the catalogue's fields for CSV
(facebook.com/business/help/120325381656392).
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

G = "{http://base.google.com/ns/1.0}"
Attributes = Mapping[str, list[str]]

_REQUIRED = ("id", "title", "description", "link", "image_link", "availability", "price")
_LONGEST = {
    "id": 50,
    "title": 150,
    "description": 5_000,
    "link": 2_000,
    "image_link": 2_000,
    "brand": 70,
    "item_group_id": 50,
}
_KNOWN = {
    *_REQUIRED,
    "availability_date",
    "additional_image_link",
    "brand",
    "gtin",
    "identifier_exists",
    "condition",
    "item_group_id",
    "google_product_category",
    "unit_pricing_measure",
    "unit_pricing_base_measure",
    "shipping_weight",
}
_MANY = {"additional_image_link": 10}
_PATTERN = {
    "price": r"[1-9]\d* VND",
    "availability": r"in_stock|out_of_stock|preorder|backorder",
    "availability_date": r"\d{4}-\d\d-\d\dT\d\d:\d\d[+-]\d{4}",
    "condition": r"new|refurbished|used",
    "identifier_exists": r"yes|no",
    "google_product_category": r"[1-9]\d*",
    "unit_pricing_measure": r"[1-9]\d*(\.\d+)? (mg|g|kg|ml|cl|l|ct)",
    "unit_pricing_base_measure": r"(1|10|100|2|4|8) ?(mg|g|kg|ml|cl|l|ct)|75 ?cl|750 ?ml|50 ?kg",
    "shipping_weight": r"[1-9]\d*(\.\d+)? (g|kg|lb|oz)",
}


def of_rss(octets: bytes) -> list[Attributes]:
    """The items of a feed that is right; raises AssertionError for the first thing that is not."""
    root = ET.fromstring(octets)
    assert root.tag == "rss"
    assert root.get("version") == "2.0"
    (channel,) = root
    assert channel.tag == "channel"
    for name in ("title", "link", "description"):
        assert (channel.findtext(name) or "").strip(), f"the channel has no {name}"
    found = []
    for item in channel.findall("item"):
        told: dict[str, list[str]] = {}
        for element in item:
            assert element.tag.startswith(G), element.tag
            told.setdefault(element.tag.removeprefix(G), []).append(element.text or "")
        found.append(told)
    return checked(found)


def of_tsv(octets: bytes) -> list[Attributes]:
    text = octets.decode("utf-8")
    assert text.endswith("\n")
    first, *lines = text[:-1].split("\n")
    names = first.split("\t")
    assert len(set(names)) == len(names)
    found = []
    for line in lines:
        cells = line.split("\t")
        assert len(cells) == len(names), "a tab or a line's end within a value"
        told = {name: [cell] for name, cell in zip(names, cells, strict=True) if cell}
        for name in _MANY:
            told[name] = [one for cell in told.get(name, []) for one in cell.split(",")]
        found.append({name: values for name, values in told.items() if values})
    return checked(found)


def checked(items: list[dict[str, list[str]]]) -> list[Attributes]:
    ids = [item["id"][0] for item in items]
    assert len(set(ids)) == len(ids), "an id twice"
    for item in items:
        for fault in _faults(item):
            raise AssertionError(f"{item['id'][0]}: {fault}")
    return list(items)


def _faults(item: dict[str, list[str]]) -> Iterator[str]:
    yield from (f"no {name}" for name in _REQUIRED if not item.get(name, [""])[0].strip())
    yield from (f"unknown {name}" for name in item if name not in _KNOWN)
    for name, values in item.items():
        if len(values) > _MANY.get(name, 1):
            yield f"{name} {len(values)} times"
        for value in values:
            yield from _of_value(name, value)
    if (item.get("availability") == ["preorder"]) != ("availability_date" in item):
        yield "what is ordered ahead, and only that, says when it is there"
    gtin = item.get("gtin", [""])[0]
    if not gtin and item.get("identifier_exists") != ["no"]:
        yield "neither a GTIN nor the word that there is none"
    if gtin and not _gtin(gtin):
        yield f"no GTIN: {gtin}"
    if not item.get("brand", [""])[0].strip():
        yield "no brand"


def _of_value(name: str, value: str) -> Iterator[str]:
    if len(value) > _LONGEST.get(name, 5_000):
        yield f"{name} is too long"
    if not re.fullmatch(_PATTERN.get(name, r"(?s).+"), value):
        yield f"{name} is «{value}»"
    if name.endswith("link") and not _is_address(value):
        yield f"{name} is no absolute https address: {value}"
    if re.search(r"<[a-z/]", value):
        yield f"{name} has markup"


def of_meta_csv(octets: bytes) -> list[Mapping[str, str]]:
    text = octets.decode("utf-8")
    source = io.StringIO(text, newline="")
    rows: list[Mapping[str, str]] = list(csv.DictReader(source, strict=True))
    needed = ("id", "title", "description", "availability", "condition", "price")
    ids = [row["id"] for row in rows]
    assert len(set(ids)) == len(ids)
    for row in rows:
        assert None not in row
        for name in (*needed, "link", "image_link", "brand"):
            assert row[name].strip(), f"{row['id']}: no {name}"
        assert row["availability"] in {"in stock", "out of stock", "preorder"}
        assert row["condition"] in {"new", "refurbished", "used"}
        assert re.fullmatch(r"[1-9]\d* VND", row["price"])
        assert len(row["id"]) <= 100
        assert len(row["title"]) <= 200
        assert len(row["description"]) <= 9_999
        assert _is_address(row["link"])
        photos = [row["image_link"], *filter(None, row["additional_image_link"].split(","))]
        assert all(_is_address(one) for one in photos)
        assert len(photos) <= 21
        assert not any((cell or " ")[0] in "=+-@\t\r" for cell in row.values())
    return rows


def _is_address(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme == "https" and "." in parts.netloc and not re.search(r"[\s,<>\"]", text)


def _gtin(text: str) -> bool:
    """GS1 General Specifications 7.9: the check digit."""
    if not re.fullmatch(r"\d{8}|\d{12,14}", text):
        return False
    weights = [3 if place % 2 == 0 else 1 for place in range(len(text) - 1)]
    total = sum(int(digit) * weight for digit, weight in zip(text[-2::-1], weights, strict=True))
    return (total + int(text[-1])) % 10 == 0
