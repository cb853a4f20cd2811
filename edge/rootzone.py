"""How dry the roots stand: many gardens in the head, and which of them dries as the real one does.

Pure. Each garden is a water balance of three layers with its own thirst and its own drainage. The
probes decide which gardens to believe, by how their readings *change*: their absolute level is
never used, for every probe is off by its own constant. Litres are per plant.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import exp, log, sqrt
from typing import Final

DAY_S: Final = 86_400.0

ROOTS: Final = (0.45, 0.35, 0.20)
"""Share of the uptake that each third of the root zone tries to cover, from the top."""

SPACING: Final = 0.13
FACTORS: Final = tuple(exp(SPACING * number) for number in range(-4, 5))
"""Water use relative to the crop's table; greenhouse balances fitted 1.04 to 1.93 to one crop."""

FACTOR_SD: Final = 0.20
"""What is believed of the factor before a probe spoke, of its logarithm."""

DRAINAGE: Final = ((0.4, 0.25), (1.0, 0.50), (2.5, 0.25))
"""Drainage time relative to the profile's, and how likely that is beforehand."""

DEPTHS: Final = (0.15, 0.70, 0.15)
"""How likely a probe feels the top, the middle or the lowest third: farmers push by hand."""

MISFIT: Final = 0.006
"""m³/m³ by which a right garden may miss a reading: filtered noise and the plants' spread."""

FAR_OFF: Final = 9.0
"""A squared misfit counts no more than this: beyond it, a probe and not a garden is wrong."""

WEIGHT: Final = 4.0
"""Independent readings a day: hourly ones repeat most of what the one before said."""

FORGET: Final = 0.92
"""Evidence kept from day to day: the crop grows, and with it the factor."""

LEVEL_DAYS: Final = 7.0
"""A probe's own full point is the mean of this many days; drift is slower, drying is faster."""

SURPRISE: Final = 0.03
"""m³/m³ that all probes must miss the believed garden by, the same way: more than a day's heat
makes a cheap probe swing about its mean."""

CAUTION: Final = 0.5
"""Standard deviations of the factor that are watered for beyond its mean: thirst costs a crop."""

TRUE_PAIR: Final = 2
"""A lone probe carries half the weight of two."""

_Layers = tuple[float, float, float]
"""Litres above the full point in each third; negative is depletion."""

GARDENS: Final = tuple((factor, drain) for drain, _ in DRAINAGE for factor in FACTORS)
_LOG_FACTORS: Final = tuple(log(factor) for factor, _ in GARDENS)
_PRIOR: Final = tuple(
    log(chance) - 0.5 * (log(factor) / FACTOR_SD) ** 2
    for _, chance in DRAINAGE
    for factor in FACTORS
)
_LOG_DEPTHS: Final = tuple(log(share) for share in DEPTHS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Medium:
    """One plant's rooted medium; water contents in m³/m³."""

    volume_l: float
    full: float
    """After free drainage."""
    wilting: float
    drain_s: float
    """Time constant with which a third of the root zone sheds what is above its full point."""
    p: float
    """Share of the available water that the crop takes without stress (FAO-56 Table 22)."""

    @property
    def available_l(self) -> float:
        """TAW (FAO-56 Eq. 82), L per plant."""
        return (self.full - self.wilting) * self.volume_l


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one probe has said so far, for every garden and depth, gardens first."""

    levels: tuple[float, ...]
    """The reading at the full point that this garden and depth make likely, m³/m³."""
    misfits: tuple[float, ...]
    """Half the weighted squares by which readings missed it; of recent days."""
    days: float = 0.0
    """How long the levels have been learnt, up to `LEVEL_DAYS`."""


@dataclass(frozen=True, slots=True)
class RootZone:
    """All that is believed of one zone's root zone."""

    gardens: tuple[_Layers, ...]
    planned: _Layers
    """The thirsty plant that is watered for: the believed factor and the leaching on top."""
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    factor: float = 1.0
    """Believed water use relative to the crop's table."""
    spread: float = FACTOR_SD
    """Standard deviation of its logarithm."""

    @property
    def deficit_l(self) -> float:
        """Litres that a plant lacks to its full point; negative: too much.

        It is the thirsty plant that is watered for, or the plant believed in now, if the factor
        was believed lower until lately.
        """
        place = min(len(FACTORS) - 2.0, max(0.0, log(self.factor / FACTORS[0]) / SPACING))
        below = len(FACTORS) + int(place)
        share = place - int(place)
        drier, wetter = -sum(self.gardens[below + 1]), -sum(self.gardens[below])
        return max(-sum(self.planned), wetter + share * (drier - wetter))


def begun(medium: Medium, depletion: float) -> RootZone:
    """A root zone that lacks this share of its available water, all gardens alike."""
    third = -depletion * medium.available_l / 3.0
    layers = (third, third, third)
    return RootZone((layers,) * len(GARDENS), layers)


def lived(
    zone: RootZone, medium: Medium, water_l: float, etc_l: float, seconds: float, leaching: float
) -> RootZone:
    """Time has passed: `water_l` came in, the crop's table says `etc_l` went out."""
    flows = {drain: _flow(medium.drain_s * drain, seconds) for drain, _ in DRAINAGE}
    gardens = tuple(
        _moved(layers, water_l, factor * etc_l, flows[drain], medium)
        for layers, (factor, drain) in zip(zone.gardens, GARDENS, strict=True)
    )
    planned = _moved(zone.planned, water_l, thirst(zone, leaching) * etc_l, flows[1.0], medium)
    return replace(zone, gardens=gardens, planned=planned)


def thirst(zone: RootZone, leaching: float) -> float:
    """What the plant that is watered for drinks, relative to the crop's table."""
    return zone.factor * exp(CAUTION * zone.spread) * (1.0 + leaching)


def heard(
    zone: RootZone, medium: Medium, readings: Mapping[str, float], seconds: float
) -> RootZone:
    """Trusted probes said this, m³/m³, `seconds` after they last did."""
    if not readings:
        return zone
    zone = _corrected(zone, medium, readings)
    days = seconds / DAY_S
    weight = 0.5 * WEIGHT * days / max(TRUE_PAIR, len(readings))
    third = medium.volume_l / 3.0
    lacking = [-litres / third for layers in zone.gardens for litres in layers]
    evidence = {
        **zone.evidence,
        **{
            key: _weighed(zone.evidence.get(key), value, lacking, days, weight)
            for key, value in readings.items()
        },
    }
    return _believed(replace(zone, evidence=evidence))


def forgotten(zone: RootZone, probe: str) -> RootZone:
    """A probe has lied: none of what it said counts."""
    rest = {key: said for key, said in zone.evidence.items() if key != probe}
    return _believed(replace(zone, evidence=rest))


def expected(zone: RootZone, medium: Medium) -> float:
    """The reading, from any zero, of a probe at half depth in the believed garden, m³/m³."""
    return zone.gardens[_nearest(zone)][1] / (medium.volume_l / 3.0)


def _nearest(zone: RootZone) -> int:
    """The garden nearest to the believed factor, with the profile's drainage."""
    away = (abs(log(factor / zone.factor)) for factor in FACTORS)
    return len(FACTORS) + min(enumerate(away), key=lambda pair: pair[1])[0]


def _corrected(zone: RootZone, medium: Medium, readings: Mapping[str, float]) -> RootZone:
    """Where all probes agree that the books are far off, the books give way.

    Somebody watered by hand, a pipe leaks, the thermometer hangs in the shade: no garden explains
    it, and one probe alone does not prove it. The least that all of them say is believed.
    """
    if len(readings) < TRUE_PAIR or not readings.keys() <= zone.evidence.keys():
        return zone
    misses = [_miss(zone, medium, zone.evidence[key], value) for key, value in readings.items()]
    agreed = min(misses, key=abs)
    alike = min(misses) > 0.0 or max(misses) < 0.0
    if not alike or abs(agreed) < SURPRISE:
        return zone
    litres = agreed * medium.volume_l / 3.0
    gardens = tuple(_shifted(layers, litres, medium) for layers in zone.gardens)
    return replace(zone, gardens=gardens, planned=_shifted(zone.planned, litres, medium))


def _miss(zone: RootZone, medium: Medium, said: Evidence, value: float) -> float:
    """How much wetter a probe reads than the believed garden at its likeliest depth, m³/m³."""
    garden = _nearest(zone)
    first = len(DEPTHS) * garden
    misfits = said.misfits[first : first + len(DEPTHS)]
    chances = [chance - misfit for chance, misfit in zip(_LOG_DEPTHS, misfits, strict=True)]
    depth = chances.index(max(chances))
    lacking = -zone.gardens[garden][depth] / (medium.volume_l / 3.0)
    return value + lacking - said.levels[first + depth]


def _shifted(layers: _Layers, litres: float, medium: Medium) -> _Layers:
    """Every third by this much, within what it can hold for long."""
    empty = -medium.available_l / 3.0
    top, middle, low = (max(empty, min(max(layer, 0.0), layer + litres)) for layer in layers)
    return top, middle, low


def _flow(drain_s: float, seconds: float) -> tuple[float, float]:
    """Shares that leave within the step: of what lay above full, and of what flows in evenly."""
    passed = 1.0 - exp(-seconds / drain_s)
    return passed, 1.0 - passed * drain_s / seconds


def _moved(
    layers: _Layers, water_l: float, wanted_l: float, flow: tuple[float, float], medium: Medium
) -> _Layers:
    """Water sinks from third to third, then the roots drink."""
    passed, fresh_passed = flow
    top, middle, low = layers
    top, water_l = _sunk(top, water_l, passed, fresh_passed)
    middle, water_l = _sunk(middle, water_l, passed, fresh_passed)
    low, _ = _sunk(low, water_l, passed, fresh_passed)
    available = medium.available_l
    stress = (available + top + middle + low) / ((1.0 - medium.p) * available)
    thirst = wanted_l if stress >= 1.0 else wanted_l * max(0.0, stress)
    third = available / 3.0
    top, owed = _drunk(top, ROOTS[0] * thirst, third)
    middle, owed = _drunk(middle, owed + ROOTS[1] * thirst, third)
    low, _ = _drunk(low, owed + ROOTS[2] * thirst, third)
    return top, middle, low


def _sunk(level: float, water_l: float, passed: float, fresh_passed: float) -> tuple[float, float]:
    """A third passes on what is above its full point, as a linear reservoir."""
    held = level + water_l
    if held <= 0.0:
        return held, 0.0
    over = level if level > 0.0 else 0.0  # noqa: FURB136 — twice as fast as max()
    out = over * passed + (held - over) * fresh_passed
    return held - out, out


def _drunk(level: float, asked: float, third: float) -> tuple[float, float]:
    """What is left of a third, and what it owes the roots (FAO-56 Eq. 84 gave the stress)."""
    if asked <= third + level:
        return level - asked, 0.0
    taken = max(0.0, third + level)
    return level - taken, asked - taken


def _weighed(
    before: Evidence | None, value: float, lacking: Sequence[float], days: float, weight: float
) -> Evidence:
    """Compare a reading with what every garden at every depth expects, then learn the levels."""
    if before is None:
        return Evidence(tuple(value + lack for lack in lacking), (0.0,) * len(lacking))
    learnt = min(before.days + days, LEVEL_DAYS)
    share = min(1.0, days / learnt) if learnt > 0.0 else 1.0
    kept = FORGET**days
    levels, misfits = [], []
    for level, misfit, lack in zip(before.levels, before.misfits, lacking, strict=True):
        miss = value + lack - level
        square = (miss / MISFIT) ** 2
        misfits.append(kept * misfit + weight * min(FAR_OFF, square))
        levels.append(level + share * miss)
    return Evidence(tuple(levels), tuple(misfits), learnt)


def _believed(zone: RootZone) -> RootZone:
    """The factor that the evidence of all probes makes likely."""
    likelihoods = list(_PRIOR)
    for evidence in zone.evidence.values():
        for number, term in enumerate(_by_garden(evidence)):
            likelihoods[number] += term
    best = max(likelihoods)
    weights = [exp(value - best) for value in likelihoods]
    total = sum(weights)
    mean = sum(w * f for w, f in zip(weights, _LOG_FACTORS, strict=True)) / total
    square = sum(w * f * f for w, f in zip(weights, _LOG_FACTORS, strict=True)) / total
    return replace(zone, factor=exp(mean), spread=sqrt(max(0.0, square - mean * mean)))


def _by_garden(evidence: Evidence) -> Iterator[float]:
    """The logarithm of each garden's likelihood, with the probe at its likeliest depth."""
    thirds = iter(evidence.misfits)
    for misfits in zip(thirds, thirds, thirds, strict=True):
        yield max(depth - misfit for depth, misfit in zip(_LOG_DEPTHS, misfits, strict=True))
