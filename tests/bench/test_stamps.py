"""The bench of stamps: what it counts, and when it says that a target was missed."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bench.stamps import Figures, main, misses, table

FIGURES = Figures(
    n=1_000_000,
    cpu_s=15.0,
    rss_mb=65.0,
    bytes=180_000_000,
    identical=True,
    peer_cpu_s=9_000.0,
    peer_sample=300,
)


def test_both_stand_in_the_table_and_what_was_scaled_is_said() -> None:
    text = "\n".join(table(FIGURES))
    assert "scaled from 300 labels" in text
    assert "600.0" in text
    assert "180 a stamp" in text


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        (FIGURES, 0),
        (replace(FIGURES, identical=False), 1),
        (replace(FIGURES, rss_mb=151.0), 1),
        (replace(FIGURES, cpu_s=30.1), 1),
        (replace(FIGURES, cpu_s=30.1, n=999_999), 0),
    ],
    ids=["good", "reprint", "memory", "slow", "short run"],
)
def test_what_is_missed_is_told(figures: Figures, said: int) -> None:
    assert len(misses(figures)) == said


def test_a_small_run_is_measured_whole(tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    assert main(["--n", "200", "--sample", "3", "--json", str(path)]) == 0
    found = json.loads(path.read_bytes())
    assert found["identical"] is True
    assert found["bytes"] > 200 * 100
    assert min(found["cpu_s"], found["rss_mb"], found["peer_cpu_s"]) > 0
