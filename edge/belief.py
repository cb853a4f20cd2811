"""What a zone believes of its roots between two doses: water in, water out, what probes said.

Pure. It keeps the books of `edge.rootzone` in steps, lets the probes speak once an hour, stops
listening to one that does not move when it should, and catches up after a power cut.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from edge import rootzone
from edge.agronomy import CropCurve
from edge.evaporation import Air, Climate, When, observed
from edge.rootzone import DAY_S, Medium, RootZone
from edge.trust import Trust, judged

STEP_S: Final = 900.0
"""Books are closed this often while water moves; coir drains within minutes."""

QUIET_S: Final = 3600.0
"""And this often at night; the drainage of a resting root zone is exact for any step."""

STILL_SHARE: Final = 0.02
"""Use below this share of the available water is a quiet time."""

HEAR_S: Final = 7200.0
OUTAGE_S: Final = 600.0
"""Wall time that passed without the agent, beyond what clocks differ by."""

LONGEST_S: Final = 3 * DAY_S
"""A longer absence tells nothing of the roots: they are dry, and the first doses find out."""

FIRST_DEPLETION: Final = (0.0, 0.50)
"""Bounds of what an uncalibrated probe may claim at the very start, share of TAW."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Garden:
    """What is known of a zone's plants before anything is measured."""

    medium: Medium
    area_m2: float
    """Ground per plant."""
    curve: CropCurve | None
    """Kc through the cycle; None: nobody said when it was planted."""
    planted: int | None
    """Ordinal of the local day."""
    leaching: float
    """Water beyond the believed need, for the plants that get least of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What is seen of a zone at one moment."""

    now: float
    """Monotonic seconds."""
    wall_s: float | None
    """Seconds since 1970; None while the clock is untrusted."""
    minute: int | None
    day: int | None
    litres: float
    """Running total per plant."""
    air: Air
    readings: Mapping[str, float]
    """Fresh probes by name, m³/m³."""
    expected: float = 1.0
    """ETo of this day relative to the days before, by a forecast."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """Survives restarts, except for what counts from the start of the agent."""

    roots: RootZone
    climate: Climate = field(default_factory=Climate)
    trust: Mapping[str, Trust] = field(default_factory=dict)
    seen: float | None = None
    """Monotonic seconds of the latest sight; None after a start."""
    wall_s: float | None = None
    litres: float = 0.0
    day: int | None = None
    water_l: float = 0.0
    """Since the books were last closed, per plant."""
    etc_l: float = 0.0
    open_s: float = 0.0
    """How long the books have been open."""
    unheard_s: float = 0.0

    @property
    def deficit_l(self) -> float:
        """Litres per plant that the thirsty plant lacks now, books still open included."""
        return self.roots.deficit_l - self.water_l

    def is_current(self, now: float, litres: float) -> bool:
        """Whether a look would tell nothing new: no water moved, little time passed."""
        return self.seen is not None and litres == self.litres and 0.0 <= now - self.seen < STEP_S

    def asleep(self) -> "Belief":
        """What is left of it when the agent starts anew."""
        return replace(self, seen=None, litres=0.0)


def first(garden: Garden, vwc: float | None) -> Belief:
    """The first belief: as dry as the probes say, within reason; full if they do not."""
    least, most = FIRST_DEPLETION
    medium = garden.medium
    lacks = least if vwc is None else (medium.full - vwc) / (medium.full - medium.wilting)
    return Belief(roots=rootzone.begun(medium, min(most, max(least, lacks))))


def seen(belief: Belief, garden: Garden, sight: Sight) -> Belief:
    """Bring the books up to this moment."""
    seconds = 0.0 if belief.seen is None else max(0.0, sight.now - belief.seen)
    missing = _absence(belief, sight, seconds)
    if missing > 0.0:
        belief = _caught_up(belief, garden, sight, missing)
    when = When(minute=sight.minute, day=sight.day, seconds=seconds, expected=sight.expected)
    climate, rate = observed(belief.climate, sight.air, when)
    belief = replace(
        belief,
        climate=climate,
        seen=sight.now,
        wall_s=belief.wall_s if sight.wall_s is None else sight.wall_s,
        day=belief.day if sight.day is None else sight.day,
        litres=sight.litres,
        water_l=belief.water_l + max(0.0, sight.litres - belief.litres),
        etc_l=belief.etc_l + _etc_l(belief, garden, sight.minute, rate, seconds),
        open_s=belief.open_s + seconds,
        unheard_s=belief.unheard_s + seconds,
    )
    belief = _closed(belief, garden) if _is_due(belief, garden) else belief
    return _heard(belief, garden, sight) if belief.unheard_s >= HEAR_S else belief


def usual_l(belief: Belief, garden: Garden, minute: int, seconds: float) -> float:
    """Litres that the plant watered for drinks from a minute of the day on, on a usual day."""
    etc_l = _etc_l(belief, garden, minute, belief.climate.usual(minute), seconds)
    return rootzone.thirst(belief.roots, garden.leaching) * etc_l


def trusted(belief: Belief, readings: Mapping[str, float]) -> dict[str, float]:
    """The readings of probes that have not been caught lying."""
    return {
        key: value
        for key, value in readings.items()
        if key not in belief.trust or belief.trust[key].is_trusted
    }


def _absence(belief: Belief, sight: Sight, seconds: float) -> float:
    """Seconds of wall time in which nobody looked: a power cut."""
    if belief.wall_s is None or sight.wall_s is None:
        return 0.0
    missing = sight.wall_s - belief.wall_s - seconds
    return min(LONGEST_S, missing) if missing > OUTAGE_S else 0.0


def _caught_up(belief: Belief, garden: Garden, sight: Sight, missing: float) -> Belief:
    """What the plants drank meanwhile, by the usual hours of their days."""
    left = missing
    while left > 0.0:
        seconds = min(STEP_S, left)
        minute = None if sight.minute is None else int(sight.minute - left / 60.0) % 1440
        rate = belief.climate.usual(minute)
        belief = replace(
            belief,
            etc_l=belief.etc_l + _etc_l(belief, garden, minute, rate, seconds),
            open_s=belief.open_s + seconds,
        )
        belief = _closed(belief, garden)
        left -= seconds
    return replace(belief, unheard_s=0.0)


def _etc_l(
    belief: Belief, garden: Garden, minute: int | None, rate: float, seconds: float
) -> float:
    """Litres per plant by the crop's table (FAO-56 Eq. 58)."""
    kc = 1.0
    if garden.curve is not None and garden.planted is not None and belief.day is not None:
        age = belief.day - garden.planted + (minute or 0) / 1440.0
        kc = garden.curve.at(max(0.0, age))
    return kc * rate * garden.area_m2 * seconds / DAY_S


def _is_due(belief: Belief, garden: Garden) -> bool:
    moved = belief.water_l > 0.0
    moved = moved or belief.etc_l > STILL_SHARE * garden.medium.available_l
    return belief.open_s >= (STEP_S if moved else QUIET_S)


def _closed(belief: Belief, garden: Garden) -> Belief:
    """Close the books: every garden in the head lives through what was written down."""
    if belief.open_s <= 0.0:
        return belief
    roots = rootzone.lived(
        belief.roots,
        garden.medium,
        belief.water_l,
        belief.etc_l,
        belief.open_s,
        garden.leaching,
    )
    return replace(belief, roots=roots, water_l=0.0, etc_l=0.0, open_s=0.0)


def _heard(belief: Belief, garden: Garden, sight: Sight) -> Belief:
    """Let the probes speak, each only while its own movement makes it worth hearing."""
    belief = _closed(belief, garden)
    roots, trust = belief.roots, dict(belief.trust)
    due = rootzone.expected(roots, garden.medium)
    for key, value in sight.readings.items():
        trust[key] = judged(trust.get(key, Trust()), value, due, belief.unheard_s)
        if not trust[key].is_trusted:
            roots = rootzone.forgotten(roots, key)
    belief = replace(belief, trust=trust)
    said = trusted(belief, sight.readings)
    roots = rootzone.heard(roots, garden.medium, said, belief.unheard_s)
    return replace(belief, roots=roots, unheard_s=0.0)
