"""`vuonso sim agent` as a process: its past, its present, and a clean end."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest

from edge.clock import SystemClock
from firmware_sim.cli import main
from wire import identity

DEADLINE_S = 60.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "edge").mkdir()
    nowhere = identity.new_identity(("mqtt://127.0.0.1:1",), simulated=True)
    identity.save(nowhere, tmp_path / "edge" / "identity.json")
    return tmp_path


@contextmanager
def greenhouse(folder: Path, *words: str) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-m", "vuonso", "sim", "agent", "--data", str(folder), *words]
    with subprocess.Popen(command) as process:  # our own program
        try:
            yield process
        finally:
            process.kill()


def wait_for(path: Path, process: "subprocess.Popen[bytes]") -> None:
    clock = SystemClock()
    deadline = clock.net() + DEADLINE_S
    while not path.exists():
        assert process.poll() is None, "the greenhouse ended by itself"
        assert clock.net() < deadline, f"no {path} after {DEADLINE_S} s"
        Event().wait(0.05)


def test_it_lives_through_its_past_then_ends_cleanly_when_asked(folder: Path) -> None:
    summary = folder / "sim" / "summary.json"
    with greenhouse(folder, "--hours", "0.5") as process:
        wait_for(summary, process)
        assert json.loads(summary.read_text())["rows"] >= 29 * 3
        process.terminate()
        assert process.wait(DEADLINE_S) == 0
    left = json.loads((folder / "sim" / "state.json").read_text())
    assert abs(left["wall_ms"] - SystemClock().wall().unix_ms) < 30_000
    assert set(left["fills"]) == {"z1", "z2"}


def test_it_can_be_stopped_while_it_catches_up(folder: Path) -> None:
    with greenhouse(folder, "--hours", "2000") as process:
        wait_for(folder / "edge" / "edge.db", process)
        process.terminate()
        assert process.wait(DEADLINE_S) == 0
    assert (folder / "sim" / "summary.json").exists()


def test_without_an_identity_it_names_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["agent", "--data", str(tmp_path)]) == 2
    assert "identity.json" in capsys.readouterr().err


def test_a_wrong_key_in_the_board_file_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    board = folder / "edge" / "hardware.toml"
    board.write_text("[pomp]\npin = 5\n", encoding="utf-8")
    assert main(["agent", "--data", str(folder)]) == 2
    assert "hardware.toml" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--hours", "-1"], ["--scale", "0"], ["--season", "dry"]])
def test_impossible_options_are_refused(words: list[str]) -> None:
    with pytest.raises(SystemExit) as refusal:
        main(["agent", "--data", "x", *words])
    assert refusal.value.code == 2
