"""The log as files: named as others expect, and whole or refused."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from traceability.errors import LogFilesError, NoteError
from traceability.log import Tree, leaf_hash
from traceability.notes import Checkpoint, Signer, sign
from traceability.tiles import Tile, content, read, tiles_of, write

SIGNER = Signer("htx.example/so", Ed25519PrivateKey.from_private_bytes(bytes(32)))
TRUSTED = [SIGNER.verifier]
MANY = 66_000  # a full tile of the second level, and 257 of the first


def entries(count: int) -> list[bytes]:
    return [b"%d" % number for number in range(count)]


def head(given: list[bytes]) -> str:
    tree = Tree(map(leaf_hash, given))
    return sign(str(Checkpoint("htx.example/so", tree.size, tree.root())), [SIGNER])


def test_files_are_named_as_the_format_says() -> None:
    """The examples of c2sp.org/tlog-tiles."""
    assert Tile(0, 1_234_067).path == "tile/0/x001/x234/067"
    assert Tile(None, 0, 5).path == "tile/entries/000.p/5"
    widths: dict[int, list[int]] = {}
    for tile in tiles_of(70_000):
        if tile.level is not None:
            widths.setdefault(tile.level, []).append(tile.width)
    assert widths == {0: [256] * 273 + [112], 1: [256, 17], 2: [1]}


def test_a_full_tile_and_one_above_it() -> None:
    paths = [tile.path for tile in tiles_of(256)]
    assert paths == ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257])
def test_what_is_written_is_read_back(tmp_path: Path, size: int) -> None:
    given = entries(size)
    write(tmp_path, given, head(given))
    found, read_back = read(tmp_path, TRUSTED)
    assert (found.size, read_back) == (size, given)


def test_a_node_of_a_higher_tile_is_the_root_of_a_full_tile_below() -> None:
    given = entries(MANY)
    tree = Tree(map(leaf_hash, given))
    above = content(Tile(1, 0), tree, given)
    for place in (0, 255):
        below = Tree(map(leaf_hash, given[place * 256 : (place + 1) * 256]))
        assert above[place * 32 : (place + 1) * 32] == below.root()


def test_a_log_that_grew_is_written_over_its_younger_self(tmp_path: Path) -> None:
    before, after = entries(300), entries(600)
    assert write(tmp_path, before, head(before)) > write(tmp_path, after[:300], head(before))
    write(tmp_path, after, head(after))
    assert read(tmp_path, TRUSTED)[1] == after


def test_a_checkpoint_of_other_entries_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(LogFilesError):
        write(tmp_path, entries(3), head(entries(4)))
    assert list(tmp_path.iterdir()) == []


def test_any_changed_cut_or_missing_file_is_named(tmp_path: Path) -> None:
    given = entries(300)
    write(tmp_path, given, head(given))
    for path in sorted(one for one in (tmp_path / "tile").rglob("*") if one.is_file()):
        name, whole = str(path.relative_to(tmp_path)), path.read_bytes()
        for spoilt in (whole[:-1], whole + b"\0", bytes([whole[0] ^ 1]) + whole[1:]):
            path.write_bytes(spoilt)
            with pytest.raises(LogFilesError):
                read(tmp_path, TRUSTED)
        path.unlink()
        with pytest.raises(LogFilesError, match=name):
            read(tmp_path, TRUSTED)
        path.write_bytes(whole)
    assert read(tmp_path, TRUSTED)[1] == given


def test_an_entry_changed_together_with_all_tiles_does_not_fit_the_checkpoint(
    tmp_path: Path,
) -> None:
    given = entries(300)
    write(tmp_path, given, head(given))
    forged = [*given[:7], b"another", *given[8:]]
    tree = Tree(map(leaf_hash, forged))
    for tile in tiles_of(300):
        (tmp_path / tile.path).write_bytes(content(tile, tree, forged))
    with pytest.raises(LogFilesError, match="checkpoint"):
        read(tmp_path, TRUSTED)


def test_a_log_nobody_trusted_signed_is_not_read(tmp_path: Path) -> None:
    write(tmp_path, entries(3), head(entries(3)))
    other = Signer(SIGNER.name, Ed25519PrivateKey.from_private_bytes(bytes([1]) * 32))
    with pytest.raises(NoteError):
        read(tmp_path, [other.verifier])


def test_an_entry_that_its_length_cannot_tell_is_refused(tmp_path: Path) -> None:
    given = [bytes(65_536)]
    with pytest.raises(LogFilesError, match="65535"):
        write(tmp_path, given, head(given))
