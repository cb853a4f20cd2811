"""Processes start with a log of their own, are watched, and never outlive the demonstration."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.clock import SystemClock
from vuonso.children import Child, Children
from vuonso.errors import DemoError
from vuonso.place import Place
from vuonso.waiting import Patience

PATIENT = [sys.executable, "-c", "import signal; print('up', flush=True); signal.pause()"]
STAY_DEAF = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print('up', flush=True)
while True:
    signal.pause()
"""


@pytest.fixture
def children(tmp_path: Path) -> Iterator[Children]:
    lock = Place(tmp_path).lock()
    started = Children(tmp_path / "logs", {"VUONSO_GREETING": "xin chào"}, lock)
    yield started
    started.stop()
    os.close(lock)


@pytest.fixture
def patience(children: Children) -> Patience:
    return Patience(SystemClock(), children)


def test_a_program_speaks_into_its_log(children: Children) -> None:
    words = [sys.executable, "-c", "import os; print(os.environ['VUONSO_GREETING'])"]
    assert children.run("greeter", words, within_s=20) == "xin chào\n"


def test_a_failing_program_is_quoted(children: Children) -> None:
    words = [sys.executable, "-c", "raise SystemExit('no water today')"]
    with pytest.raises(DemoError, match="no water today"):
        children.run("failing", words, within_s=20)


def test_a_program_that_asks_for_too_long_is_not_waited_for(children: Children) -> None:
    with pytest.raises(DemoError, match=r"did not finish in 0 s"):
        children.run("slow", PATIENT, within_s=0.05)


def test_a_death_is_noticed(children: Children, patience: Patience) -> None:
    child = started(children, patience, "victim", PATIENT)
    os.kill(child.process.pid, signal.SIGKILL)
    with pytest.raises(DemoError, match="victim ended with -9"):
        patience.until("what never comes", lambda: False, 20)


def test_waiting_has_an_end(patience: Patience) -> None:
    with pytest.raises(DemoError, match="in vain for rain"):
        patience.until("rain", lambda: False, 0.3)


def test_all_stop_last_first(children: Children, patience: Patience) -> None:
    for name in ("first", "second"):
        started(children, patience, name, PATIENT)
    assert children.stop() == ["second stopped", "first stopped"]


def test_a_deaf_one_is_killed_and_said_so(children: Children, patience: Patience) -> None:
    child = started(children, patience, "deaf", [sys.executable, "-c", STAY_DEAF])
    assert children.stop(polite_s=0.2) == ["deaf did not answer and was killed"]
    assert not child.alive


def started(children: Children, patience: Patience, name: str, words: list[str]) -> Child:
    """A program that has said its first word."""
    child = children.start(name, words)
    patience.until("its voice", lambda: "up" in child.last_words(), 20)
    return child
