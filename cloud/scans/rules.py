"""What is said about a stamp; decided from facts, never from a guess about the person."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from http import HTTPStatus
from typing import Final

CAUTION_AFTER: Final = 30
"""Different visitors of one stamp; a pack on a table is shown to fewer."""


class Verdict(StrEnum):
    """The answer to «is this stamp real?»; there is no «fake»: copies look alike."""

    GENUINE = "genuine"
    VOID = "void"
    ALTERED = "altered"
    UNKNOWN = "unknown"


STATUS: Final = {
    Verdict.GENUINE: HTTPStatus.OK,
    Verdict.VOID: HTTPStatus.GONE,
    Verdict.ALTERED: HTTPStatus.NOT_FOUND,
    Verdict.UNKNOWN: HTTPStatus.NOT_FOUND,
}


@dataclass(frozen=True)
class Seen:
    """How often and since when buyers have looked at a stamp; the present look included."""

    count: int
    first_day: date | None

    @property
    def often(self) -> bool:
        return self.count > CAUTION_AFTER


@dataclass(frozen=True)
class Printed:
    """What the scanned link says beside the serial; what it leaves out cannot contradict."""

    gtin: str | None = None
    lot: str | None = None


@dataclass(frozen=True)
class Issued:
    """What issuing knows of the scanned serial."""

    gtin: str
    lot: str
    void: bool


def judge(issued: Issued | None, printed: Printed) -> Verdict:
    if issued is None:
        return Verdict.UNKNOWN
    if printed.gtin not in {None, issued.gtin} or printed.lot not in {None, issued.lot}:
        return Verdict.ALTERED
    return Verdict.VOID if issued.void else Verdict.GENUINE
