"""A recorded series as climate: columns named by a small TOML, gaps held, the whole repeated.

The series' first local midnight becomes the midnight before the simulation's start.
"""

import csv
import tomllib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from firmware_sim.climate import Air
from firmware_sim.clock import VIETNAM_MS, local_day
from firmware_sim.errors import SeriesError

DAY_S: Final = 86_400


class Column(BaseModel):
    """A column and what turns its number into our unit: value × scale + offset."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)

    column: str
    scale: float = 1.0
    offset: float = 0.0

    def of(self, row: dict[str, str]) -> float | None:
        """The value in our unit; None where the logger left a gap."""
        try:
            value = float(row.get(self.column) or "nan")
        except ValueError:
            return None
        return value * self.scale + self.offset if isfinite(value) else None


class Columns(BaseModel):
    """Which columns hold what: °C, fraction, W/m² inside."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    time: str
    air_c: Column
    rh: Column
    radiation: Column


@dataclass(frozen=True, slots=True)
class Rows:
    """A series in order of time; `seconds` count from `midnight`, that of the first row."""

    midnight: int
    """Unix seconds, as if the record's local time were UTC."""
    seconds: tuple[int, ...]
    values: tuple[tuple[float, ...], ...]


class RecordedClimate:
    """Whole days of a series, played again from the first when they are used up."""

    def __init__(self, rows: Rows, start_ms: int) -> None:
        self._rows = rows
        self._span_s = max(1, -(-rows.seconds[-1] // DAY_S)) * DAY_S
        self._origin_ms = local_day(start_ms) * DAY_S * 1000 - VIETNAM_MS

    def at(self, unix_ms: int) -> Air:
        second = (unix_ms - self._origin_ms) // 1000 % self._span_s
        index = max(0, bisect_right(self._rows.seconds, second) - 1)
        celsius, rh, radiation = self._rows.values[index]
        return Air(celsius, min(1.0, max(0.01, rh)), max(0.0, radiation))


def recorded_climate(path: Path, columns_path: Path, start_ms: int) -> RecordedClimate:
    """Read a climate series.

    Raises:
        SeriesError: a file is missing, or a column is.
    """
    try:
        columns = Columns.model_validate(tomllib.loads(columns_path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise SeriesError(f"{columns_path}: is no column mapping: {error}") from None
    wanted = (columns.air_c, columns.rh, columns.radiation)
    return RecordedClimate(read_series(path, columns.time, wanted), start_ms)


def read_series(path: Path, time: str, wanted: tuple[Column, ...]) -> Rows:
    """All rows with a readable time, sorted, doubles dropped, gaps filled with the value before.

    Raises:
        SeriesError: the file cannot be read, lacks a column, or holds no complete row.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            names = set(reader.fieldnames or ())
            missing = sorted({time, *(column.column for column in wanted)} - names)
            if missing:
                raise SeriesError(f"{path}: there is no column {', '.join(missing)}")
            stamped = sorted(_stamped(reader, time, wanted), key=lambda item: item[0])
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SeriesError(f"{path}: cannot be read: {error}") from None
    rows = dict(_filled(stamped))
    if not rows:
        raise SeriesError(f"{path}: has no complete row")
    midnight = min(rows) // DAY_S * DAY_S
    return Rows(midnight, tuple(second - midnight for second in rows), tuple(rows.values()))


_Stamped = tuple[int, tuple[float | None, ...]]


def _stamped(
    reader: "csv.DictReader[str]", time: str, wanted: tuple[Column, ...]
) -> Iterator[_Stamped]:
    for row in reader:
        try:
            # loggers write local time without a zone; its own arithmetic needs none
            stamp = datetime.fromisoformat(row[time]).replace(tzinfo=UTC)
        except (TypeError, ValueError):
            continue
        yield int(stamp.timestamp()), tuple(column.of(row) for column in wanted)


def _filled(stamped: list[_Stamped]) -> Iterator[tuple[int, tuple[float, ...]]]:
    held: list[float | None] = []
    for second, values in stamped:
        held = held or [None] * len(values)
        held = [old if new is None else new for old, new in zip(held, values, strict=True)]
        complete = tuple(value for value in held if value is not None)
        if len(complete) == len(values):
            yield second, complete
