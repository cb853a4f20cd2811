"""What a stamp would be in print, before one is issued: version, dots and size of its code."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from traceability.errors import FitError
from traceability.labels import GRIDS
from traceability.layout import arrange
from traceability.payload import base, stamp_link
from traceability.qr import Fit, fit, symbol
from traceability.sealed import DIGITS
from traceability.token import SERIAL_LENGTH

RESOLUTIONS: Final = (203, 300, 600)
"""Of the printers that print labels: two thermal ones, and a laser."""

_ENDLESS_MM: Final = 10_000.0


@dataclass(frozen=True, slots=True)
class Plan:
    """One kind of stamp at one resolution."""

    kind: str
    link: str
    fit: Fit
    sheets: Mapping[str, float]
    """The side in mm of the code on labels that have room for it: larger where there is more."""

    @property
    def version(self) -> int:
        return (self.fit.modules - 17) // 4


def plans(host: str, gtin: str | None, resolutions: tuple[int, ...]) -> Iterator[Plan]:
    """Unit and sealed stamps of a host, at each resolution.

    Raises:
        GS1Error: the host or the GTIN is none.
    """
    zero = "0" * SERIAL_LENGTH
    links = {
        "unit": stamp_link(host, zero, gtin),
        "sealed": f"{base(host)}/S/{'1' * DIGITS}",
    }
    for kind, link in links.items():
        modules = symbol(link).size
        for dpi in resolutions:
            printed = {name: _side_mm(name, modules, dpi) for name in GRIDS}
            sheets = {name: side for name, side in printed.items() if side is not None}
            yield Plan(kind, link, fit(modules, dpi, _ENDLESS_MM), sheets)


def _side_mm(sheet: str, modules: int, dpi: int) -> float | None:
    try:
        return arrange(modules, GRIDS[sheet], dpi).fit.symbol_mm
    except FitError:
        return None
