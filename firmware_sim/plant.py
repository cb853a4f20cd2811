"""A trellised melon in its place: how much water the air draws through it now."""

from dataclasses import dataclass
from typing import Final

from edge import evaporation
from edge.agronomy import CropCurve
from firmware_sim.climate import Air
from firmware_sim.soil import Demand

DAY_S: Final = 86_400.0
MELON: Final = CropCurve(days=(15, 25, 30, 15), initial=0.15, middle=1.00, end=0.70)
"""Basal coefficients of sweet melon (FAO-56 Table 17) on the stages of a trellised cycle."""

MELON_P: Final = 0.40
MELON_AREA: Final = 0.40
"""m² of ground per plant at 2.5 plants/m²."""


@dataclass(frozen=True, slots=True)
class Plant:
    """`vigour` is this plant's own demand relative to its neighbours'."""

    age_days: float
    vigour: float = 1.0

    def demand(self, eto_mm_day: float, dt: float, since_start_s: float) -> Demand:
        """What it asks for in the next `dt` seconds."""
        basal = self.vigour * MELON.at(self.age_days + since_start_s / DAY_S)
        reference_l = eto_mm_day * dt / DAY_S * MELON_AREA
        return Demand(reference_l, basal, MELON_P, basal * eto_mm_day)


def reference_et(air: Air) -> float:
    """ETo in mm/d as a rate, on the air of this moment."""
    return evaporation.reference_et(air.celsius, air.rh, air.radiation)
