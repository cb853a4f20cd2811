"""Every k-th call of the agent with every fault: `python -m tests.edge.faulted.campaign`."""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.edge.faulted.strace import NETWORK_CALL, Fault, count, verdict

ERRORS = {
    "pwrite64": ("SIGKILL", "EIO", "ENOSPC"),
    "write": ("SIGKILL", "EIO", "ENOSPC"),
    "fdatasync": ("SIGKILL", "EIO"),
    "fsync": ("SIGKILL", "EIO"),
    "rename": ("SIGKILL", "EIO", "ENOSPC"),
    "openat": ("SIGKILL", "EIO", "ENOSPC"),
    "ftruncate": ("SIGKILL", "EIO"),
    "unlink": ("SIGKILL", "EIO"),
}
FIRST = 3
"""The start of a call's life, from which the steps count."""


def faults(calls: Counter[str], every: int) -> Iterator[Fault]:
    """Each error once, and errors also for good, as a full or dying card gives them."""
    for call, errors in ERRORS.items():
        for nth in range(min(FIRST, calls[call]) or 1, calls[call] + 1, every):
            yield from (Fault(call, what, nth, lasts) for what, lasts in _ways(errors))


def _ways(errors: Sequence[str]) -> Iterator[tuple[str, bool]]:
    for what in errors:
        yield what, False
        if what != "SIGKILL":
            yield what, True


def network_faults() -> Iterator[Fault]:
    """The courier's thread connects beside the control loop."""
    for what in ("SIGKILL", "EIO", "ENETUNREACH"):
        yield Fault(NETWORK_CALL, what, 1, lasts=what != "SIGKILL")


def run(strace: str, chosen: Sequence[Fault], workers: int) -> Iterator[str]:
    """All that is wrong after each fault."""

    def one(fault: Fault) -> list[str]:
        with TemporaryDirectory() as folder:
            return verdict(strace, Path(folder), fault)

    with ThreadPoolExecutor(workers) as pool:
        for wrong in pool.map(one, chosen):
            yield from wrong


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.edge.faulted.campaign")
    parser.add_argument("--every", type=int, default=5, help="step through the calls (default: 5)")
    parser.add_argument("--workers", type=int, default=2, help="agents at a time (default: 2)")
    parser.add_argument("--strace", default="strace", help="the program (default: strace)")
    args = parser.parse_args(argv)
    with TemporaryDirectory() as folder:
        calls = count(args.strace, Path(folder))
    chosen = [*faults(calls, args.every), *network_faults()]
    wrong = list(run(args.strace, chosen, args.workers))
    for sentence in wrong:
        sys.stdout.write(f"{sentence}\n")
    sys.stdout.write(f"{len(chosen)} faults in {dict(calls)}: {len(wrong)} findings\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
