"""One zone's plants: a few representative ones, each with its own emitter, thirst and probe."""

from dataclasses import dataclass
from random import Random
from typing import Final

from edge.config import Zone
from firmware_sim.plant import Plant
from firmware_sim.probes import Probe, new_probe
from firmware_sim.soil import COIR, SOIL, Bucket

EMITTER_SD: Final = 0.05
VIGOUR_SD: Final = 0.07
PLANTED_DAYS: Final = 45.0
"""Past flowering, with the whole canopy out: the thirstiest weeks."""

MEDIA: Final = {"coir": COIR, "soil": SOIL}


@dataclass(slots=True)
class Place:
    """A representative plant and the probe beside it."""

    bucket: Bucket
    plant: Plant
    emitter: float
    """Its emitter's flow relative to the zone's mean."""
    probe: Probe


@dataclass(slots=True)
class Ledger:
    """Where a zone's water went, L for all its plants."""

    given: float = 0.0
    transpired: float = 0.0
    evaporated: float = 0.0
    drained: float = 0.0


class Bed:
    """All plants of a zone; each place stands for an equal share of them."""

    def __init__(
        self, zone: Zone, places: int, fill: float, planted_days: float, chance: Random
    ) -> None:
        emitters = [max(0.5, chance.gauss(1.0, EMITTER_SD)) for _ in range(places)]
        mean = sum(emitters) / places
        self.places = [
            _place(zone, emitter / mean, fill, planted_days, chance) for emitter in emitters
        ]
        self.ledger = Ledger()
        self._share = zone.plants / places

    @property
    def stored_l(self) -> float:
        return sum(place.bucket.stored_l for place in self.places) * self._share

    @property
    def fill(self) -> float:
        """Mean water content relative to the full point."""
        return sum(p.bucket.theta / p.bucket.medium.full for p in self.places) / len(self.places)

    def step(self, dt: float, dripped_l: float, eto: float, celsius: float, age_s: float) -> None:
        """Advance all plants by `dt` seconds, sharing what the zone's emitters dripped."""
        ledger, share = self.ledger, self._share
        each = dripped_l / (len(self.places) * share)
        for place in self.places:
            water = each * place.emitter
            fluxes = place.bucket.step(dt, water, place.plant.demand(eto, dt, age_s))
            ledger.given += water * share
            ledger.transpired += fluxes.transpired * share
            ledger.evaporated += fluxes.evaporated * share
            ledger.drained += fluxes.drained * share
            place.probe.soak(dt, place.bucket.theta, celsius)


def _place(zone: Zone, emitter: float, fill: float, planted_days: float, chance: Random) -> Place:
    bucket = Bucket(MEDIA[zone.medium], fill)
    plant = Plant(planted_days, max(0.7, chance.gauss(1.0, VIGOUR_SD)))
    return Place(bucket, plant, emitter, new_probe(chance, bucket.theta))
