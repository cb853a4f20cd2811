"""One's own data as one file with the photos in it, written while it is sent, piece by piece."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from cloud.i18n import TIME_ZONE

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

PIECE: Final = 64 * 1024
"""Octets of a photo that are in memory at a time."""


@dataclass(frozen=True)
class Enclosed:
    """A file on the disk, and its name in the parcel."""

    name: str
    path: Path
    at: datetime


class _Sink(io.RawIOBase):
    """Takes what the archive writes, and cannot go back: neither can a reply."""

    def __init__(self) -> None:
        self._held: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, octets: "ReadableBuffer") -> int:
        held = bytes(octets)
        self._held.append(held)
        return len(held)

    def take(self) -> bytes:
        held, self._held = b"".join(self._held), []
        return held


def parcel(
    documents: Mapping[str, bytes], enclosed: Sequence[Enclosed], at: datetime
) -> Iterator[bytes]:
    """A ZIP of documents and files; a file that is on the disk no more is left out."""
    sink = _Sink()
    with ZipFile(sink, "w") as archive:
        for name, document in documents.items():
            archive.writestr(_labelled(name, at, ZIP_DEFLATED), document)
            yield sink.take()
        for one in enclosed:
            yield from _put_in(archive, sink, one)
    yield sink.take()


def _put_in(archive: ZipFile, sink: _Sink, one: Enclosed) -> Iterator[bytes]:
    try:
        source = one.path.open("rb")
    except FileNotFoundError:  # erased meanwhile, or the database came back without it
        return
    with source, archive.open(_labelled(one.name, one.at, ZIP_STORED), "w") as target:
        while piece := source.read(PIECE):
            target.write(piece)
            yield sink.take()


def _labelled(name: str, at: datetime, kind: int) -> ZipInfo:
    label = ZipInfo(name, at.astimezone(TIME_ZONE).timetuple()[:6])
    label.compress_type = kind
    return label
