"""The bench of the ingest: what it counts, what it leaves out, and when a goal was missed."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bench.ingest import Figures, misses, table
from bench.ingest_rig import READINGS, traffic
from wire import codec, rows, topics
from wire.messages import Sample

ROOT = Path(__file__).resolve().parents[2]
KEYS = {
    *("ratio_postgres", "ratio_sqlite", "vs_naive", "scale_2", "scale_4"),
    *("bytes_hot", "bytes_packed", "p95_ms"),
}
FIGURES = Figures(
    ratio_postgres=0.14,
    ratio_sqlite=0.25,
    vs_naive=45.0,
    p95_ms=60.0,
    rates={"mosquitto_sub": 60_000.0, "sqlite": 15_000.0},
    cpu_us={"sqlite": 80.0},
    why={"scale_2": "0.4 of 2 cores are idle, not 2"},
)


def test_readings_are_messages_times_what_is_in_one() -> None:
    (line,) = [line for line in table(FIGURES) if line.startswith("sqlite")]
    assert line.split() == ["sqlite", "15000", str(15_000 * READINGS), "80"]


def test_what_was_not_measured_says_why_and_misses_no_goal() -> None:
    assert any(line.startswith("scale_2") and "idle" in line for line in table(FIGURES))
    assert list(misses(FIGURES)) == []


def test_a_missed_goal_is_named() -> None:
    assert list(misses(replace(FIGURES, ratio_sqlite=0.2))) == [
        "ratio_sqlite is 0.2, less than 0.22"
    ]
    assert "75" in next(misses(replace(FIGURES, p95_ms=80.0)))


def test_the_messages_are_those_of_devices() -> None:
    messages = traffic(["a" * 16, "b" * 16], 6, seed=1)
    found = [codec.decode(Sample, body) for _topic, body in messages]
    for row in found:
        rows.check(row)
    assert [row.s for row in found] == [1, 1, 2, 2, 3, 3]
    assert {topics.parse(topic).device for topic, _body in messages} == {"a" * 16, "b" * 16}
    assert {len(row.m) for row in found} == {READINGS}


@pytest.mark.skipif(
    not shutil.which("mosquitto", path="/usr/sbin:/usr/bin"), reason="mosquitto is not installed"
)
def test_a_quick_run_measures_what_it_promises(tmp_path: Path) -> None:
    told = tmp_path / "told.json"
    words = ["-m", "bench.ingest", "--quick", "--sqlite-only", "--json", str(told)]
    subprocess.run([sys.executable, *words], cwd=ROOT, check=True, capture_output=True)
    found = json.loads(told.read_text("utf-8"))
    assert set(found) >= KEYS
    assert found["ratio_postgres"] is None
    assert found["why"]["ratio_postgres"]
    assert found["rates"]["sqlite"] > found["rates"]["naive, sqlite"] > 0
    assert found["p95_ms"] > 0
    assert found["bytes_hot"] > found["bytes_packed"] > 0
