"""What one run of the whole story must have shown, and how it is judged."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

LEASE_CAP_S: Final = 600.0  # the hard cap of the edge's hardware file
# The simulated meter is off by a few per cent, as a cheap one is after its bucket calibration.
METER_TOLERANCE: Final = 0.06
PIPES_L: Final = 2.5  # metered water that still lies in the two lines and has not dripped yet
GENUINE: Final = "genuine"


@dataclass(frozen=True)
class Summary:
    """The figures of one run; the keys of the JSON file are these names."""

    doses: int
    litres_meter: float
    litres_plant: float
    rows_edge: int
    rows_cloud: int
    valve_open_max_s: float
    lot: str
    stamps_issued: int
    label_pdf: str
    scan_url: str
    verdict: str
    product_url: str
    order_id: str
    seconds: float

    @property
    def litres_difference(self) -> float:
        return round(self.litres_meter - self.litres_plant, 3)

    def problems(self) -> list[str]:
        """Return what a run that claims success may not show; empty is good."""
        allowed = PIPES_L + METER_TOLERANCE * self.litres_plant
        checks = {
            "the agent gave no dose": self.doses > 0,
            f"meter and plant differ by {self.litres_difference} L, more than {allowed:.1f} L": (
                abs(self.litres_difference) <= allowed
            ),
            f"{self.rows_edge} rows on the edge, {self.rows_cloud} in the cloud": (
                self.rows_edge == self.rows_cloud > 0
            ),
            f"a valve was open {self.valve_open_max_s} s, longer than {LEASE_CAP_S} s": (
                0 < self.valve_open_max_s <= LEASE_CAP_S
            ),
            "no stamps were issued": self.stamps_issued > 0,
            f"the stamp's verdict is {self.verdict!r}": self.verdict == GENUINE,
            "the order has no id": bool(self.order_id),
        }
        return [problem for problem, good in checks.items() if not good]

    def write(self, path: Path) -> None:
        facts = {**asdict(self), "litres_difference": self.litres_difference}
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(facts, indent=2, ensure_ascii=False) + "\n", "utf-8")
