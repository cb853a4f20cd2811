"""Three capacitive probes of every lane: late, a little wrong, noisy, and sometimes lying.

Gives converter counts, as the agent gets them; -1 is a reading that never arrived.
"""

from collections.abc import Sequence
from math import exp
from typing import Final

import numpy as np

from bench.seasons.bed import Array, Bed
from bench.seasons.faults import FAULT_DAY, Scenario
from bench.seasons.media import PLANTS, Medium
from bench.seasons.weather import STEP_S, STEPS, STEPS_A_DAY
from edge.probes import Calibration
from firmware_sim.chance import stream

PROBES: Final = 3
READINGS: Final = 2
"""Per step: every 150 s, slower than the agent's 10 s, often enough for its filter."""

LOST: Final = -1
OFFSET_SD: Final = 0.015
GAIN_SD: Final = 0.04
NOISE_SD: Final = 0.005
CALIBRATED_OFFSET: Final = 0.2
CALIBRATED_GAIN: Final = 0.3

DRY_RAW, FULL_RAW, TOP_RAW = 713, 279, 1023
"""Counts in air and in the drained medium that the grower noted once for all three probes."""

STUCK_DRY_SHARE: Final = 0.05
STUCK_WET: Final = 0.03
"""Where a stuck probe stays: near the wilting point, or m³/m³ above the full point."""

Counts = list[list[list[int]]]
"""[lane][reading of the step][probe]"""


def calibration(medium: Medium) -> Calibration:
    """The two points that the grower noted: air, and the medium after drainage."""
    return Calibration(DRY_RAW, FULL_RAW, 0.0, medium.full)


class Probes:
    """The probes of all lanes of one season; the same plants, errors and noise in each."""

    def __init__(self, medium: Medium, scenarios: Sequence[Scenario], seed: int) -> None:
        chance = stream(seed, "probes")
        self._noise = np.random.default_rng(chance.getrandbits(64))
        self._at = chance.sample(range(PLANTS), PROBES)
        offsets = np.array([chance.gauss(0.0, OFFSET_SD) for _ in range(PROBES)])
        gains = np.array([chance.gauss(0.0, GAIN_SD) for _ in range(PROBES)])
        better = np.array([[s.calibrated] for s in scenarios])
        self._offset = offsets * np.where(better, CALIBRATED_OFFSET, 1.0)
        self._gain = 1.0 + gains * np.where(better, CALIBRATED_GAIN, 1.0)
        self._drift = np.array([[s.drift] + [0.0] * (PROBES - 1) for s in scenarios])
        self._dropout = np.array([[[s.dropout]] for s in scenarios])
        self._spikes = np.array([[[s.spikes]] for s in scenarios])
        self._medium = medium
        self._stuck = _stuck_raw(medium, scenarios)
        self._follow = 1.0 - exp(-STEP_S / medium.probe_lag_s)
        self._felt: Array | None = None

    def read(self, bed: Bed, step: int) -> Counts:
        """The counts of one step, probes having stood in the bed since the one before."""
        here = bed.probed[:, self._at]
        before = here if self._felt is None else self._felt
        self._felt = before + (here - before) * self._follow
        astray = self._drift * (step / STEPS)
        told = self._felt * self._gain + self._offset + astray
        draws = self._noise.standard_normal((READINGS, PROBES))
        lost, odd, anything = self._noise.random((3, READINGS, PROBES))
        noisy = told[:, None, :] + NOISE_SD * draws
        raw = _counts(noisy, self._medium)
        if step >= FAULT_DAY * STEPS_A_DAY:
            raw = np.where(self._stuck[:, None, :] >= 0.0, self._stuck[:, None, :], raw)
        raw = np.where(odd < self._spikes, np.floor(TOP_RAW * anything), raw)
        raw = np.where(lost < self._dropout, float(LOST), raw)
        counts: Counts = raw.astype(int).tolist()
        return counts


def _counts(vwc: Array, medium: Medium) -> Array:
    raw = DRY_RAW + (FULL_RAW - DRY_RAW) * vwc / medium.full
    return np.clip(np.round(raw), 0.0, float(TOP_RAW))


def _stuck_raw(medium: Medium, scenarios: Sequence[Scenario]) -> Array:
    """Per lane and probe the count it is stuck at, or -1."""
    dry = medium.wilting + STUCK_DRY_SHARE * (medium.full - medium.wilting)
    at = {"dry": dry, "wet": medium.full + STUCK_WET}
    stuck = np.full((len(scenarios), PROBES), float(LOST))
    for lane, scenario in enumerate(scenarios):
        if scenario.stuck is not None:
            stuck[lane, 0] = _counts(np.array([at[scenario.stuck]]), medium)[0]
    return stuck
