"""What a stamp would be in print, before one is issued: version, dots and size of its code."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from traceability.errors import FitError
from traceability.labels import GRIDS
from traceability.layout import room_mm
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
    sheets: tuple[str, ...]
    """The sheets whose labels have room for it."""

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
            sheets = tuple(name for name in GRIDS if _has_room(name, modules, dpi))
            yield Plan(kind, link, fit(modules, dpi, _ENDLESS_MM), sheets)


def _has_room(sheet: str, modules: int, dpi: int) -> bool:
    try:
        fit(modules, dpi, room_mm(GRIDS[sheet]))
    except FitError:
        return False
    return True
