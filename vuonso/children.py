"""The demonstration's processes: each in a group of its own, stopped in order, never orphaned."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vuonso.errors import DemoError

POLITE_S: Final = 8.0  # an agent shuts its valves and says goodbye well inside this
LAST_LINES: Final = 12


@dataclass(frozen=True)
class Child:
    """One running program and the file that holds what it says."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def last_words(self) -> str:
        lines = self.log.read_text("utf-8", "replace").splitlines()
        return "\n".join(lines[-LAST_LINES:])

    def stop(self, polite_s: float) -> str:
        """Ask, wait, and as a last resort kill; return how it ended."""
        if self.alive:
            self.process.terminate()
        try:
            self.process.wait(polite_s)
        except subprocess.TimeoutExpired:
            self._kill_group()
            self.process.wait()
            return "did not answer and was killed"
        # A program that crashed may have left children that hold its ports.
        self._kill_group()
        return "stopped"

    def _kill_group(self) -> None:
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return


class Children:
    """All processes of one demonstration; leaving the `with` block stops them, last first."""

    def __init__(self, logs: Path, environment: Mapping[str, str], lock: int) -> None:
        self._logs = logs
        self._environment = {**os.environ, **environment}
        self._lock = lock
        self._running: list[Child] = []

    def start(self, name: str, words: Sequence[str]) -> Child:
        self._logs.mkdir(parents=True, exist_ok=True)
        log = self._logs / f"{name}.log"
        with log.open("ab") as output:
            process = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self._environment,
                # Ctrl-C in the terminal must reach us alone, so that we choose the order.
                start_new_session=True,
                pass_fds=(self._lock,),
            )
        child = Child(name, process, log)
        self._running.append(child)
        return child

    def run(self, name: str, words: Sequence[str], within_s: float) -> str:
        """Run a program to its end and return what it said; raise when it fails."""
        child = self.start(name, words)
        try:
            code = child.process.wait(within_s)
        except subprocess.TimeoutExpired as error:
            raise DemoError("child_slow", f"{name} did not finish in {within_s:.0f} s.") from error
        self._running.remove(child)
        if code != 0:
            raise DemoError("child_failed", f"{name} ended with {code}:\n{child.last_words()}")
        return child.log.read_text("utf-8", "replace")

    def check(self) -> None:
        """Raise when a process that should be running is not."""
        for child in self._running:
            if not child.alive:
                code = child.process.returncode
                raise DemoError(
                    "child_died", f"{child.name} ended with {code}:\n{child.last_words()}"
                )

    def end(self, child: Child) -> str:
        """Stop one of them; return how it ended."""
        self._running.remove(child)
        return child.stop(POLITE_S)

    def stop(self, polite_s: float = POLITE_S) -> list[str]:
        ended = [f"{child.name} {child.stop(polite_s)}" for child in reversed(self._running)]
        self._running.clear()
        return ended
