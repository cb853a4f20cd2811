"""A clock moved by hand and a board file."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.edge.broker import Town
from tests.edge.fakes import BOARD, HandClock
from tests.edge.rig import Rig


@pytest.fixture
def hand_clock() -> HandClock:
    return HandClock()


@pytest.fixture
def board_file(tmp_path: Path) -> Path:
    path = tmp_path / "hardware.toml"
    path.write_text(BOARD, encoding="utf-8")
    return path


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    rig = Rig(tmp_path)
    yield rig
    rig.close()


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with ExitStack() as at_the_end:
        yield Town(tmp_path, at_the_end)
