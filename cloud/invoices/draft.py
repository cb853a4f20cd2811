"""Pure: an invoice before it has a number; totals add up to what the buyer paid, to the đồng."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from cloud.invoices.words import amount
from cloud.tax.vat import Vat, without


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
    vat: Vat

    @property
    def total(self) -> int:
        return self.price * self.quantity


@dataclass(frozen=True)
class Taxed:
    """What is sold under one rate, without the tax and with it."""

    vat: Vat
    net: int
    total: int

    @property
    def tax(self) -> int:
        return self.total - self.net


@dataclass(frozen=True)
class Draft:
    """All that a provider asks for; `code` names the order and counts once there."""

    code: str
    seller: Party
    buyer: Party
    lines: Sequence[Line]

    @property
    def total(self) -> int:
        return sum(line.total for line in self.lines)

    @property
    def parts(self) -> list[Taxed]:
        """Each line without its tax, in the order of the lines."""
        of_rate: dict[Vat, list[int]] = defaultdict(list)
        for line in self.lines:
            of_rate[line.vat].append(line.total)
        nets = {vat: iter(without(totals, vat)) for vat, totals in of_rate.items()}
        return [Taxed(line.vat, next(nets[line.vat]), line.total) for line in self.lines]

    @property
    def rates(self) -> list[Taxed]:
        """The sums of each rate, in the order of rates."""
        parts = self.parts
        return [
            Taxed(vat, sum(one.net for one in same), sum(one.total for one in same))
            for vat in Vat
            if (same := [one for one in parts if one.vat is vat])
        ]

    @property
    def net(self) -> int:
        return sum(one.net for one in self.parts)

    @property
    def tax(self) -> int:
        return self.total - self.net

    @property
    def in_words(self) -> str:
        said = amount(self.total)
        return said[0].upper() + said[1:]
