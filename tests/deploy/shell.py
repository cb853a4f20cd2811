"""Programs of the system that the deployment's tests drive."""

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def needs(program: str) -> str:
    """The program's path; the test is skipped on a machine that has it not."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not on this machine")
    return found
