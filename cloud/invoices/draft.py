"""Pure: an invoice before it has a number; totals add up to what the buyer paid, to the đồng."""

from collections.abc import Sequence
from dataclasses import dataclass

from cloud.invoices.words import amount
from cloud.orders.billing import Vat


@dataclass(frozen=True)
class Party:
    """A seller or a buyer."""

    name: str
    address: str
    tax_code: str = ""
    contact: str = ""


@dataclass(frozen=True)
class Line:
    """Goods or a service at a price that has the tax in it."""

    name: str
    unit: str
    quantity: int
    price: int

    @property
    def total(self) -> int:
        return self.price * self.quantity


@dataclass(frozen=True)
class Draft:
    """All that a provider asks for; `code` names the order and counts once there."""

    code: str
    seller: Party
    buyer: Party
    lines: Sequence[Line]
    vat: Vat

    @property
    def total(self) -> int:
        return sum(line.total for line in self.lines)

    @property
    def net(self) -> int:
        """Without the tax, rounded once for the whole invoice, half up."""
        whole = 100 + self.vat.percent
        return (self.total * 100 * 2 + whole) // (2 * whole)

    @property
    def tax(self) -> int:
        return self.total - self.net

    @property
    def in_words(self) -> str:
        said = amount(self.total)
        return said[0].upper() + said[1:]
