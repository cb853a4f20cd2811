"""Plays one seed in a folder of its own and tells how it went."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.sim.tally import BrokenPromiseError
from tests.sim.town import DAY_S, Plan, Town

MEMORY: Final = Path("/dev/shm")  # noqa: S108 - nothing here has to outlive the run


@dataclass(frozen=True)
class Outcome:
    """How far a run came, what befell it, and the promise that was broken, if one was."""

    seed: int
    device_days: float
    faults: Counter[str]
    seen: Counter[str]
    digest: str
    step: int
    broken: str | None = None
    tail: str = ""

    @property
    def device_hours(self) -> float:
        return self.device_days * 24.0

    @property
    def story(self) -> str:
        """All that is needed to look into it."""
        if self.broken is None:
            return f"seed {self.seed}: every promise kept"
        where = f"seed {self.seed}, step {self.step}, after {self.device_hours:.1f} device-hours"
        again = f"replay: python -m tests.sim {self.seed}"
        return f"{where}\n{self.tail}\nBROKEN {self.broken}\n{again}"


def play(plan: Plan, hours: float, template: Path) -> Outcome:
    """So many hours and a calm end, or up to the first broken promise."""
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        town = Town(plan, Path(folder), template)
        broken = None
        try:
            town.run(hours * 3600.0)
            town.end()
        except BrokenPromiseError as promise:
            broken = str(promise)
        finally:
            town.close()
    return Outcome(
        seed=plan.seed,
        device_days=plan.houses * town.agenda.now / DAY_S,
        faults=town.tally.faults,
        seen=town.tally.seen,
        digest=town.tally.digest,
        step=town.agenda.steps,
        broken=broken,
        tail=town.tally.tail if broken else "",
    )
