"""Records what a process asks of the card, in order, with strace; makes a list of steps of it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[3]
WRITES: Final = ("pwrite64", "write", "ftruncate")
SYNCS: Final = ("fsync", "fdatasync")
NAMES: Final = ("openat", "rename", "unlink")
LONGEST: Final = 1 << 20
"""Octets of one write that strace must not shorten."""
_CALL: Final = re.compile(r"^(\w+)\((.*)\) += \d+")
_TEXT: Final = re.compile(r'[<"]((?:\\x[0-9a-f]{2})*)[">]')


@dataclass(frozen=True)
class Write:
    """Octets for a file; `at` is None where they go behind the last ones."""

    name: str
    at: int | None
    octets: bytes


@dataclass(frozen=True)
class Cut:
    """A file is cut, or stretched, to a size."""

    name: str
    size: int


@dataclass(frozen=True)
class Create:
    """A name for a new, empty file."""

    name: str


@dataclass(frozen=True)
class Rename:
    """A file's new name; whatever had it is gone."""

    old: str
    new: str


@dataclass(frozen=True)
class Unlink:
    """A name goes."""

    name: str


@dataclass(frozen=True)
class Sync:
    """All that was written to a file is on the card; of the folder ("."): all its names."""

    name: str


@dataclass(frozen=True)
class Kept:
    """The process has said that this step is kept."""

    step: int


Act = Write | Cut | Create | Rename | Unlink | Sync | Kept


def record(strace: str, folder: Path, log: Path, steps: int, synchronous: str) -> list[Act]:
    """Let the worker write so many steps into the folder."""
    calls = ",".join((*WRITES, *SYNCS, *NAMES))
    command = [strace, "-y", "-xx", "-s", str(LONGEST), "-o", str(log), "-e", f"trace={calls}"]
    worker = [sys.executable, "-m", "tests.edge.crashed.worker"]
    subprocess.run(
        [*command, *worker, str(folder), str(steps), synchronous],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    with log.open(encoding="ascii") as lines:
        return list(acts(lines, folder))


def acts(lines: Iterator[str], folder: Path) -> Iterator[Act]:
    """The steps in a log of `strace -y -xx`, as far as they concern the folder."""
    for line in lines:
        call = _CALL.match(line)
        if call is None:
            continue
        kind, words = call.groups()
        texts = [bytes.fromhex(text.replace("\\x", "")) for text in _TEXT.findall(words)]
        if kind == "write" and words.startswith("1<"):
            yield Kept(int(texts[1].split()[1]))
        elif kind in NAMES:
            yield from _naming(kind, words, [_inside(text, folder) for text in texts])
        elif (name := _inside(texts[0], folder)) is not None:
            yield _content(kind, words, name, texts)


def _inside(path: bytes, folder: Path) -> str | None:
    """The name in the folder, "." for itself; None elsewhere, and in memory that is no file."""
    name = os.path.relpath(os.fsdecode(path), folder)
    return None if "/" in name or name == ".." or name.endswith("-shm") else name


def _naming(kind: str, words: str, names: list[str | None]) -> Iterator[Act]:
    last = names[-1]
    if kind == "openat":
        opened = names[1]
        if opened is not None and "O_CREAT" in words:
            yield Create(opened)
            if "O_TRUNC" in words:
                yield Cut(opened, 0)
    elif kind == "unlink" and last is not None:
        yield Unlink(last)
    elif kind == "rename" and names[0] is not None and last is not None:
        yield Rename(names[0], last)


def _content(kind: str, words: str, name: str, texts: list[bytes]) -> Act:
    if kind in SYNCS:
        return Sync(name)
    number = int(words.rpartition(",")[2])
    if kind == "ftruncate":
        return Cut(name, number)
    return Write(name, number if kind == "pwrite64" else None, texts[1])
