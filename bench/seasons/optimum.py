"""The clairvoyant: the least water with which no plant is ever thirsty, by linear programming.

Knows every plant, every emitter and the weather to come; two-hour steps on the shared valve. All
ten plants stay within the stress-free depletion for the whole season.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

from bench.seasons.bed import Array, Spread
from bench.seasons.media import DRIPPER_LPH, PLANTS, Medium
from bench.seasons.weather import STEPS_A_DAY

BLOCK_H: Final = 2


def clairvoyant_l(medium: Medium, plants: Spread, crop_l: Sequence[float]) -> float:
    """Litres per plant of the whole season; `crop_l` is ETc of a plant of mean thirst per step.

    Variables are the valve's litres u(t) and each plant's depletion D(t): D grows by ETc and
    falls by the emitter's share of u, or by less when water drains; 0 <= D <= RAW.
    """
    crop = np.array(crop_l).reshape(-1, BLOCK_H * STEPS_A_DAY // 24).sum(axis=1)
    blocks = len(crop)
    limits = np.repeat(
        np.array([[0.0, BLOCK_H * DRIPPER_LPH], [0.0, medium.p * medium.available_l]]),
        [blocks, blocks * PLANTS],
        axis=0,
    )
    cost = np.concatenate([np.ones(blocks), np.zeros(blocks * PLANTS)])
    need = -np.outer(plants.thirst, crop).ravel()
    result = linprog(cost, A_ub=_balance(plants.emitter, blocks), b_ub=need, bounds=limits)
    if not result.success:
        raise ArithmeticError(f"no schedule keeps every plant unstressed: {result.message}")
    return float(result.fun)


def _balance(emitter: Array, blocks: int) -> "csr_array":
    """D(t-1) - D(t) - emitter * u(t) <= -ETc(t), for every plant and block."""
    number = np.arange(blocks * PLANTS)
    plant, block = np.divmod(number, blocks)
    later = block > 0
    rows = np.concatenate([number, number, number[later]])
    columns = np.concatenate([block, blocks + number, blocks + number[later] - 1])
    values = np.concatenate([-emitter[plant], -np.ones(len(number)), np.ones(int(later.sum()))])
    return csr_array((values, (rows, columns)), shape=(len(number), blocks + len(number)))
