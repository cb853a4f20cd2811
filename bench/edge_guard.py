"""How long after the end of its lease a valve's pin falls: the real loop and guard, real time.

Arguments: how many leases, and how many threads that do nothing but compute. Prints ms as JSON.
"""

import json
import sys
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from edge.clock import SystemClock
from edge.config_file import load
from edge.loop import GUARD_S
from edge.runtime import Runtime, build
from firmware_sim.folder import BOARD
from firmware_sim.pins import SimFactory, SimPin
from wire.identity import new_identity

VALVE = "GPIO17"
MOIST = 400
GOLDEN = 0.618034
"""The golden ratio's steps spread the ends of the leases evenly over the guard's period."""
NOBODY = ("mqtt://127.0.0.1:1",)


class Watch:
    """When the valve's pin fell."""

    def __init__(self) -> None:
        self.fell, self.at = threading.Event(), 0.0

    def pin_class(self) -> type[SimPin]:
        watch = self

        class WatchedPin(SimPin):
            def _set_state(self, value: object) -> None:
                super()._set_state(value)
                if not value and self.info.name == VALVE and not watch.fell.is_set():
                    watch.at = time.perf_counter()
                    watch.fell.set()

        return WatchedPin


def main(leases: int, busy_threads: int) -> None:
    watch, stop = Watch(), threading.Event()
    watch.fell.set()
    with TemporaryDirectory() as folder:
        runtime = _runtime(Path(folder), watch)
        loop = threading.Thread(target=runtime.run, args=(stop,))
        loop.start()
        for _ in range(busy_threads):
            threading.Thread(target=_compute, args=(stop,), daemon=True).start()
        late_ms = [
            _late_ms(runtime, watch, 0.3 + number * GOLDEN % 1 * GUARD_S)
            for number in range(leases)
        ]
        stop.set()
        loop.join()
    print(json.dumps(late_ms))


def _runtime(folder: Path, watch: Watch) -> Runtime:
    factory = SimFactory(lambda _channel: MOIST)
    factory.pin_class = watch.pin_class()
    identity = new_identity(NOBODY, simulated=True)
    return build(load(BOARD), identity, SystemClock(), factory, folder / "edge.db")


def _late_ms(runtime: Runtime, watch: Watch, lease_s: float) -> float:
    opened = time.perf_counter()
    runtime.valves.open("z1", lease_s, 25.0)
    watch.fell.clear()
    assert watch.fell.wait(10), "a valve stayed open"
    return round((watch.at - opened - lease_s) * 1000, 1)


def _compute(stop: threading.Event) -> None:
    while not stop.is_set():
        sum(range(1000))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
