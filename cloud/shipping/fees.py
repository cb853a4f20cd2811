"""Pure: what the way to the buyer costs, by the shop's own tariff. Money is đồng, mass grams."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

STEP_G: Final = 1_000
"""Beyond the first grams carriers count each kilogram that is begun."""


class Delivery(StrEnum):
    """How goods change hands."""

    HOME = "home"
    PICKUP = "pickup"


@dataclass(frozen=True)
class Tariff:
    """So much for the first grams, so much for each kilogram begun beyond, nothing from an amount.

    Raises:
        ValueError: a fee or a mass below nothing.
    """

    base: int = 0
    base_g: int = 0
    step: int = 0
    free_from: int | None = None

    def __post_init__(self) -> None:
        if min(self.base, self.base_g, self.step, self.free_from or 0) < 0:
            raise ValueError("a tariff below nothing")


FREE: Final = Tariff()
"""Of a shop that has set none: its prices hold at the door."""


def quote(tariff: Tariff, mass_g: int, goods_total: int, delivery: Delivery) -> int:
    """The fee for goods of this mass and price; who fetches them pays none."""
    if delivery is Delivery.PICKUP:
        return 0
    if tariff.free_from is not None and goods_total >= tariff.free_from:
        return 0
    beyond = max(0, mass_g - tariff.base_g)
    begun = -(-beyond // STEP_G)
    return tariff.base + tariff.step * begun
