"""A trellised melon in its place: how much water the air draws through it now."""

from dataclasses import dataclass
from typing import Final

from edge.agronomy import CropCurve, Weather, penman_monteith, saturation_vapour_pressure
from firmware_sim.climate import Air
from firmware_sim.soil import Demand

WIND: Final = 0.5
"""m/s inside a closed house with its vents open."""

NET_SHARE: Final = 0.75
"""Share of the radiation inside that stays as heat: the cover keeps the long-wave part in."""

MJ_PER_DAY: Final = 0.0864
"""MJ m⁻² d⁻¹ of 1 W m⁻²."""

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
    """ETo in mm/d as a rate: FAO-56 Eq. 6 on the air of this moment; none at night is below 0."""
    vapour = air.rh * saturation_vapour_pressure(air.celsius)
    weather = Weather(
        t_max=air.celsius,
        t_min=air.celsius,
        vapour=vapour,
        wind=WIND,
        net_radiation=NET_SHARE * MJ_PER_DAY * air.radiation,
    )
    return max(0.0, penman_monteith(weather))
