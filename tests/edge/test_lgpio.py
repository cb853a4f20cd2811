"""On a Pi's own pins a relay is off from its first moment; only the library lgpio is pretended."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.edge.fakes import BOARD

ROOT = Path(__file__).resolve().parents[2]
PRETENDED = ROOT / "tests" / "edge" / "pretended"


def told(*words: str | Path, busy: str = "") -> tuple[str, str]:
    """What the kernel was asked, and what a person is told."""
    paths = {"PYTHONPATH": f"{PRETENDED}:{ROOT}", "PRETENDED_BUSY": busy}
    command = [sys.executable, str(PRETENDED / "relays.py"), *map(str, words)]
    ended = subprocess.run(
        command, env={**os.environ, **paths}, check=True, capture_output=True, text=True
    )
    return ended.stdout, ended.stderr


def asked_of_the_kernel(*words: str | Path, line: int = 17, busy: str = "") -> list[str]:
    """Orders for one line, inputs left out."""
    orders = [order.split() for order in told(*words, busy=busy)[0].splitlines()]
    return [f"{what} {level[0]}" for what, pin, *level in orders if level and int(pin) == line]


@pytest.mark.parametrize(("active", "off", "on"), [("high", 0, 1), ("low", 1, 0)])
def test_a_relay_is_claimed_at_its_off_level(active: str, off: int, on: int) -> None:
    assert asked_of_the_kernel("relay", active) == [f"output {off}", f"write {on}", f"write {off}"]


def test_the_closer_never_drives_an_active_low_relay_on(tmp_path: Path) -> None:
    board = tmp_path / "hardware.toml"
    board.write_text(BOARD.replace("pin = 17", "pin = 17\nactive_high = false"), encoding="utf-8")
    assert asked_of_the_kernel("alloff", board) == ["output 1"]
    assert asked_of_the_kernel("alloff", board, line=27) == ["output 0"]
    assert told("alloff", board)[1] == ""


def test_a_line_that_another_program_holds_keeps_no_other_valve_open(tmp_path: Path) -> None:
    board = tmp_path / "hardware.toml"
    board.write_text(BOARD, encoding="utf-8")
    assert asked_of_the_kernel("alloff", board, line=27, busy="17") == ["output 0"]
    assert asked_of_the_kernel("alloff", board, line=5, busy="17") == ["output 0"]
    _, sentence = told("alloff", board, busy="17")
    assert sentence.startswith("pin 17 could not be driven off")
    assert sentence.endswith("is held by another program\n")


def test_the_agent_refuses_in_words_a_line_that_another_program_holds(tmp_path: Path) -> None:
    board = tmp_path / "hardware.toml"
    board.write_text(BOARD, encoding="utf-8")
    _, sentence = told("claim", board, busy="27")
    assert sentence.startswith("the board refuses a pin")
    assert sentence.count("\n") == 1
