"""A greenhouse's season as rows: every number drawn from one seed, rounded as the agent rounds."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from math import pi, sin
from typing import Final

from cloud.clock import unix_ms
from wire.codes import ClockQuality, Metric
from wire.messages import Sample

DEVICE: Final = "benchbenchbench2"
READINGS: Final = 6
"""Values in a row, of a zone as of the house."""
SEED: Final = 20_261_129
MINUTES: Final = 1_440
DOSE_EVERY: Final = 180


class Season:
    """Rows a minute of each zone and of the house; soil dries and is watered, air turns daily."""

    def __init__(self, start: datetime, zones: int) -> None:
        self._start, self._zones = start, zones
        self._random = random.Random(SEED)  # noqa: S311  # noise guards no secret
        self._vwc = [0.30] * zones
        self._seq = 0

    def day(self, number: int) -> Iterator[Sample]:
        for minute in range(number * MINUTES, (number + 1) * MINUTES):
            for zone in range(self._zones):
                yield self._row(minute, f"z{zone}", self._of_zone(minute, zone))
            yield self._row(minute, None, self._of_house(minute))

    def _row(self, minute: int, zone: str | None, values: dict[Metric, float]) -> Sample:
        self._seq += 1
        late = self._random.randrange(3)
        at = self._start + timedelta(minutes=minute)
        return Sample(
            e="epochepochepoch2",
            s=self._seq,
            b="bootbootbootboo2",
            u=minute * 60_000 + late,
            t=unix_ms(at) + late,
            q=ClockQuality.TRUSTED,
            z=zone,
            m=values,
        )

    def _of_zone(self, minute: int, zone: int) -> dict[Metric, float]:
        watered = minute % DOSE_EVERY == zone
        drift = 0.018 if watered else -0.0001
        self._vwc[zone] = min(0.36, max(0.2, self._vwc[zone] + drift))
        one, two = (self._vwc[zone] + self._random.gauss(0, 0.0006) for _ in range(2))
        vwc = (one + two) / 2
        return {
            Metric.VWC: round(vwc, 4),
            Metric.FILL: round(vwc / 0.34, 4),
            Metric.VWC_1: round(one, 4),
            Metric.VWC_2: round(two, 4),
            Metric.LITRES: 3.264 if watered else 0.0,
            Metric.OPEN_S: 48.0 if watered else 0.0,
        }

    def _of_house(self, minute: int) -> dict[Metric, float]:
        light = max(0.0, sin((minute % MINUTES / MINUTES - 0.25) * 2 * pi))
        return {
            Metric.AIR_C: round(24 + 10 * light + self._random.gauss(0, 0.1), 1),
            Metric.RH: round(0.9 - 0.4 * light + self._random.gauss(0, 0.005), 3),
            Metric.RAD_W_M2: round(700 * light + self._random.random() * light, 1),
            Metric.TANK: round(0.8 - minute % 5_000 / 10_000, 3),
            Metric.FLOW_LPM: 0.0,
            Metric.LITRES: 0.0,
        }
