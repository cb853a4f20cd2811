"""A run as a table for the terminal and as CSV for a spreadsheet."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from firmware_sim.chronicle import Chronicle
from firmware_sim.line import Line
from firmware_sim.scenario import Scenario
from firmware_sim.watch import Watch

COLUMNS: Final = ("minute", "zone", "fill", "believed_fill", "litres", "fault")
_ROW: Final = "{:8} {:>8} {:>6} {:>7} {:>7} {:>9} {:>9}  {}"


def table(scenario: Scenario, chronicle: Chronicle, watch: Watch, line: Line) -> Iterator[str]:
    """Lines: a zone each, then the house, then every promise that was broken."""
    yield scenario.title.en
    yield _ROW.format(
        "zone", "litres", "doses", "dry h", "wet h", "over cap", "longest s", "faults told"
    )
    for key, account in watch.accounts.items():
        faults = chronicle.faults(key)
        yield _ROW.format(
            key,
            f"{account.litres:.1f}",
            len(chronicle.ended(key)),
            f"{account.dry_h:.1f}",
            f"{account.wet_h:.1f}",
            account.over_cap,
            f"{account.longest_s:.0f}",
            ", ".join(faults) or "none",
        )
    yield f"At most {watch.most_open} open at once, {scenario.house.max_open} allowed."
    gone = f", no broker for {line.longest_gone_s / 3600:.1f} h" if line.longest_gone_s else ""
    yield f"Rows: {line.rows} in the cloud, {line.waiting} still on the card{gone}."
    for sentence in watch.broken:
        yield f"BROKEN: {sentence}"


def write_csv(chronicle: Chronicle, path: Path) -> None:
    """A row per zone every five minutes; water content relative to the full point."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for note in chronicle.notes:
            believed = "" if note.believed is None else f"{note.believed:.4f}"
            writer.writerow(
                (
                    round(note.at_s / 60),
                    note.zone,
                    f"{note.fill:.4f}",
                    believed,
                    f"{note.litres:.3f}",
                    note.fault or "",
                )
            )
