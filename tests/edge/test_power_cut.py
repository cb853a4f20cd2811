"""The power goes at any moment: what the store has promised is on the card, and nothing half.

A small cut of `tests/edge/crashed/explorer.py`; and the card it imagines behaves like one.
"""

import random
from pathlib import Path

import pytest

from tests.deploy.shell import needs
from tests.edge.crashed.card import Card, cuts
from tests.edge.crashed.explorer import explore, live
from tests.edge.crashed.tape import Create, Cut, Kept, Rename, Sync, Unlink, Write, acts

IMAGES = 400
SEED = 7


def images(
    *done: Write | Cut | Create | Rename | Unlink | Sync,
) -> set[tuple[tuple[str, bytes], ...]]:
    """All that cuts at the end may leave."""
    card, chance = Card(), random.Random(SEED)
    for act in done:
        card.take(act)
    return {tuple(sorted(card.cut(chance).items())) for _ in range(200)}


def test_no_cut_loses_or_halves_what_was_kept() -> None:
    seen, wrong = explore(live(needs("strace"), 12, "FULL"), IMAGES, SEED)
    assert IMAGES <= seen <= 3 * IMAGES
    assert wrong == {}


@pytest.mark.parametrize("synchronous", ["NORMAL", "OFF"])
def test_a_store_that_syncs_less_is_found_out(synchronous: str) -> None:
    _, wrong = explore(live(needs("strace"), 12, synchronous), IMAGES, SEED)
    assert wrong["a kept step is gone"] > 0


def test_an_unsynced_write_arrives_or_not_or_in_whole_sectors() -> None:
    two = b"a" * 512 + b"b" * 512
    found = images(Create("f"), Sync("."), Write("f", 0, two))
    assert found == {(("f", b""),), (("f", two[:512]),), (("f", two),)}


def test_unsynced_writes_arrive_in_any_mixture() -> None:
    found = images(Create("f"), Sync("."), Write("f", None, b"a"), Write("f", None, b"b"))
    assert found == {(("f", content),) for content in (b"", b"a", b"ab", b"\0b")}


def test_what_is_synced_stays_and_a_cut_of_the_file_may_too() -> None:
    done = (Create("f"), Sync("."), Write("f", 0, b"abc"), Sync("f"))
    assert images(*done) == {(("f", b"abc"),)}
    assert images(*done, Cut("f", 1)) == {(("f", b"abc"),), (("f", b"a"),)}
    assert images(*done, Cut("f", 5), Sync("f")) == {(("f", b"abc\0\0"),)}


def test_names_are_lost_from_the_last_one_on_until_the_folder_is_synced() -> None:
    done = (Create("new"), Write("new", 0, b"x"), Sync("new"), Rename("new", "f"), Create("g"))
    assert images(*done) == {
        (),
        (("new", b"x"),),
        (("f", b"x"),),
        (("f", b"x"), ("g", b"")),
    }
    assert images(*done, Sync("."), Unlink("g"), Sync(".")) == {(("f", b"x"),)}


def test_a_name_that_exists_is_opened_not_made_anew() -> None:
    assert images(Create("f"), Write("f", 0, b"x"), Sync("f"), Sync("."), Create("f")) == {
        (("f", b"x"),)
    }


def test_a_settled_card_is_looked_at_once() -> None:
    done = (Create("f"), Sync("."), Kept(1))
    kept = [step for step, _ in cuts(done, 5, random.Random(SEED))]
    assert kept == [0] * 6 + [1]


def test_the_log_of_a_process_is_read_as_what_it_did() -> None:
    def hexed(text: str) -> str:
        return "".join(f"\\x{octet:02x}" for octet in text.encode())

    lines = [
        f'openat(AT_FDCWD<{hexed("/")}>, "{hexed("/d/f")}", O_RDWR|O_CREAT, 0644) = 3<x>\n',
        f'openat(AT_FDCWD<{hexed("/")}>, "{hexed("/d/n")}", O_CREAT|O_TRUNC, 0644) = 4<x>\n',
        f'openat(AT_FDCWD<{hexed("/")}>, "{hexed("/usr/f")}", O_RDONLY) = 4<x>\n',
        f'pwrite64(3<{hexed("/d/f")}>, "{hexed("ab")}", 2, 4096) = 2\n',
        f'write(3<{hexed("/d/n")}>, "{hexed("ab")}", 2) = 2\n',
        f'write(1<{hexed("/dev/null")}>, "{hexed("kept 12")}"..., 7) = 7\n',
        f"ftruncate(3<{hexed('/d/f')}>, 7) = 0\n",
        f"fdatasync(3<{hexed('/d/f')}>) = 0\n",
        f"fsync(5<{hexed('/d')}>) = 0\n",
        f'rename("{hexed("/d/n")}", "{hexed("/d/f")}") = 0\n',
        f'unlink("{hexed("/d/f")}") = 0\n',
        f'unlink("{hexed("/d/f")}") = -1 ENOENT (No such file or directory)\n',
        f'pwrite64(3<{hexed("/d/f-shm")}>, "{hexed("ab")}", 2, 0) = 2\n',
        "+++ exited with 0 +++\n",
    ]
    assert list(acts(iter(lines), Path("/d"))) == [
        Create("f"),
        Create("n"),
        Cut("n", 0),
        Write("f", 4096, b"ab"),
        Write("n", None, b"ab"),
        Kept(12),
        Cut("f", 7),
        Sync("f"),
        Sync("."),
        Rename("n", "f"),
        Unlink("f"),
    ]
