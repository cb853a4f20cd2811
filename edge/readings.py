"""What a sensor says in one answer, and how it fails to: the words between drivers and senses."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from wire.codes import SensorFault


class Quantity(StrEnum):
    """What a sensor measures, with the unit of its value."""

    MOISTURE = "moisture"  # m³/m³; of an analogue probe only counts and volts are known
    SOIL_C = "soil_c"  # °C
    EC = "ec"  # µS/cm
    PH = "ph"
    AIR_C = "air_c"  # °C
    RH = "rh"  # fraction
    RADIATION = "rad_w_m2"  # W/m², short-wave
    LEVEL = "level"  # fraction of a full tank; of a converter only counts and volts are known


@dataclass(frozen=True, slots=True)
class Reading:
    """One quantity of an answer."""

    raw: int
    """As it came over the wire: counts of a converter, or a register."""
    value: float
    """What that stands for: volts of a converter, else the quantity in its own unit."""


Answer = Mapping[Quantity, Reading]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no answer."""

    fault: SensorFault
    why: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """An answer, or the lack of one, and when it was complete (monotonic seconds)."""

    sensor: str
    at: float
    outcome: Answer | Failure


class Sensor(Protocol):
    """A device on a bus."""

    def read(self) -> Answer:
        """Ask it once, for no longer than its driver's time limit.

        Raises:
            SensorError: it does not answer, or nothing that can be believed.
        """
        ...

    def close(self) -> None:
        """Let go of what it holds."""
        ...
