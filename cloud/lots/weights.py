"""Weights as people write them: kilograms, with a comma or a point."""

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from cloud.lots.models import MAX_HARVEST_G


def grams(kg: str) -> int:
    return int(Decimal(kg.replace(",", ".")) * 1000)


def _weighable(kg: str) -> str:
    if not 0 < grams(kg) <= MAX_HARVEST_G:
        raise ValueError("no weight of a harvest")
    return kg


Kilograms = Annotated[
    str, StringConstraints(pattern=r"^\d{1,6}([.,]\d{1,3})?$"), AfterValidator(_weighable)
]
