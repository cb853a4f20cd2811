"""The real agent with a fault in one of its calls to the kernel: killed, I/O error, card full.

A small cut of `tests/edge/faulted/campaign.py`: afterwards every valve is shut, the store opens,
no promised row is missing or doubled, every dose has an end and all water was charged.
"""

from collections import Counter
from pathlib import Path

import pytest

from tests.deploy.shell import needs
from tests.edge.faulted.campaign import faults, network_faults
from tests.edge.faulted.strace import Fault, verdict

CUT = (
    Fault("pwrite64", "SIGKILL", 170),
    Fault("pwrite64", "EIO", 120),
    Fault("pwrite64", "ENOSPC", 200, lasts=True),
    Fault("fdatasync", "SIGKILL", 25),
    Fault("fdatasync", "EIO", 20, lasts=True),
    Fault("fsync", "EIO", 12),
    Fault("rename", "ENOSPC", 9),
    Fault("openat", "EIO", 15, lasts=True),
    *network_faults(),
)


@pytest.mark.parametrize("fault", CUT, ids=str)
def test_a_fault_leaves_valves_shut_and_books_whole(fault: Fault, tmp_path: Path) -> None:
    assert verdict(needs("strace"), tmp_path, fault) == []


def test_a_step_through_the_calls_names_each_with_its_errors() -> None:
    chosen = [str(fault) for fault in faults(Counter({"rename": 8}), 5)]
    assert chosen[:5] == [
        "rename:SIGKILL:3",
        "rename:EIO:3",
        "rename:EIO:3+",
        "rename:ENOSPC:3",
        "rename:ENOSPC:3+",
    ]
    assert chosen[5] == "rename:SIGKILL:8"
