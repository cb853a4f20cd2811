"""What one day of rows adds up to, zone by zone; whoever has the rows gets the same figures.

Pure. It refuses rows that the card has changed.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import fmean

from edge.change import Facts
from edge.clock import DAY_MS, LOCAL_OFFSET_MS
from edge.history import StoredRow
from wire.codes import EventKind, Metric


def span_ms(day: int) -> tuple[int, int]:
    """Wall time of the beginning of a local day, and of the next one."""
    start_ms = day * DAY_MS - LOCAL_OFFSET_MS
    return start_ms, start_ms + DAY_MS


def sums(rows: Iterable[StoredRow], day: int) -> dict[str, Facts]:
    """Each zone's water, faults and moisture of a local day.

    `litres` and `open_min` are those of doses that ended that day. A dose that a power cut ended
    counts in `cut_off`, and in `cut_off_l` with the most it can have given.
    """
    start_ms, end_ms = span_ms(day)
    zones: defaultdict[str, _Sum] = defaultdict(_Sum)
    for row in rows:
        body = json.loads(row.payload) if row.sound else {}
        if "z" in body and start_ms <= body["t"] < end_ms:
            if row.kind == "event":
                zones[body["z"]].take_event(body["k"], body.get("d", {}))
            else:
                zones[body["z"]].take_sample(body["m"])
    return {zone: found.facts() for zone, found in sorted(zones.items())}


@dataclass
class _Sum:
    litres: float = 0.0
    open_s: float = 0.0
    doses: int = 0
    cut_off: int = 0
    cut_off_l: float = 0.0
    faults: int = 0
    vwc: list[float] = field(default_factory=list)

    def take_sample(self, metrics: Mapping[str, float]) -> None:
        if Metric.VWC in metrics:
            self.vwc.append(metrics[Metric.VWC])

    def take_event(self, kind: str, facts: Mapping[str, float]) -> None:
        match kind:
            case EventKind.DOSE_ENDED:
                self.doses += 1
                self.litres += facts["litres"]
                self.open_s += facts["open_s"]
            case EventKind.INTERRUPTED:
                self.cut_off += 1
                self.cut_off_l += facts["litres_at_most"]
            case EventKind.FAULT:
                self.faults += 1
            case _:
                pass

    def facts(self) -> Facts:
        given = {
            "litres": round(self.litres, 3),
            "open_min": round(self.open_s / 60, 2),
            "doses": self.doses,
            "cut_off": self.cut_off,
            "cut_off_l": round(self.cut_off_l, 3),
            "faults": self.faults,
        }
        if not self.vwc:
            return given
        mean = round(fmean(self.vwc), 4)
        return {**given, "vwc_min": min(self.vwc), "vwc_mean": mean, "vwc_max": max(self.vwc)}
