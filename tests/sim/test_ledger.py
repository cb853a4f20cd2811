"""A campaign of many runs: what was played counts once, and for the programs of then alone."""

from collections import Counter
from pathlib import Path

from tests.sim.ledger import LOCK, PROGRAMS, Ledger, programs
from tests.sim.play import Outcome


def outcome(seed: int, broken: str | None = None) -> Outcome:
    return Outcome(seed, 40.3, Counter(lost=7), Counter(rows=900), "d1", 11, broken, "t")


def test_what_is_written_is_played(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "sim.jsonl", "a1", "40 houses, 24 h")
    found = [outcome(1), outcome(2, "valves: z1"), outcome(1)]
    for one in found:
        ledger.write(one)

    assert ledger.played() == {1: found[0], 2: found[1]}


def test_other_programs_and_other_towns_have_played_nothing(tmp_path: Path) -> None:
    Ledger(tmp_path / "sim.jsonl", "a1", "40 houses").write(outcome(1))

    assert Ledger(tmp_path / "sim.jsonl", "b2", "40 houses").played() == {}
    assert Ledger(tmp_path / "sim.jsonl", "a1", "8 houses").played() == {}


def test_a_line_that_was_cut_off_is_played_again_and_spoils_no_other(tmp_path: Path) -> None:
    path = tmp_path / "sim.jsonl"
    ledger = Ledger(path, "a1", "40 houses")
    ledger.write(outcome(1))
    path.write_bytes(path.read_bytes()[:-9])
    ledger.write(outcome(2))

    assert list(ledger.played()) == [2]


def test_without_a_file_nothing_is_remembered() -> None:
    ledger = Ledger(None, "a1", "40 houses")
    ledger.write(outcome(1))

    assert ledger.played() == {}


def test_one_octet_more_makes_other_programs(tmp_path: Path) -> None:
    (tmp_path / LOCK).write_text("lock")
    for name in PROGRAMS:
        (tmp_path / name).mkdir(parents=True)
    source = tmp_path / "edge" / "zone.py"
    source.write_text("OPEN = 1\n")
    before = programs(tmp_path)
    (tmp_path / "edge" / "notes.md").write_text("no program")

    assert programs(tmp_path) == before
    source.write_text("OPEN = 2\n")
    assert programs(tmp_path) != before
