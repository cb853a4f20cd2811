"""The bench of the agent: what it counts, and when it says that a target was missed."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from bench.edge import Cost, Figures, misses, table

ROOT = Path(__file__).resolve().parents[2]
DAY = {
    "ticks": 86_400,
    "quiet_ticks": 84_909,
    "rows": 4350,
    "doses": 6,
    "probe_readings": 8640,
    "handed_over_bytes": 9_000_000,
    "to_disk_bytes": 16_000_000,
}
AGENT = Cost(all_off_s=0.08, first_reading_s=0.3, rss_mb=54, pss_mb=45, cpu_percent=0.3)
MINIMAL = Cost(all_off_s=0.12, first_reading_s=0.1, rss_mb=27, pss_mb=21, cpu_percent=0)
FIGURES = Figures(
    broker=True,
    agent=AGENT,
    minimal=MINIMAL,
    closer_s=0.1,
    late_idle_ms=[90.0, 110.0],
    late_busy_ms=[90.0, 250.0],
    day=DAY,
)


def test_the_agent_stands_beside_the_minimal_script() -> None:
    lines = list(table(FIGURES))
    assert any(line.split()[-5:] == ["54.00", "27.00", "2.00", "<=", "64"] for line in lines)
    assert any("1491 of 86400: 1440 minutes, 6 doses" in line for line in lines)


def test_a_script_that_uses_nothing_gives_no_ratio() -> None:
    (line,) = [line for line in table(FIGURES) if line.startswith("processor")]
    assert line.split()[-1] == "–"


def test_a_missed_target_is_named() -> None:
    assert list(misses(FIGURES)) == []
    assert "memory" in next(misses(replace(FIGURES, agent=replace(AGENT, rss_mb=65))))
    half_a_day = {**DAY, "ticks": 43_200}
    assert "MB a day" in next(misses(replace(FIGURES, day=half_a_day)))


def test_a_quiet_tick_writes_nothing_to_the_card() -> None:
    command = [sys.executable, "-m", "bench.edge_day", "0.25"]
    told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    day = json.loads(told)
    assert (day["ticks"], day["quiet_ticks"]) == (900, 885)  # a write for each of 15 minutes
