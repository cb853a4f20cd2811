"""Pure: rates of value added tax as invoices name them, and the tax that is in a price.

Law 48/2024/QH15: article 5 says what is not subject to the tax, produce that its grower sells as
it is or plainly prepared first of all; article 9 says the rates.
"""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Final

REDUCED_UNTIL: Final = date(2026, 12, 31)
"""Up to this day 8 % stands for 10 % (Resolution 204/2025/QH15, Decree 174/2025/NĐ-CP)."""


class Vat(StrEnum):
    """How goods are taxed. KCT: not subject to the tax. KKKNT: neither declared nor paid."""

    KCT = "KCT"
    KKKNT = "KKKNT"
    ZERO = "0%"
    FIVE = "5%"
    EIGHT = "8%"
    TEN = "10%"

    @property
    def percent(self) -> int:
        return int(self.value.removesuffix("%")) if self.value.endswith("%") else 0


def standard(day: date) -> Vat:
    """The rate of what is subject to the tax and has no other."""
    return Vat.EIGHT if day <= REDUCED_UNTIL else Vat.TEN


def dearest(rates: Sequence[Vat]) -> Vat:
    """The rate of what goes with goods of these rates (article 9: where they mix, the highest)."""
    highest = max(rates, key=lambda one: one.percent, default=Vat.KCT)
    return highest if highest.percent else Vat.KCT


def without(prices: Sequence[int], vat: Vat) -> list[int]:
    """What prices of one rate are without the tax in them, each to less than a đồng.

    Their sum is rounded once, half up; what the prices lack of it goes to those that lost most.
    """
    whole = 100 + vat.percent
    parts = [divmod(price * 100, whole) for price in prices]
    wanted = (sum(prices) * 200 + whole) // (2 * whole)
    missing = wanted - sum(net for net, _rest in parts)
    lost_most = sorted(range(len(parts)), key=lambda number: -parts[number][1])[:missing]
    return [net + (number in lost_most) for number, (net, _rest) in enumerate(parts)]
