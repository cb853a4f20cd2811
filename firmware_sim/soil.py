"""One plant's rooted medium as a bucket: FAO-56's root zone and surface layer at any time step.

Litres throughout. In every step: stored after is stored before, plus in, minus out.
"""

from dataclasses import dataclass
from math import exp
from typing import Final

from edge.agronomy import depletion_fraction, stress_coefficient

KC_MAX: Final = 1.20
"""Upper limit of crop and soil evaporation together, sheltered from wind (FAO-56 Eq. 72)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Medium:
    """Hydraulics of what the roots stand in."""

    volume_l: float
    full: float
    """Water content after free drainage, m³/m³."""
    wilting: float
    saturated: float
    wet_s: float
    """Time constant of water spreading from the emitter into the medium."""
    drain_s: float
    """Time constant of drainage above the full point."""
    evaporable_l: float
    """TEW: what the surface can lose to the air."""
    easily_l: float
    """REW: the part of TEW that evaporates unhindered."""
    exposed: float
    """Share of the canopy's ground that is wet and open to the air (few, Eq. 75)."""
    reaching: float = 1.0
    """Share of the water that falls on that ground (few/fw, Eq. 77)."""


COIR: Final = Medium(
    volume_l=10.0, full=0.55, wilting=0.25, saturated=0.85, wet_s=300.0, drain_s=1500.0,
    evaporable_l=0.30, easily_l=0.15, exposed=0.06,
)  # fmt: skip
SOIL: Final = Medium(
    volume_l=60.0, full=0.28, wilting=0.12, saturated=0.42, wet_s=2400.0, drain_s=18_000.0,
    evaporable_l=1.6, easily_l=0.7, exposed=0.15,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Demand:
    """What air and plant ask of the soil, per plant."""

    reference_l: float
    """ETo over this step on the canopy's area."""
    basal: float
    """Kcb."""
    p_table: float
    etc_mm_day: float
    kc_max: float = KC_MAX


@dataclass(frozen=True, slots=True)
class Fluxes:
    """Where water went in one step."""

    transpired: float
    evaporated: float
    drained: float
    stress: float


class Bucket:
    """State of one plant's medium."""

    def __init__(self, medium: Medium, fill: float) -> None:
        self.medium = medium
        self.root_l = fill * medium.full * medium.volume_l
        self.free_l = 0.0
        self.surface_depletion = medium.evaporable_l

    @property
    def stored_l(self) -> float:
        return self.root_l + self.free_l

    @property
    def theta(self) -> float:
        """Water content that a probe between the roots meets, m³/m³."""
        return self.root_l / self.medium.volume_l

    def step(self, dt: float, water_l: float, demand: Demand) -> Fluxes:
        """Advance by `dt` seconds, taking `water_l` from the emitter.

        The paper's order, so that a step of a day is its daily balance: both coefficients by the
        depletion before the step, then water, then evapotranspiration, then drainage (Eq. 85).
        """
        stress, evaporable = self._stress(demand), self._evaporable(demand)
        self._wet(dt, water_l)
        transpired = self._take(stress * demand.basal * demand.reference_l)
        evaporated = self._take(evaporable)
        dried = self.surface_depletion + evaporated
        self.surface_depletion = min(self.medium.evaporable_l, dried)
        return Fluxes(transpired, evaporated, self._drain(dt), stress)

    def _wet(self, dt: float, water_l: float) -> None:
        self.free_l += water_l
        spread = self.free_l * -_gone(dt, self.medium.wet_s)
        self.free_l -= spread
        self.root_l += spread
        wetted = self.medium.reaching * water_l
        self.surface_depletion = max(0.0, self.surface_depletion - wetted)

    def _drain(self, dt: float) -> float:
        medium = self.medium
        over = self.root_l - medium.full * medium.volume_l
        if over <= 0.0:
            return 0.0
        spill = max(0.0, self.root_l - medium.saturated * medium.volume_l)
        drained = max(spill, over * -_gone(dt, medium.drain_s))
        self.root_l -= drained
        return drained

    def _stress(self, demand: Demand) -> float:
        medium = self.medium
        depletion = medium.full * medium.volume_l - self.root_l
        available = (medium.full - medium.wilting) * medium.volume_l
        p = depletion_fraction(demand.p_table, demand.etc_mm_day)
        return stress_coefficient(depletion, available, p)

    def _evaporable(self, demand: Demand) -> float:
        """E = Ke·ETo with Ke by Eq. 71 and Kr by Eq. 74."""
        medium = self.medium
        span = medium.evaporable_l - medium.easily_l
        reduction = min(1.0, max(0.0, (medium.evaporable_l - self.surface_depletion) / span))
        coefficient = min(
            reduction * (demand.kc_max - demand.basal), medium.exposed * demand.kc_max
        )
        return max(0.0, coefficient) * demand.reference_l

    def _take(self, wanted: float) -> float:
        taken = min(wanted, self.root_l)
        self.root_l -= taken
        return taken


def _gone(dt: float, tau: float) -> float:
    """Minus the share that a store with time constant `tau` loses in `dt`."""
    return exp(-dt / tau) - 1.0
