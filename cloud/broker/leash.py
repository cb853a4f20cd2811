"""Becomes a program that dies with its parent: `python -m cloud.broker.leash PID WORDS`.

A broker that outlived a service killed with SIGKILL would hold the port that its successor needs.
On Linux the kernel sends SIGTERM when the parent is gone; elsewhere nobody does.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Sequence
from typing import Final

PR_SET_PDEATHSIG: Final = 1
"""Of prctl(2): kept when a program is replaced by another, but not across a change of user."""


def command(words: Sequence[str]) -> list[str]:
    """The command that starts this program on a leash to the process that asks."""
    return [sys.executable, "-m", "cloud.broker.leash", str(os.getpid()), *words]


def main(parent: int, words: Sequence[str]) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            return  # it died before the kernel was told
    os.execvp(words[0], list(words))  # noqa: S606 - they are those of `managed.command_of`


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
