"""On a Pi's own pins a relay is off from its first moment; only the library lgpio is pretended."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.edge.fakes import BOARD

ROOT = Path(__file__).resolve().parents[2]
PRETENDED = ROOT / "tests" / "edge" / "pretended"


def asked_of_the_kernel(*words: str | Path, line: int = 17) -> list[str]:
    """Orders for one line, inputs left out."""
    environment = {**os.environ, "PYTHONPATH": f"{PRETENDED}:{ROOT}"}
    command = [sys.executable, str(PRETENDED / "relays.py"), *map(str, words)]
    told = subprocess.run(
        command, env=environment, check=True, stdout=subprocess.PIPE, text=True
    ).stdout
    orders = [order.split() for order in told.splitlines()]
    return [f"{what} {level[0]}" for what, pin, *level in orders if level and int(pin) == line]


@pytest.mark.parametrize(("active", "off", "on"), [("high", 0, 1), ("low", 1, 0)])
def test_a_relay_is_claimed_at_its_off_level(active: str, off: int, on: int) -> None:
    assert asked_of_the_kernel("relay", active) == [f"output {off}", f"write {on}", f"write {off}"]


def test_the_closer_never_drives_an_active_low_relay_on(tmp_path: Path) -> None:
    board = tmp_path / "hardware.toml"
    board.write_text(BOARD.replace("pin = 17", "pin = 17\nactive_high = false"), encoding="utf-8")
    assert asked_of_the_kernel("alloff", board) == ["output 1"]
    assert asked_of_the_kernel("alloff", board, line=27) == ["output 0"]
