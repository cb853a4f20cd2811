"""Ballast takes room once, and lets it go when the card refuses."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from edge.ballast import BYTES, LOW_BYTES, SUFFIX, Ballast
from edge.errors import StoreError
from edge.store import Store
from tests.deploy.shell import needs
from tests.edge.card import little_card

ROOT = Path(__file__).parents[2]


def test_it_takes_its_room_once_and_gives_it_up_for_good(tmp_path: Path) -> None:
    ballast, file = Ballast(tmp_path / "edge.db"), tmp_path / f"edge.db{SUFFIX}"
    ballast.lay_in()
    ballast.lay_in()
    ballast.make_room()
    assert file.stat().st_size == BYTES == 8_388_608
    ballast.give_up()
    ballast.give_up()
    assert not file.exists()


def test_a_store_that_is_refused_gives_its_ballast_up(tmp_path: Path) -> None:
    path = tmp_path / "edge.db"
    store = Store(path)
    Ballast(path).lay_in()
    store.close()
    with pytest.raises(StoreError), store.transaction():
        pass
    assert not path.with_name(path.name + SUFFIX).exists()


def test_a_store_gives_its_ballast_up_before_the_card_refuses(tmp_path: Path) -> None:
    with little_card(tmp_path, 48) as card:
        path = tmp_path / "edge.db"
        store = Store(path)
        Ballast(path).lay_in()
        card.fill(but=LOW_BYTES // 2)
        with store.transaction() as change:
            change.set_meta("hold", "1")
        assert not path.with_name(path.name + SUFFIX).exists()
        assert not store.has_refused
        store.close()


def test_a_card_without_room_for_it_does_without(tmp_path: Path) -> None:
    with little_card(tmp_path, 16):
        Ballast(tmp_path / "edge.db").lay_in()
        assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_keeps_nobody_from_starting(tmp_path: Path) -> None:
    Ballast(tmp_path / "nowhere" / "edge.db").lay_in()
    Ballast(tmp_path / "nowhere" / "edge.db").give_up()


def test_a_file_system_that_reserves_nothing_is_written_to(tmp_path: Path) -> None:
    script = "import sys; from edge.ballast import *; Ballast(Path(sys.argv[1])).lay_in()"
    command = [needs("strace"), "-f", "-qq", "-o", "/dev/null", "-e", "trace=fallocate"]
    subprocess.run(
        [
            *command,
            "-e",
            "inject=fallocate:error=EIO",
            sys.executable,
            "-c",
            script,
            tmp_path / "edge.db",
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
    )
    file = tmp_path / f"edge.db{SUFFIX}"
    assert file.stat().st_size == BYTES
    assert file.stat().st_blocks * 512 >= BYTES
