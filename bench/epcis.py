"""EPCIS events read, judged and hashed a second on one core, beside reading their JSON alone.

python -m bench.epcis
"""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from traceability.epcis.document import hashes, read
from traceability.epcis.events import BaseEvent
from traceability.epcis.farm import (
    Lot,
    Reading,
    Summary,
    Treatment,
    applied,
    document,
    harvested,
    measured,
)

SECONDS: Final = 3.0
EVENTS: Final = 100
GOAL: Final = 1_000
AT: Final = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
PLOT: Final = "https://id.gs1.org/414/8935000000007/254/z1"
LOT: Final = Lot.of("8935000000007", "20261123-Z1-01", 42.5)
READINGS: Final = (
    Reading("irrigation", value=310.5),
    Reading("soil_moisture", lowest=21, mean=28.4, highest=36),
    Reading("temperature", lowest=18.2, mean=23.5, highest=31),
    Reading("humidity", lowest=51, mean=74, highest=96),
)
FACTS: Final[dict[str, BaseEvent]] = {
    "a harvest": harvested(AT, PLOT, LOT, "20261123-Z1-01"),
    "a treatment": applied(AT, PLOT, Treatment("urn:x:product:1", 1.5, "LTR", "1234", None, 7)),
    "a day measured": measured(
        PLOT, Summary("urn:x:device:1", AT - timedelta(days=1), AT, READINGS, "ni:///sha-256;0")
    ),
}


def a_second(work: Callable[[], object]) -> float:
    """How often the work is done in a second of CPU."""
    start, done = time.process_time(), 0
    while time.process_time() - start < SECONDS:
        work()
        done += 1
    return done / (time.process_time() - start)


def read_and_hash(text: str) -> list[str]:
    return hashes(read(text))


def main() -> None:
    print(f"{'event':16} {'events/s/core':>14} {'of the goal':>12} {'JSON alone/s':>13}")
    for name, event in FACTS.items():
        sent = document([event] * EVENTS, AT)
        text = sent.model_dump_json(by_alias=True, exclude_unset=True)
        ours = a_second(partial(read_and_hash, text)) * EVENTS
        alone = a_second(partial(json.loads, text)) * EVENTS
        print(f"{name:16} {ours:14,.0f} {ours / GOAL:11.1f}× {alone:13,.0f}")


if __name__ == "__main__":
    main()
