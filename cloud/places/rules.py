"""Which question a new cooperative is asked next. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """The questions in their order, and the end of them."""

    COOPERATIVE = "cooperative"
    FARM = "farm"
    GREENHOUSE = "greenhouse"
    ZONE = "zone"
    FARMER = "farmer"
    DEVICE = "device"
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
    devices: int
    """That serve now."""


def next_step(known: Known, *, manages: bool, put_off: Collection[Step] = ()) -> Step:
    """The first question without an answer; it is found anew each time, so nothing is lost.

    Whoever acts for a manager is not asked what the manager alone may say, and nobody what they
    put off.
    """
    answers = (
        (known.address or not manages, Step.COOPERATIVE),
        (known.farms > 0, Step.FARM),
        (known.greenhouses > 0, Step.GREENHOUSE),
        (known.zones > 0, Step.ZONE),
        (known.others > 0 or not manages, Step.FARMER),
        (known.devices > 0, Step.DEVICE),
    )
    open_ones = (step for answered, step in answers if not answered and step not in put_off)
    return next(open_ones, Step.DONE)


def number(step: Step) -> int:
    """Its place among the questions, from 1."""
    return list(Step).index(step) + 1
