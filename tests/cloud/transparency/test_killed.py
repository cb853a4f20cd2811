"""Whoever stamps, voids, recalls, harvests or splits may be killed at any moment."""

import os
import subprocess
import sys
from pathlib import Path

KILLS = os.environ.get("VUONSO_KILLS", "8")


def test_a_sigkill_repeats_no_serial_loses_no_gram_and_leaves_the_log_whole(
    database_url: str, tmp_path: Path
) -> None:
    """In a process of its own, for it forks; `script/prove killed` kills more often."""
    command = [sys.executable, "-m", "tests.cloud.transparency.killed", database_url]
    done = subprocess.run(
        [*command, str(tmp_path / "cloud"), "--kills", KILLS, "--seed", "1"],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{KILLS} SIGKILLs" in done.stdout
