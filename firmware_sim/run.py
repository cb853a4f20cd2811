"""The real agent on a simulated greenhouse, in lock-step: first its past at full speed, then now.

The only importer of the agent's composition root; it adds no behaviour to the agent.
"""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from edge.config import Hardware
from edge.runtime import Runtime, build
from firmware_sim.climate import Climate
from firmware_sim.clock import VirtualClock
from firmware_sim.folder import write_json
from firmware_sim.world import Start, World
from wire.codes import Ended, EventKind
from wire.identity import Identity

TICK_S: Final = 1.0
PAGE: Final = 1000
LATEST_S: Final = 30.0
"""A machine that slept longer than this does not race after the lost time."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What happened, by physics (litres, valve) and by the agent's own books (rows, doses)."""

    litres_plant: float
    litres_meter: float
    valve_open_max_s: float
    rows: int
    doses: int


class LockStep:
    """Moves clock, world and agent together, one second at a time."""

    def __init__(self, world: World, runtime: Runtime, clock: VirtualClock) -> None:
        self.world, self.runtime, self.clock = world, runtime, clock

    def tick(self) -> None:
        """One second of everything."""
        self.clock.advance(TICK_S)
        self.world.step(TICK_S, self.clock.true_ms)
        self.runtime.guard()
        self.runtime.tick()

    def is_behind(self, now_ms: int) -> bool:
        """Whether a whole tick is missing to this moment."""
        return self.clock.wall().unix_ms + TICK_S * 1000.0 <= now_ms

    def forward(self, until_ms: int, stop: threading.Event) -> None:
        """As fast as the machine can, up to a moment or to a stop."""
        while self.is_behind(until_ms) and not stop.is_set():
            self.tick()

    def live(
        self, scale: float, stop: threading.Event, watch: Callable[[], None] | None = None
    ) -> None:
        """`scale` simulated seconds to one real one, until stopped; `watch` follows each."""
        pace = TICK_S / scale
        due = self.clock.net() + pace
        while not stop.wait(max(0.0, due - self.clock.net())):
            self.tick()
            if watch is not None:
                watch()
            due = max(due + pace, self.clock.net() - LATEST_S)

    def summary(self) -> Summary:
        """The accounts up to now."""
        totals = self.world.totals
        return Summary(
            litres_plant=round(totals.dripped_l, 3),
            litres_meter=round(totals.metered_l, 3),
            valve_open_max_s=totals.valve_open_max_s,
            rows=self.runtime.store.last,
            doses=sum(event["k"] == EventKind.DOSE_ENDED for event in events(self.runtime)),
        )

    def write_summary(self, path: Path) -> None:
        write_json(path, asdict(self.summary()))

    def restarted(self, store: Path, hardware: Hardware, identity: Identity) -> "LockStep":
        """A new agent on the same greenhouse, as after the old one was killed."""
        self.world.replug()
        runtime = build(
            hardware,
            identity,
            self.clock,
            self.world.factory,
            store,
            self.world.sensors.buses(),
        )
        return LockStep(self.world, runtime, self.clock)

    def end(self, summary: Path) -> None:
        """Shut the valves, write the accounts, let go."""
        try:
            self.runtime.valves.all_off(Ended.INTERRUPTED)
            self.runtime.agent.settle()
            self.write_summary(summary)
        finally:
            self.runtime.close()


def assemble(
    hardware: Hardware,
    identity: Identity,
    store: Path,
    start: Start,
    climate: Climate,
    seed: int,
) -> LockStep:
    """The world and the real agent on its pins, nothing moving yet."""
    clock = VirtualClock(start.wall_ms)
    world = World(hardware, climate, seed, start)
    runtime = build(hardware, identity, clock, world.factory, store, world.sensors.buses())
    return LockStep(world, runtime, clock)


def events(runtime: Runtime) -> Iterator[dict[str, object]]:
    """All events on the agent's card, in order, as they go on the wire."""
    after = 0
    while page := runtime.store.rows(after + 1, runtime.store.last, PAGE):
        after = page[-1].seq
        yield from (json.loads(row.payload) for row in page if row.kind == "event")
