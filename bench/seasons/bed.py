"""Ten plants on one valve, for many controllers at once: three soil layers, roots and drainage.

Written apart from the product's own simulator, so that no controller meets its own assumptions.
Arrays are (lanes, plants); a lane is one controller's copy of the same bed. Litres throughout.
"""

from dataclasses import dataclass
from math import exp
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.seasons.media import PLANTS, Medium
from firmware_sim.chance import stream

Array = NDArray[np.float64]

LAYERS: Final = 3
ROOTS: Final = (0.45, 0.35, 0.20)
"""Share of the uptake that each layer's roots try to cover, from the top."""

PROBED: Final = 1
"""Probes stand in the middle layer."""

EMITTER_SD: Final = 0.05
THIRST_SD: Final = 0.07
SPREAD: Final = (0.8, 1.2)


@dataclass(frozen=True, slots=True)
class Spread:
    """How the plants of one season differ from their mean: one factor per plant."""

    emitter: Array
    thirst: Array


def spread(seed: int) -> Spread:
    """The plants of a season; equal for every controller."""
    chance = stream(seed, "plants")
    low, high = SPREAD
    draws = [
        [min(high, max(low, chance.gauss(1.0, sd))) for _ in range(PLANTS)]
        for sd in (EMITTER_SD, THIRST_SD)
    ]
    return Spread(np.array(draws[0]), np.array(draws[1]))


@dataclass(frozen=True, slots=True)
class Fluxes:
    """Where the water of one step went, (lanes, plants)."""

    wanted: Array
    """ETc, what an unstressed plant would have taken."""
    taken: Array
    drained: Array


class Bed:
    """The water of every layer; in each step stored after = stored before + in - out."""

    def __init__(self, medium: Medium, thirst: Array, lanes: int, step_s: float) -> None:
        self.medium, self._thirst = medium, thirst
        volume = medium.volume_l / LAYERS
        self._volume = volume
        self._full, self._dry = medium.full * volume, medium.wilting * volume
        self._saturated = medium.saturated * volume
        self._passed = 1.0 - exp(-step_s / medium.drain_s)
        self.layers = [np.full((lanes, PLANTS), self._full) for _ in range(LAYERS)]

    @property
    def stored(self) -> Array:
        total: Array = np.sum(self.layers, axis=0)
        return total

    @property
    def depletion(self) -> Array:
        """Litres below the full point; negative while there is water to drain."""
        return self.medium.full * self.medium.volume_l - self.stored

    @property
    def probed(self) -> Array:
        """Water content of the probes' layer, m³/m³."""
        content: Array = self.layers[PROBED] / self._volume
        return content

    def step(self, water: Array, crop_l: float) -> Fluxes:
        """Take `water` from the emitters; `crop_l` is ETc of a plant of mean thirst."""
        drained = self._sink(water)
        wanted = np.broadcast_to(crop_l * self._thirst, drained.shape)
        return Fluxes(wanted, self._drink(wanted), drained)

    def _sink(self, water: Array) -> Array:
        """Each layer passes on what is above its full point; above its pores, at once."""
        falling = water
        for number, layer in enumerate(self.layers):
            held = layer + falling
            over = np.maximum(0.0, held - self._full) * self._passed
            falling = np.maximum(over, held - self._saturated)
            self.layers[number] = held - falling
        return falling

    def _drink(self, wanted: Array) -> Array:
        """FAO-56 Eq. 84 on the mean depletion; what a dry layer owes is asked of the next."""
        medium = self.medium
        taw = medium.available_l
        stress = np.clip((taw - self.depletion) / ((1.0 - medium.p) * taw), 0.0, 1.0)
        thirst = stress * wanted
        owed = np.zeros_like(thirst)
        for number, share in enumerate(ROOTS):
            layer = self.layers[number]
            asked = owed + share * thirst
            taken = np.minimum(asked, np.maximum(0.0, layer - self._dry))
            self.layers[number] = layer - taken
            owed = asked - taken
        return thirst - owed
