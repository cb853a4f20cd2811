"""What a print run is now, and which of its stamps somebody means. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from traceability.token import SERIAL_LENGTH


class Status(StrEnum):
    """Where a print run is between the press and the shop."""

    ISSUED = "issued"
    ACTIVATED = "activated"
    VOID = "void"


@dataclass(frozen=True)
class Range:
    """Stamps of a run by their index from 0, both ends included."""

    first: int
    last: int

    def covers(self, index: int) -> bool:
        return self.first <= index <= self.last


def status(*, void: bool, activated: int) -> Status:
    if void:
        return Status.VOID
    return Status.ACTIVATED if activated else Status.ISSUED


def is_void(index: int, taken_out: Sequence[Range]) -> bool:
    return any(one.covers(index) for one in taken_out)


def voided(quantity: int, taken_out: Sequence[Range]) -> int:
    """How many of a run's stamps are void; ranges may overlap."""
    count, upto = 0, -1
    for one in sorted(taken_out, key=lambda one: one.first):
        first, last = max(one.first, upto + 1), min(one.last, quantity - 1)
        count += max(last - first + 1, 0)
        upto = max(upto, last)
    return count


def position(text: str, quantity: int) -> int | None:
    """The index that a number from 1 means; None where the text is a serial, or no such number.

    A serial has twenty signs, so the two cannot be mistaken for each other.
    """
    digits = text.strip()
    if not digits.isascii() or not digits.isdigit() or len(digits) >= SERIAL_LENGTH:
        return None
    number = int(digits)
    return number - 1 if 1 <= number <= quantity else None
