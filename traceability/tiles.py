"""The log as static files that any web server can serve, after c2sp.org/tlog-tiles.

`checkpoint`, `tile/<level>/<number>` with 256 hashes each, `tile/entries/<number>` with 256
entries each; the last ones of a level are partial and say in their names how wide they are.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from traceability.errors import LogFilesError
from traceability.log import Tree, leaf_hash
from traceability.notes import Checkpoint, Signer, Verifier, sign, verify

WIDTH: Final = 256
HEIGHT: Final = 8
"""Levels of the tree between a tile and the one above it: 2⁸ = 256."""

MOST_OCTETS: Final = 0xFFFF
"""An entry's length is told in 16 bits."""

CHECKPOINT: Final = "checkpoint"
ENTRIES: Final = "entries"

_LENGTH: Final = struct.Struct(">H")
_GROUP: Final = 1000


@dataclass(frozen=True)
class Tile:
    """A row of up to 256 hashes, or of entries, by where it stands."""

    level: int | None
    """None for a bundle of entries."""
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        name = ENTRIES if self.level is None else str(self.level)
        partial = f".p/{self.width}" if self.width < WIDTH else ""
        return f"tile/{name}/{_grouped(self.number)}{partial}"


def tiles_of(size: int) -> Iterator[Tile]:
    """All tiles of a log of this size, its bundles of entries first."""
    for level in (None, *range(_height(size))):
        nodes = size >> (HEIGHT * (level or 0))
        for number in range(nodes // WIDTH):
            yield Tile(level, number)
        if nodes % WIDTH:
            yield Tile(level, nodes // WIDTH, nodes % WIDTH)


def content(tile: Tile, tree: Tree, entries: Sequence[bytes]) -> bytes:
    """The octets of a tile.

    Raises:
        LogFilesError: an entry is longer than 65,535 octets.
    """
    low = tile.number * WIDTH
    places = range(low, low + tile.width)
    if tile.level is None:
        return b"".join(_packed(entries[place]) for place in places)
    return b"".join(tree.node(HEIGHT * tile.level, place) for place in places)


def write_on(folder: Path, entries: Sequence[bytes], signer: Signer) -> Checkpoint:
    """Write a log out under a fresh checkpoint, if it grew out of the one that is there.

    Raises:
        LogFilesError: it did not: whoever kept the older checkpoint would see two pasts.
        NoteError: the older checkpoint is another's.
    """
    tree = Tree(leaf_hash(entry) for entry in entries)
    head = Checkpoint(signer.name, tree.size, tree.root())
    note = sign(str(head), [signer])
    if (folder / CHECKPOINT).exists():
        published = _octets(folder, CHECKPOINT).decode()
        text, _signed = verify(published, [signer.verifier])
        older = Checkpoint.parse(text)
        if older.size > tree.size or tree.root(older.size) != older.root:
            raise LogFilesError(
                f"{folder} holds a log of {older.size} entries that these do not continue"
            )
        note = published if older == head else note  # with what witnesses said of it
    write(folder, entries, note)
    return head


def write(folder: Path, entries: Sequence[bytes], checkpoint: str) -> int:
    """Write a log out; the checkpoint last, so that nobody meets it before what it stands for.

    Returns the number of files. Full tiles that are there already are never written again: they
    cannot change.

    Raises:
        LogFilesError: the checkpoint is of another log than these entries make.
    """
    tree = Tree(leaf_hash(entry) for entry in entries)
    head = Checkpoint.parse(checkpoint)
    if (head.size, head.root) != (tree.size, tree.root()):
        raise LogFilesError("the checkpoint does not stand for these entries")
    written = 0
    for tile in tiles_of(tree.size):
        path = folder / tile.path
        if tile.width == WIDTH and path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content(tile, tree, entries))
        written += 1
    replace(folder / CHECKPOINT, checkpoint)
    return written + 1


def read(folder: Path, trusted: Sequence[Verifier]) -> tuple[Checkpoint, list[bytes]]:
    """The entries of a log on disk, every file of which agrees with the signed checkpoint.

    Raises:
        LogFilesError: a file is missing, cut short or changed; it is named.
        NoteError: nobody trusted signed the checkpoint.
    """
    text, _signed = verify(_octets(folder, CHECKPOINT).decode(errors="replace"), trusted)
    head = Checkpoint.parse(text)
    entries = [
        entry
        for tile in tiles_of(head.size)
        if tile.level is None
        for entry in _unpacked(tile, _octets(folder, tile.path))
    ]
    tree = Tree(leaf_hash(entry) for entry in entries)
    for tile in tiles_of(head.size):
        if _octets(folder, tile.path) != content(tile, tree, entries):
            raise LogFilesError(f"{tile.path} does not fit the entries")
    if tree.root() != head.root:
        raise LogFilesError("the entries are not those of the checkpoint: something was changed")
    return head, entries


def _height(size: int) -> int:
    """Levels of tiles that hold anything."""
    height = 0
    while size >> (HEIGHT * height):
        height += 1
    return height


def _grouped(number: int) -> str:
    """1234067 as x001/x234/067, so that no folder holds more than a thousand files."""
    groups = [f"{number % _GROUP:03}"]
    while number >= _GROUP:
        number //= _GROUP
        groups.append(f"x{number % _GROUP:03}")
    return "/".join(reversed(groups))


def _packed(entry: bytes) -> bytes:
    if len(entry) > MOST_OCTETS:
        raise LogFilesError(f"an entry has {len(entry)} octets, {MOST_OCTETS} are the most")
    return _LENGTH.pack(len(entry)) + entry


def _unpacked(tile: Tile, octets: bytes) -> list[bytes]:
    entries, place = [], 0
    while place + _LENGTH.size <= len(octets):
        (length,) = _LENGTH.unpack_from(octets, place)
        place += _LENGTH.size
        entries.append(octets[place : place + length])
        place += length
    if place != len(octets) or len(entries) != tile.width:
        raise LogFilesError(f"{tile.path} is damaged")
    return entries


def _octets(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise LogFilesError(f"{name} cannot be read: {error.strerror}") from error


def replace(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
