"""What goes wrong in a season: the eleven scenarios, each the same for every controller."""

from dataclasses import dataclass
from typing import Final

from bench.seasons.weather import DAYS, STEPS_A_DAY
from firmware_sim.chance import stream

FAULT_DAY: Final = 35
CLOG_DAY: Final = 40
CLOGGED: Final = 2
"""Plants of ten whose emitter clogs."""
CLOGGED_FLOW: Final = 0.40
CUTS: Final = 6
CUT_HOURS: Final = (6, 24)
DRIFT: Final = 0.05
"""m³/m³ that the drifting probe has gone astray by the end of the season."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Faults of one season. Sensor faults befall the first probe, the one a lone loop trusts."""

    name: str
    drift: float = 0.0
    """m³/m³ over the season; positive reads too wet."""
    stuck: str | None = None
    """`dry` or `wet`, bit-identical from day 35."""
    dropout: float = 0.0
    """Share of the readings of every probe that never arrive."""
    spikes: float = 0.0
    """Share of the readings of every probe that are any count at all."""
    clogs: bool = False
    cuts: bool = False
    calibrated: bool = False
    """Probes from a laboratory: a fifth of the offset, a third of the gain's error."""


CLEAN: Final = Scenario(name="clean")
SCENARIOS: Final = {
    scenario.name: scenario
    for scenario in (
        CLEAN,
        Scenario(name="drift-5", drift=-DRIFT),
        Scenario(name="drift+5", drift=DRIFT),
        Scenario(name="stuck-dry", stuck="dry"),
        Scenario(name="stuck-wet", stuck="wet"),
        Scenario(name="dropout", dropout=0.10),
        Scenario(name="spikes", spikes=0.01),
        Scenario(name="clog", clogs=True),
        Scenario(name="power", cuts=True),
        Scenario(name="combined", stuck="dry", cuts=True, clogs=True, calibrated=True),
        Scenario(name="calibrated", calibrated=True),
    )
}
SINGLE_FAULTS: Final = (
    "drift-5", "drift+5", "stuck-dry", "stuck-wet", "dropout", "spikes", "clog", "power",
)  # fmt: skip


def dark_steps(scenario: Scenario, seed: int) -> frozenset[int]:
    """The steps without power: six cuts of 6 to 24 hours at any time of the day."""
    if not scenario.cuts:
        return frozenset()
    chance = stream(seed, "cuts")
    dark: set[int] = set()
    for _ in range(CUTS):
        start = chance.randrange(STEPS_A_DAY, (DAYS - 1) * STEPS_A_DAY)
        hours = chance.uniform(*CUT_HOURS)
        dark.update(range(start, start + round(hours * STEPS_A_DAY / 24)))
    return frozenset(dark)
