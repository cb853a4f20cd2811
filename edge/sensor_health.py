"""Which sensors are heard; pure. One lost answer is weather, a minute without any is a fault."""

from dataclasses import dataclass, replace
from typing import Final

from edge.readings import Failure
from wire.codes import SensorFault

FAULT_S: Final = 60.0
"""Six questions in a row; sparks of a relay cost a bus one or two answers."""

UNHEARD: Final = Failure(SensorFault.BUS_HUNG, "the bus has not come back from a question")


@dataclass(frozen=True, slots=True)
class Health:
    """One sensor: when it was last well, why it is not, and what was told of it."""

    well_at: float
    """Monotonic seconds; the start counts as well."""
    failure: Failure | None = None
    told: SensorFault | None = None


def heard(health: Health, at: float, failure: Failure | None) -> Health:
    """Take an answer, or the lack of one, received at `at`."""
    if failure is None:
        return replace(health, well_at=at, failure=None)
    return replace(health, failure=failure)


def asked(health: Health) -> Health:
    """Nothing came between two questions: until it does, the bus hangs."""
    return replace(health, failure=health.failure or UNHEARD)


def news(health: Health, now: float) -> tuple[Health, Failure | None, bool]:
    """What is to be told now: the memory after it, a new fault, whether it is well again."""
    failure = health.failure
    if failure is None and health.told is None:
        return health, None, False
    if failure is None:
        return replace(health, told=None), None, True
    if now - health.well_at < FAULT_S or health.told is failure.fault:
        return health, None, False
    return replace(health, told=failure.fault), failure, False
