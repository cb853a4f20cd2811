"""The agent and a calibration as real processes on one data folder: never both, in any order."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from edge.alone import alone
from edge.errors import BusyError
from tests.edge.rig import NOWHERE, VALVES
from wire import identity

ROOT = Path(__file__).parents[2]
PATIENCE_S = 30
POUR = """
import sys
from pathlib import Path
import gpiozero
from gpiozero.pins.mock import MockFactory
from edge import cli

pins = gpiozero.Device.pin_factory = MockFactory()
code = cli.main(["calibrate", "flow", "--by", "Lan", *sys.argv[1:]])
opened = [pin for pin in VALVES if any(state.state for state in pins.pin(pin).states)]
print(f"code {code}, opened {opened}")
"""


class Machine:
    """Processes of one installation, on mock pins."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        identity.save(identity.new_identity(NOWHERE, simulated=True), folder / "identity.json")
        self._files = ["--config", str(folder / "hardware.toml"), "--data", str(folder)]

    @contextmanager
    def agent(self) -> Iterator[subprocess.Popen[str]]:
        who = ["--identity", str(self.folder / "identity.json")]
        with self._start("-m", "vuonso", "edge", "run", *self._files, *who) as process:
            yield process

    @contextmanager
    def calibration(self) -> Iterator[subprocess.Popen[str]]:
        """Somebody before the box; what they type comes from the test."""
        script = POUR.replace("VALVES", str(sorted(VALVES.values())))
        with self._start("-c", script, *self._files) as process:
            yield process

    @contextmanager
    def _start(self, *words: str) -> Iterator[subprocess.Popen[str]]:
        environment = {"PYTHONPATH": str(ROOT), "GPIOZERO_PIN_FACTORY": "mock"}
        with subprocess.Popen(
            [sys.executable, "-u", *words],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                yield process
            finally:
                process.kill()


def said(process: subprocess.Popen[str], mark: str) -> None:
    """Read until it says this; a question has no end of line."""
    assert process.stdout is not None
    text = ""
    while mark not in text:
        letter = process.stdout.read(1)
        assert letter, f"{mark!r} was never said: {text}"
        text += letter


@pytest.fixture
def machine(board_file: Path) -> Machine:
    return Machine(board_file.parent)


def test_beside_a_running_agent_no_calibration_opens_a_valve(machine: Machine) -> None:
    with machine.agent() as agent:
        said(agent, "all shut; running")
        with machine.calibration() as calibration:
            told, errors = calibration.communicate(timeout=PATIENCE_S)
        assert "another program works with" in errors
        assert told == "code 1, opened []\n"
        assert agent.poll() is None
    assert not (machine.folder / "calibration.toml").exists()


def test_beside_a_calibration_no_agent_starts(machine: Machine) -> None:
    with machine.calibration() as calibration:
        said(calibration, "press Enter")
        with machine.agent() as agent:
            told, errors = agent.communicate(timeout=PATIENCE_S)
        assert agent.returncode == 1
        assert "the agent, or a calibration; end it first" in errors
        assert "running" not in told


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_when_the_agent_has_gone_in_any_way_the_bucket_is_filled(
    machine: Machine, how: signal.Signals
) -> None:
    with machine.agent() as agent:
        said(agent, "all shut; running")
        agent.send_signal(how)
        agent.communicate(timeout=PATIENCE_S)
    with machine.calibration() as calibration:
        said(calibration, "press Enter")
        calibration.send_signal(signal.SIGTERM)
        told, errors = calibration.communicate("\n", timeout=PATIENCE_S)
    assert "ended before the bucket was full" in errors
    assert told.endswith(f"code 1, opened [{VALVES['z1']}]\n")
    with machine.agent() as agent:
        said(agent, "all shut; running")


def test_a_folder_is_free_again_when_the_work_in_it_failed(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), alone(tmp_path):
        raise ZeroDivisionError
    with alone(tmp_path), pytest.raises(BusyError, match="end it first"), alone(tmp_path):
        pass


def test_a_folder_that_cannot_be_used_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BusyError, match="run with sudo"), alone(tmp_path / "file" / "data"):
        pass
