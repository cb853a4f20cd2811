"""Real processes: the command as a person types it, its words, and a deadline that ends it."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "vuonso"]
ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Run:
    """A started command whose output is read line by line."""

    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)

    def read_until(self, mark: str) -> str:
        """Return the first line that holds the mark; fail when the output ends without it."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.said.append(line)
            if mark in line:
                return line
        pytest.fail(f"{mark!r} was never said; what was said:\n{self.text}")

    def interrupt(self) -> int:
        """Press Ctrl-C, read to the end, return the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.finish()

    def finish(self) -> int:
        assert self.process.stdout
        self.said += self.process.stdout
        return self.process.wait()

    @property
    def text(self) -> str:
        return "".join(self.said)


Start = Callable[..., Run]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start `vuonso …`; nothing lives longer than its deadline or than the test."""
    runs: list[Run] = []
    timers: list[threading.Timer] = []

    def begin(*words: str | Path, within_s: float = 300, **environment: str) -> Run:
        process = subprocess.Popen(
            [*COMMAND, *map(str, words)],
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        timer = threading.Timer(within_s, process.terminate)
        timer.start()
        runs.append(Run(process))
        timers.append(timer)
        return runs[-1]

    yield begin
    for timer in timers:
        timer.cancel()
    for run in runs:
        run.process.terminate()
        run.finish()
        assert run.process.stdout
        run.process.stdout.close()


def processes_naming(folder: Path) -> list[str]:
    """The living processes that name this folder on their command line or in their settings."""
    name = str(folder).encode()
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            words = (path / "cmdline").read_bytes()
            settings = (path / "environ").read_bytes()
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        if name in words or name in settings:
            found.append(words.replace(b"\0", b" ").decode())
    return found


@pytest.fixture
def living(tmp_path: Path) -> Callable[[], list[str]]:
    """Processes that still work in this test's folder."""
    return lambda: processes_naming(tmp_path)
