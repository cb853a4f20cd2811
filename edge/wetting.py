"""Whether the soil answers the water: what was given since a probe last rose, and how each went.

Pure. A zone is blamed only when no probe answers: one silent probe beside one that answers is a
broken probe.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

TELLING_DOSES: Final = 2
"""One dose may vanish into a dry top layer; the second one finds it wet."""

TELLING_RISES: Final = 4.0
"""The doses are judged once together they should raise the probes by this × the least rise."""

FALLEN_RISES: Final = 2.0
"""A probe this × the least rise below where it began has dried while water was given."""

SILENT_RISES: Final = 0.5
"""A probe that moved less than this × the least rise all the while measures nothing."""


@dataclass(frozen=True, slots=True)
class Course:
    """How one probe went since the first unanswered dose, m³/m³."""

    start: float
    low: float
    high: float

    def with_value(self, value: float) -> "Course":
        return replace(self, low=min(self.low, value), high=max(self.high, value))


@dataclass(frozen=True, slots=True)
class Wetting:
    """The doses since the soil last answered; empty after an answer and after a start."""

    doses: int = 0
    given: float = 0.0
    """Water given, as a rise of the rooted medium's water content, m³/m³."""
    courses: tuple[Course | None, ...] = ()
    """Probe by probe; None for one not heard yet."""

    def begun(self) -> "Wetting":
        """A dose begins."""
        return replace(self, doses=self.doses + 1)

    def with_water(self, given: float, values: Sequence[float | None]) -> "Wetting":
        """Water went into the zone while the probes read this."""
        if not self.doses:
            return self
        known = (*self.courses, *[None] * (len(values) - len(self.courses)))
        courses = tuple(_went(c, v) for c, v in zip(known, values, strict=False))
        return replace(self, given=self.given + given, courses=courses)

    def is_answered(self, values: Sequence[float | None], rise: float) -> bool:
        """Whether any probe stands `rise` above its lowest since the first of these doses."""
        return any(
            course is not None and value is not None and value - course.low >= rise
            for course, value in zip(self.courses, values, strict=False)
        )

    def is_telling(self, min_rise: float) -> bool:
        """Whether so much was given that a healthy zone must have answered."""
        return self.doses >= TELLING_DOSES and self.given >= TELLING_RISES * min_rise

    def is_refuted(self, values: Sequence[float | None], min_rise: float) -> bool:
        """Whether half of the probes heard, or more, have dried all the same or never moved."""
        verdicts = [
            _refutes(course, value, min_rise)
            for course, value in zip(self.courses, values, strict=False)
            if course is not None and value is not None
        ]
        return bool(verdicts) and 2 * sum(verdicts) >= len(verdicts)


def _went(course: Course | None, value: float | None) -> Course | None:
    if value is None:
        return course
    return Course(value, value, value) if course is None else course.with_value(value)


def _refutes(course: Course, value: float, min_rise: float) -> bool:
    fell = course.start - value >= FALLEN_RISES * min_rise
    return fell or course.high - course.low < SILENT_RISES * min_rise
