"""A device's day of samples as one small blob, from which every row comes back to the last bit.

Pure. The blob is deflated JSON: for each zone and epoch its columns as differences of integers,
the wall clock as its distance from the uptime, which hardly ever changes.
"""

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, cast

from cloud.errors import CloudError
from wire.columns import Column, expand, squeeze

_VERSION: Final = b"\x01"
_LEVEL: Final = 9  # a day is packed once and kept for a season
_METRIC: Final = "m."

_DAMAGES: Final = (ArithmeticError, LookupError, TypeError, ValueError, zlib.error)


class PackError(CloudError):
    """A stored day that does not unpack to what was packed: a backup still has it whole."""

    code = "pack"


@dataclass(frozen=True)
class PackedRow:
    """A sample without its device; its identity within the device is (epoch, seq).

    All metrics are floats, whatever whole numbers a database made of them.
    """

    epoch: str
    seq: int
    boot: str
    uptime_ms: int
    wall_ms: int
    quality: int
    zone_key: str | None
    metrics: Mapping[str, float]

    @property
    def key(self) -> tuple[str, int]:
        return self.epoch, self.seq


def union(*parts: Iterable[PackedRow]) -> list[PackedRow]:
    """Each row once, the first of its identity, in the order in which rows are packed."""
    found: dict[tuple[str, int], PackedRow] = {}
    for part in parts:
        for row in part:
            found.setdefault(row.key, row)
    return sorted(found.values(), key=_place)


def pack(rows: Iterable[PackedRow]) -> bytes:
    """One blob of rows in any order, each identity once."""
    groups = [
        _squeezed(zone, epoch, list(members))
        for (zone, epoch), members in groupby(
            sorted(rows, key=_place), key=lambda row: (row.zone_key, row.epoch)
        )
    ]
    return _VERSION + zlib.compress(_json(groups), _LEVEL)


def unpack(blob: bytes) -> list[PackedRow]:
    """All rows, ordered by zone (the house first), epoch and sequence number.

    Raises:
        PackError: this is not what `pack` made.
    """
    if blob[:1] != _VERSION:
        raise PackError(version=blob[:1].hex())
    try:
        groups = json.loads(zlib.decompress(blob[1:]))
        return [row for group in groups for row in _expanded(group)]
    except _DAMAGES:
        raise PackError(octets=len(blob)) from None


def digest(rows: Iterable[PackedRow]) -> str:
    """SHA-256 over the rows in packing order, whatever the packing: what a day is held to."""
    whole = hashlib.sha256()
    for row in sorted(rows, key=_place):
        whole.update(_json(vars(row)))
    return whole.hexdigest()


def _place(row: PackedRow) -> tuple[str, str, int]:
    return row.zone_key or "", row.epoch, row.seq


def _squeezed(zone: str | None, epoch: str, rows: Sequence[PackedRow]) -> dict[str, object]:
    values: dict[str, Column] = {
        "s": [row.seq for row in rows],
        "b": [row.boot for row in rows],
        "u": [row.uptime_ms for row in rows],
        "o": [row.wall_ms - row.uptime_ms for row in rows],
        "q": [row.quality for row in rows],
    }
    for name in sorted({name for row in rows for name in row.metrics}):
        values[_METRIC + name] = [row.metrics.get(name) for row in rows]
    squeezed = {name: squeeze(column) for name, column in values.items()}
    return {"z": zone, "e": epoch, "c": squeezed}


def _expanded(group: Mapping[str, object]) -> Iterator[PackedRow]:
    squeezed = cast("Mapping[str, object]", group["c"])
    values = {name: expand(column) for name, column in squeezed.items()}
    names = [name for name in values if name.startswith(_METRIC)]
    for i, (seq, boot, uptime, offset, quality) in enumerate(
        zip(*(values[name] for name in "sbuoq"), strict=True)
    ):
        yield PackedRow(
            epoch=cast("str", group["e"]),
            seq=cast("int", seq),
            boot=cast("str", boot),
            uptime_ms=cast("int", uptime),
            wall_ms=cast("int", uptime) + cast("int", offset),
            quality=cast("int", quality),
            zone_key=cast("str | None", group["z"]),
            metrics={
                name.removeprefix(_METRIC): cast("float", values[name][i])
                for name in names
                if values[name][i] is not None
            },
        )


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), sort_keys=True, allow_nan=False).encode()
