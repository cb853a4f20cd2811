"""The port through which a forecast comes; each source is an adapter behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol


class SourceName(StrEnum):
    """Where a forecast may come from."""

    PERSISTENCE = "persistence"
    OPEN_METEO = "open_meteo"


@dataclass(frozen=True)
class Day:
    """What a day drew, or will: FAO-56 reference evapotranspiration in the open air, mm."""

    on: date
    et0_mm: float


class NoForecastError(Exception):
    """The source told nothing usable; its text names a reason, never an address or a key."""


class Source(Protocol):
    """Where forecasts come from."""

    @property
    def name(self) -> SourceName:
        """For people and for what is stored."""
        ...

    def days(self) -> Sequence[Day]:
        """Some days before today, today, and some days ahead; none: tomorrow is as today.

        Raises:
            NoForecastError: nobody answered, or nothing that can be believed.
        """
        ...


class Persistence:
    """Tomorrow as today: each house goes by what it measured itself."""

    name = SourceName.PERSISTENCE

    def days(self) -> Sequence[Day]:
        return ()
