"""The bench of live streams, on a few: everybody is told each event, and targets are judged."""

from dataclasses import replace

from bench.live import Figures, measure, misses, table

FIGURES = Figures("product", 2_000, 10, 9.0, 80.0, 40.0, 120.0, 290.0, 90.0, 0.5)


def test_everybody_is_told() -> None:
    found = measure("product", 6, 2)
    assert (found.clients, found.events) == (6, 2)
    assert 0 <= found.p50_ms <= found.p99_ms


def test_what_misses_its_target_is_said() -> None:
    assert list(misses(FIGURES)) == []
    slow = replace(FIGURES, added_mb=91.0, p99_ms=301.0, cpu_us=101.0)
    assert [line.split(":")[0] for line in misses(slow)] == ["added_mb", "p99_ms", "cpu_us"]


def test_both_servers_stand_side_by_side() -> None:
    lines = list(table([FIGURES, replace(FIGURES, server="bare", p99_ms=150.0)]))
    assert lines[0].split() == ["server", "product", "bare"]
    assert ["p99_ms", "290.0", "150.0"] in [line.split() for line in lines]
