"""The evidence score of a lot: what devices measured, what others certified, what was declared.

Pure. The weights are those of ADR 0015: they say how hard it is to make something up, not how good
the goods are. Whatever is missing lowers the score, an unmeasured day as much as an unsaid dose.
"""

from dataclasses import dataclass
from typing import Final

MEASURED: Final = 60
CERTIFIED: Final = 25
DECLARED: Final = 15
"""Points of a hundred. A lot of declarations alone stays below a sixth of them."""
UNSIGNED: Final = 0.5
"""Of a day whose rows came, but no summary that its device signed."""
LEAST_DAYS: Final = 1


@dataclass(frozen=True)
class Basis:
    """What is known of a lot. `days` from planting to harvest, both included."""

    days: int
    measured_days: int
    signed_days: int
    certificates: int
    """That somebody else gave and that held on the day of harvest."""
    entries: int
    """Lines that people wrote into the diary of the zone meanwhile."""
    inputs: int
    """Sprays and fertilisers among them."""
    told_inputs: int
    """Those of which product, registration, dose and, for sprays, days of waiting are told."""


@dataclass(frozen=True)
class Part:
    """So many points of so many."""

    points: int
    most: int


@dataclass(frozen=True)
class Score:
    """Each part of a hundred, and the days that nobody measured."""

    measured: Part
    certified: Part
    declared: Part
    basis: Basis

    @property
    def points(self) -> int:
        return self.measured.points + self.certified.points + self.declared.points

    @property
    def unmeasured_days(self) -> int:
        return max(0, self.basis.days - self.basis.measured_days)


def score(basis: Basis) -> Score:
    return Score(
        Part(_points(MEASURED, _measured(basis)), MEASURED),
        Part(CERTIFIED if basis.certificates > 0 else 0, CERTIFIED),
        Part(_points(DECLARED, _declared(basis)), DECLARED),
        basis,
    )


def _measured(basis: Basis) -> float:
    """The share of the days that were measured; a signed one counts whole."""
    days = max(basis.days, LEAST_DAYS)
    measured = min(basis.measured_days, days)
    signed = min(basis.signed_days, measured)
    return (signed + UNSIGNED * (measured - signed)) / days


def _declared(basis: Basis) -> float:
    """Nothing where nothing was written; else the share of inputs that are told in full."""
    if basis.entries <= 0:
        return 0.0
    return 1.0 if basis.inputs <= 0 else min(basis.told_inputs / basis.inputs, 1.0)


def _points(most: int, share: float) -> int:
    """Rounded down: nobody gets a point for almost."""
    return int(most * share + 1e-9)
