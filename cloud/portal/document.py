"""The document for the national portal, as JSON and as two tables. Pure.

The portal of the National Barcode Centre (Decision 100/QĐ-TTg) publishes no interface, so the form
is our own: the ten fields of Circular 02/2024/TT-BKHCN and the eight of Decree 37/2026/NĐ-CP,
Article 32, under the names of `traceability.legal`, with GS1 identifiers. It names no person, and
no serial of a stamp: whoever had the list could print them.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from cloud.sheet import written
from traceability import legal

FORMAT: Final = "vuonso-portal/1"
_LOTS: Final = (
    "gtin",
    "lot",
    "product",
    "image",
    "producer",
    "address",
    "producer_code",
    "origin",
    "stages",
    "produced_on",
    "traceability_code",
    "brand",
    "expires_on",
    "shelf_life",
    "standards",
    "certificates",
    "warnings",
    "more",
    "grams",
    "recalled_on",
)
_STAMPS: Final = ("gtin", "lot", "run", "kind", "quantity", "on_goods", "void", "issued_on")


@dataclass(frozen=True)
class Stamps:
    """One print run; `void` are ranges of stamps counted from 1, the last included."""

    run: int
    kind: str
    quantity: int
    on_goods: int
    void: Sequence[tuple[int, int]]
    issued_on: date


@dataclass(frozen=True)
class LotTold:
    """One lot of which everything is told that the law asks for."""

    code: str
    facts: legal.Lot
    grams: int
    recalled_on: date | None
    stamps: Sequence[Stamps]


@dataclass(frozen=True)
class Document:
    """All of one cooperative since a day; `left_out` lots are not told completely yet."""

    cooperative: str
    made_at: datetime
    since: date
    lots: Sequence[LotTold]
    left_out: Sequence[str]

    def files(self) -> dict[str, bytes]:
        """By their names."""
        return {
            "portal.json": self._json(),
            "lots.csv": written([_LOTS, *map(_lot_row, self.lots)]),
            "stamps.csv": written([_STAMPS, *(row for lot in self.lots for row in _rows(lot))]),
        }

    def _json(self) -> bytes:
        told = {
            "format": FORMAT,
            "cooperative": self.cooperative,
            "made_at": self.made_at.isoformat(),
            "since": self.since.isoformat(),
            "lots": [_lot(one) for one in self.lots],
            "left_out": list(self.left_out),
        }
        return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def _lot(one: LotTold) -> dict[str, object]:
    return {
        "lot": one.code,
        **one.facts.model_dump(mode="json"),
        "grams": one.grams,
        "recalled_on": _day(one.recalled_on) or None,
        "stamps": [{**vars(run), "issued_on": _day(run.issued_on)} for run in one.stamps],
    }


def _lot_row(one: LotTold) -> list[str]:
    facts, producer = one.facts, one.facts.producer
    stages = [
        f"{stage.name} {stage.product_code} {stage.location_code} {stage.at.isoformat()}"
        for stage in facts.stages
    ]
    return [
        facts.gtin or "",
        one.code,
        facts.product or "",
        facts.image or "",
        producer.name if producer else "",
        producer.address if producer else "",
        (producer.code if producer else None) or "",
        facts.origin or "",
        "; ".join(stages),
        _day(facts.produced_on),
        facts.traceability_code or "",
        facts.brand or "",
        _day(facts.expires_on),
        facts.shelf_life or "",
        "; ".join(facts.standards),
        "; ".join(facts.certificates or ()),
        facts.warnings or "",
        facts.more or "",
        str(one.grams),
        _day(one.recalled_on),
    ]


def _rows(one: LotTold) -> list[list[str]]:
    return [
        [
            one.facts.gtin or "",
            one.code,
            str(run.run),
            run.kind,
            str(run.quantity),
            str(run.on_goods),
            "; ".join(f"{first}-{last}" for first, last in run.void),
            _day(run.issued_on),
        ]
        for run in one.stamps
    ]


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
