"""From what the cooperative told to what the law asks. Pure; the law is in `traceability`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from traceability import legal
from traceability.legal import Party, Requirement, Stage

_CERTIFICATES: Final = "certificates"


@dataclass(frozen=True)
class Goods:
    """A lot as the farm's books know it without anybody telling."""

    product: str
    gtin: str
    identity: str
    """Its Digital Link: what traces it."""
    harvested: Stage
    harvested_on: date
    producer: str
    address: str


@dataclass(frozen=True)
class Told:
    """What a person filled in; None is not told, an empty text says that there is none."""

    code: str = ""
    image: str = ""
    brand: str | None = None
    shelf_life: str | None = None
    standards: str | None = None
    warnings: str | None = None
    more: str | None = None
    certificates: Sequence[str] = ()
    no_certificates: bool = False


@dataclass(frozen=True)
class Gap:
    """A field that is not told yet, and where the law asks for it."""

    field: str
    law: str
    number: int


def legal_lot(goods: Goods, told: Told) -> legal.Lot:
    """All that is told of a lot, in the law's fields."""
    facts: dict[str, object] = {
        "product": goods.product,
        "gtin": goods.gtin,
        "producer": Party(name=goods.producer, address=goods.address, code=told.code or None),
        "origin": goods.address,
        "stages": [goods.harvested],
        "produced_on": goods.harvested_on,
        "traceability_code": goods.identity,
    }
    facts |= {name: text or None for name, text in _answers(told) if text is not None}
    if told.image:
        facts["image"] = told.image
    if told.standards:
        facts["standards"] = [told.standards]
    if told.certificates or told.no_certificates:
        facts[_CERTIFICATES] = list(told.certificates) or None
    return legal.Lot.model_validate(facts)


def gaps(goods: Goods, told: Told) -> list[Gap]:
    """What is missing, each field once, in the order of the law."""
    found: dict[str, Gap] = {}
    for one in legal.missing(legal_lot(goods, told)):
        name = _field(one)
        found.setdefault(name, Gap(name, one.law, one.number))
    return list(found.values())


def _field(one: Requirement) -> str:
    """The field to fill in: of the producer only the code is not known by itself."""
    return "shelf_life" if "shelf_life" in one.fields else one.fields[-1]


def _answers(told: Told) -> list[tuple[str, str | None]]:
    return [
        ("brand", told.brand),
        ("shelf_life", told.shelf_life),
        ("warnings", told.warnings),
        ("more", told.more),
    ]
