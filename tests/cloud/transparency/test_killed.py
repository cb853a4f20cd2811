"""Whoever stamps, voids, recalls, harvests or splits may be killed at any moment."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cloud.transparency.killed import WELL, WRONG

KILLS = os.environ.get("VUONSO_KILLS", "8")
PATIENCE_S = 600.0

Child = subprocess.Popen[str]


@pytest.fixture(scope="module")
def child() -> Iterator[Child]:
    """A process of its own, for it forks; one for both databases, for it begins with seconds."""
    command = [sys.executable, "-m", "tests.cloud.transparency.killed"]
    words = ["--kills", KILLS, "--seed", "1"]
    pipe = subprocess.PIPE
    with subprocess.Popen([*command, *words], stdin=pipe, stdout=pipe, text=True) as child:
        yield child
        assert child.stdin is not None
        child.stdin.close()


def answer(child: Child, database_url: str, folder: Path) -> list[str]:
    """All lines up to the last one; a child that hangs is ended, and has no last one."""
    assert child.stdin is not None
    assert child.stdout is not None
    ending = threading.Timer(PATIENCE_S, child.kill)
    ending.start()
    child.stdin.write(f"{database_url}\t{folder}\n")
    child.stdin.flush()
    lines = [""]
    while lines[-1] not in {WELL, WRONG} and (line := child.stdout.readline()):
        lines.append(line.rstrip("\n"))
    ending.cancel()
    return lines


def test_a_sigkill_repeats_no_serial_loses_no_gram_and_leaves_the_log_whole(
    child: Child, database_url: str, tmp_path: Path
) -> None:
    """`script/prove killed` kills more often."""
    lines = answer(child, database_url, tmp_path / "cloud")
    assert lines[-1] == WELL, lines
    assert any(f"{KILLS} SIGKILLs" in line for line in lines)
