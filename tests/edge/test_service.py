"""The agent as a process: its commands, its exit codes, and what a signal leaves behind."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from gpiozero import Device
from gpiozero.pins.mock import MockFactory

from edge import alloff, cli
from edge.clock import SystemClock
from edge.config_file import load
from edge.loop import notify
from edge.runtime import build
from tests.edge.rig import NOWHERE, PUMP, VALVES
from wire import identity

ROOT = Path(__file__).parents[2]
PATIENCE_S = 30


@contextmanager
def python(*words: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def identity_file(tmp_path: Path) -> Path:
    path = tmp_path / "identity.json"
    identity.save(identity.new_identity(NOWHERE, simulated=True), path)
    return path


def test_sigterm_shuts_an_open_valve(board_file: Path) -> None:
    with python("tests/edge/shut_on_sigterm.py", str(board_file.parent)) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open True True\n"
        process.send_signal(signal.SIGTERM)
        told, errors = process.communicate(timeout=PATIENCE_S)
        assert told == "shut False False input\n"
        assert process.returncode == 0, errors


def test_the_service_starts_and_ends_in_order(board_file: Path, identity_file: Path) -> None:
    words = f"--config {board_file} --identity {identity_file} --data {board_file.parent}"
    command = ["-u", "-m", "vuonso", "edge", "run", *words.split()]
    with python(*command, GPIOZERO_PIN_FACTORY="mock") as process:
        assert process.stdout is not None
        assert "2 zones, all shut; running" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        told, errors = process.communicate(timeout=PATIENCE_S)
        assert told == "all valves shut; ended\n", errors
        assert process.returncode == 0


def test_a_wrong_key_ends_with_2_and_its_name(
    board_file: Path,
    identity_file: Path,
    mock_pins: MockFactory,
    capsys: pytest.CaptureFixture[str],
) -> None:
    board_file.write_text(board_file.read_text().replace("flow_lph", "flow_lpm", 1))
    words = f"run --config {board_file} --identity {identity_file} --data {board_file.parent}"
    assert cli.main(words.split()) == 2
    assert "zones.0.flow_lph" in capsys.readouterr().err
    assert len(mock_pins.pin(VALVES["z1"]).states) > 0


def test_a_calibration_that_cannot_be_used_ends_with_2_and_its_name(
    board_file: Path,
    identity_file: Path,
    mock_pins: MockFactory,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (board_file.parent / "calibration.toml").write_text("[[probes]]\nkey = 7\n")
    words = f"run --config {board_file} --identity {identity_file} --data {board_file.parent}"
    assert cli.main(words.split()) == 2
    assert "calibration.toml" in capsys.readouterr().err
    assert len(mock_pins.pin(VALVES["z1"]).states) > 0


def test_a_missing_identity_ends_with_2(
    board_file: Path, mock_pins: MockFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    words = f"run --config {board_file} --identity /nowhere.json --data {board_file.parent}"
    assert cli.main(words.split()) == 2
    assert "/nowhere.json" in capsys.readouterr().err
    assert mock_pins.pin(PUMP).function == "input"


def test_help_loads_neither_network_nor_pins() -> None:
    script = (
        "import sys; from edge.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: print([m for m in ('paho', 'gpiozero', 'apscheduler', 'fastapi',"
        " 'sqlmodel', 'sqlalchemy') if m in sys.modules])"
    )
    with python("-c", script) as process:
        told, errors = process.communicate(timeout=PATIENCE_S)
    assert told.endswith("[]\n"), errors
    assert "doctor" in told


def test_valves_are_shut_before_anything_heavy_is_loaded() -> None:
    heavy = ("apscheduler", "cryptography", "paho", "pydantic", "sqlite3")
    script = f"import sys, edge.start; print([m for m in {heavy} if m in sys.modules])"
    with python("-c", script) as process:
        told, errors = process.communicate(timeout=PATIENCE_S)
    assert told == "[]\n", errors


@pytest.fixture
def mock_pins() -> MockFactory:
    Device.pin_factory = MockFactory()
    return Device.pin_factory


def test_alloff_drives_every_output_off(board_file: Path, mock_pins: MockFactory) -> None:
    for pin in (*VALVES.values(), PUMP):
        mock_pins.pin(pin).function = "output"
        mock_pins.pin(pin).state = 1
    assert alloff.main(["--config", str(board_file)]) == 0
    for pin in (*VALVES.values(), PUMP):
        assert mock_pins.pin(pin).states[-1].state is False


def test_alloff_reads_a_file_the_agent_would_refuse(
    board_file: Path, mock_pins: MockFactory
) -> None:
    board_file.write_text('zones = [7, {pin = 17, wrong = 1}, {pin = "x"}]\npump = 3\n')
    mock_pins.pin(17).function = "output"
    mock_pins.pin(17).state = 1
    assert alloff.shut(board_file) == []
    assert mock_pins.pin(17).states[-1].state is False


def test_alloff_names_what_it_could_not_do(tmp_path: Path, mock_pins: MockFactory) -> None:
    missing = tmp_path / "none.toml"
    assert "cannot be read" in alloff.shut(missing)[0]
    missing.write_text("[pump]\npin = 400\n")
    said: list[str] = []
    assert alloff.main(["--config", str(missing)], said.append) == 1
    assert "pin 400" in said[0]
    assert mock_pins is Device.pin_factory


class Exploding:
    """A driver with a bug nobody foresaw."""

    def litres(self) -> float:
        raise ZeroDivisionError


def test_an_error_in_the_control_pass_shuts_the_valves_and_ends_the_run(
    board_file: Path, identity_file: Path
) -> None:
    pins = MockFactory()
    runtime = build(
        load(board_file),
        identity.load(identity_file),
        SystemClock(),
        pins,
        board_file.parent / "edge.db",
    )
    runtime.valves.open("z1", 300, 30)
    runtime.agent._house.senses._meter = Exploding()
    with pytest.raises(ZeroDivisionError):
        runtime.run(threading.Event())
    assert pins.pin(VALVES["z1"]).states[-1].state is False
    assert pins.pin(PUMP).states[-1].state is False


def test_systemd_hears_from_a_service_it_listens_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(str(address))
        monkeypatch.setenv("NOTIFY_SOCKET", str(address))
        notify("READY=1")
        assert ear.recv(100) == b"READY=1"
    monkeypatch.delenv("NOTIFY_SOCKET")
    notify("WATCHDOG=1")
