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
    RECALLED = "recalled"
    ALTERED = "altered"
    INACTIVE = "inactive"
    UNKNOWN = "unknown"


class Headline(StrEnum):
    """The three neutral things that a buyer reads first."""

    GENUINE = "genuine"
    RECALLED = "recalled"
    UNCONFIRMED = "unconfirmed"


HEADLINE: Final = {
    Verdict.GENUINE: Headline.GENUINE,
    Verdict.VOID: Headline.RECALLED,
    Verdict.RECALLED: Headline.RECALLED,
    Verdict.ALTERED: Headline.UNCONFIRMED,
    Verdict.INACTIVE: Headline.UNCONFIRMED,
    Verdict.UNKNOWN: Headline.UNCONFIRMED,
}
STATUS: Final = {
    Verdict.GENUINE: HTTPStatus.OK,
    Verdict.VOID: HTTPStatus.GONE,
    Verdict.RECALLED: HTTPStatus.GONE,
    Verdict.ALTERED: HTTPStatus.NOT_FOUND,
    Verdict.INACTIVE: HTTPStatus.OK,
    Verdict.UNKNOWN: HTTPStatus.NOT_FOUND,
}


@dataclass(frozen=True)
class Seen:
    """How often and since when buyers have looked at a stamp; the present look included."""

    count: int
    first_day: date | None
    copied: bool = False
    """Looked at in more places, on more days and by more kinds of device than one pack is."""

    @property
    def often(self) -> bool:
        return self.copied or self.count > CAUTION_AFTER


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
    active: bool = True
    recalled: bool = False


def judge(issued: Issued | None, printed: Printed) -> Verdict:
    if issued is None:
        return Verdict.UNKNOWN
    if printed.gtin not in {None, issued.gtin} or printed.lot not in {None, issued.lot}:
        return Verdict.ALTERED
    if issued.recalled:
        return Verdict.RECALLED
    if issued.void:
        return Verdict.VOID
    return Verdict.GENUINE if issued.active else Verdict.INACTIVE
