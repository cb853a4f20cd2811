"""What the roots stand in: the numbers a grower reads off the bag, and what the bag really is."""

from dataclasses import dataclass, replace
from typing import Final

from firmware_sim.chance import stream

PLANTS: Final = 10
AREA_M2: Final = 0.40
"""Ground per plant at 2.5 plants/m²."""

DRIPPER_LPH: Final = 2.0
"""One emitter per plant."""

VOLUME_SD: Final = 0.05
FULL_SD: Final = 0.01
"""Bags are not filled alike: the full and the wilting point move together, m³/m³."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Medium:
    """Hydraulics of one plant's rooted medium; water contents in m³/m³."""

    name: str
    kind: str
    """The product's preset that a grower chooses for it."""
    volume_l: float
    full: float
    wilting: float
    saturated: float
    drain_s: float
    """Time constant of drainage above the full point, per layer."""
    p: float
    """Share of the available water that a melon takes without stress."""
    probe_lag_s: float
    peak_shots: int
    """Shots a day that a grower's timer gives in this medium."""

    @property
    def available_l(self) -> float:
        """TAW, L per plant."""
        return (self.full - self.wilting) * self.volume_l


SOIL: Final = Medium(
    name="soil", kind="sandy-loam", volume_l=60.0, full=0.23, wilting=0.11, saturated=0.42,
    drain_s=5 * 3600.0, p=0.45, probe_lag_s=24 * 60.0, peak_shots=2,
)  # fmt: skip
COCO: Final = Medium(
    name="coco", kind="coir", volume_l=10.0, full=0.60, wilting=0.30, saturated=0.85,
    drain_s=0.4 * 3600.0, p=0.40, probe_lag_s=9 * 60.0, peak_shots=6,
)  # fmt: skip
MEDIA: Final = {medium.name: medium for medium in (SOIL, COCO)}


def true_medium(declared: Medium, seed: int) -> Medium:
    """The medium that is really there, drawn around the declared one."""
    chance = stream(seed, "medium", declared.name)
    shift = chance.gauss(0.0, FULL_SD)
    return replace(
        declared,
        volume_l=declared.volume_l * chance.gauss(1.0, VOLUME_SD),
        full=declared.full + shift,
        wilting=declared.wilting + shift,
    )
