"""Which question a new cooperative is asked next. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """The questions in their order, and the end of them."""

    COOPERATIVE = "cooperative"
    FARM = "farm"
    GREENHOUSE = "greenhouse"
    ZONE = "zone"
    FARMER = "farmer"
    DONE = "done"


@dataclass(frozen=True)
class Known:
    """What is there already."""

    address: bool
    farms: int
    greenhouses: int
    zones: int
    others: int
    """Members and open invitations beside the one who asks."""


def next_step(known: Known, *, manages: bool) -> Step:
    """The first question without an answer; it is found anew each time, so nothing is lost.

    Whoever acts for a manager is not asked what the manager alone may say.
    """
    answers = (
        (known.address or not manages, Step.COOPERATIVE),
        (known.farms > 0, Step.FARM),
        (known.greenhouses > 0, Step.GREENHOUSE),
        (known.zones > 0, Step.ZONE),
        (known.others > 0 or not manages, Step.FARMER),
    )
    return next((step for answered, step in answers if not answered), Step.DONE)


def number(step: Step) -> int:
    """Its place among the questions, from 1."""
    return list(Step).index(step) + 1
