"""What the public log says, word for word; pure.

A line is JSON with its fields in one order, so that the same fact is always the same octets. It
names runs, lots, products and days by number: no person, no place, and nothing somebody typed.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final

MOST_OCTETS: Final = 4_000
"""Of one line; the longest is that of a lot made of twenty others."""

Json = dict[str, object]


class EntryType(StrEnum):
    """What happened."""

    KEY = "key"
    LOT = "lot"
    RUN = "run"
    ACTIVATED = "activated"
    VOIDED = "voided"
    RECALLED = "recalled"


@dataclass(frozen=True)
class Entry:
    """A line, and by what it is found again."""

    subject: str
    text: str


@dataclass(frozen=True)
class LotFact:
    """A lot as it was harvested or made; what was measured until then comes with it."""

    gtin: str
    code: str
    harvested_on: date
    grams: int
    simulated: bool
    measured: Json
    parts: Sequence[str] = ()
    """Codes of the lots it was made of."""


@dataclass(frozen=True)
class RunFact:
    """A print run: so many stamps of a lot, under one season's key."""

    number: int
    kid: int
    kind: str
    gtin: str
    lot: str
    quantity: int


def of_run(number: int) -> str:
    return f"run:{number}"


def of_lot(gtin: str, code: str) -> str:
    return f"lot:{gtin}/{code}"


def of_key(kid: int) -> str:
    return f"key:{kid}"


def key_made(kid: int, season: str, sealing: bytes, now: datetime) -> Entry:
    """By the public key everybody verifies the sealed stamps of a season."""
    public = base64.b64encode(sealing).decode()
    return _entry(
        of_key(kid), EntryType.KEY, now, {"kid": kid, "season": season, "sealed_key": public}
    )


def lot_made(fact: LotFact, now: datetime) -> Entry:
    told: Json = {
        "gtin": fact.gtin,
        "lot": fact.code,
        "harvested_on": fact.harvested_on.isoformat(),
        "grams": fact.grams,
        "sample": fact.simulated,
        "measured": fact.measured,
    }
    if fact.parts:
        told["made_of"] = sorted(fact.parts)
    return _entry(of_lot(fact.gtin, fact.code), EntryType.LOT, now, told)


def run_issued(fact: RunFact, now: datetime) -> Entry:
    told: Json = {
        "run": fact.number,
        "kid": fact.kid,
        "kind": fact.kind,
        "gtin": fact.gtin,
        "lot": fact.lot,
        "quantity": fact.quantity,
    }
    return _entry(of_run(fact.number), EntryType.RUN, now, told)


def run_activated(number: int, count: int, now: datetime) -> Entry:
    """The first so many stamps are on goods."""
    return _entry(of_run(number), EntryType.ACTIVATED, now, {"run": number, "first": count})


def run_voided(number: int, first: int, last: int, now: datetime) -> Entry:
    """Stamps `first` to `last`, counted from 0, are not to be believed."""
    told: Json = {"run": number, "from": first, "to": last}
    return _entry(of_run(number), EntryType.VOIDED, now, told)


def lot_recalled(gtin: str, code: str, now: datetime) -> Entry:
    return _entry(of_lot(gtin, code), EntryType.RECALLED, now, {"gtin": gtin, "lot": code})


def _entry(subject: str, kind: EntryType, now: datetime, told: Json) -> Entry:
    at = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    body: Json = {"at": at, "type": kind.value, **told}
    text = json.dumps(
        body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    if len(text.encode()) > MOST_OCTETS:
        raise ValueError("an entry of the public log is too long")
    return Entry(subject, text)
