"""A recorded probe series through the real agent: what it would have decided, hour by hour.

The record cannot answer a dose, so the soil's reply is the recording's own; every other part,
converter, vote, machine, valve and meter, runs as in a greenhouse.
"""

import csv
import json
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from edge import config_file
from edge.config import Hardware
from firmware_sim.climate import REGIONS, GeneratedClimate, Season
from firmware_sim.clock import HOUR_MS, VIETNAM_MS
from firmware_sim.errors import SeriesError
from firmware_sim.folder import BOARD
from firmware_sim.probes import WET_VWC, count_at
from firmware_sim.recorded import Column, Rows, read_series
from firmware_sim.run import LockStep, assemble
from firmware_sim.world import Start
from wire.identity import new_identity

LOOKS_LIKE_MOISTURE: Final = ("moisture", "vwc", "soil_m", "sm", "theta")
FULL_RANK: Final = 0.95
"""The level that 95 % of the readings lie below counts as the probe's own full point."""

NOWHERE: Final = "mqtt://127.0.0.1:1"
DAY_MS: Final = 24 * HOUR_MS
START_MS: Final = 20_454 * DAY_MS - VIETNAM_MS
"""A local midnight; the record's own date has no bearing on the decision."""


def replay(series: Path, time: str, moisture: Sequence[str] | None, hours: float) -> Iterator[str]:
    """Lines for a person: what was read, then every event with its time in the record.

    Raises:
        SeriesError: the file has no such columns or no complete row.
    """
    columns = tuple(Column(column=name) for name in moisture or _moisture_columns(series, time))
    rows = read_series(series, time, columns)
    fulls = [_full_point(rows, index) for index in range(len(columns))]
    names = zip(columns, fulls, strict=True)
    yield "Full point: " + ", ".join(f"{column.column} {full:g}" for column, full in names)
    hardware = config_file.load(BOARD)
    with tempfile.TemporaryDirectory() as scratch:
        identity = new_identity((NOWHERE,), simulated=True)
        climate = GeneratedClimate(REGIONS["red-river"], Season.CALENDAR, 1)
        start = Start(START_MS + rows.seconds[0] * 1000)
        store = Path(scratch) / "edge.db"
        lock_step = assemble(hardware, identity, store, start, climate, 1)
        try:
            yield from _play(lock_step, hardware, _scaled(rows, fulls), hours)
        finally:
            lock_step.runtime.close()
    totals = lock_step.world.totals
    yield f"{totals.openings} openings, {totals.dripped_l:.1f} L to the plants"


def _play(lock_step: LockStep, hardware: Hardware, rows: Rows, hours: float) -> Iterator[str]:
    told = 0
    first = rows.seconds[0]
    last = first + hours * 3600.0
    for index, (second, values) in enumerate(zip(rows.seconds, rows.values, strict=True)):
        if second >= last:
            break
        _show(lock_step, hardware, values)
        following = rows.seconds[index + 1] if index + 1 < len(rows.seconds) else second
        for _ in range(min(following, int(last)) - second):
            lock_step.tick()
        told, lines = _news(lock_step, rows, told)
        yield from lines


def _show(lock_step: LockStep, hardware: Hardware, values: Sequence[float]) -> None:
    """Let every probe of the board say what the record says; columns repeat if too few."""
    for index, probe in enumerate(hardware.probes):
        vwc = values[index % len(values)]
        lock_step.world.probe(probe.key).stuck_raw = count_at(vwc)


def _news(lock_step: LockStep, rows: Rows, told: int) -> tuple[int, list[str]]:
    store = lock_step.runtime.store
    lines = []
    for row in store.rows(told + 1, store.last, store.last):
        if row.kind == "event":
            body = json.loads(row.payload)
            elapsed = timedelta(milliseconds=body["t"] - START_MS)
            when = datetime.fromtimestamp(rows.midnight, UTC) + elapsed
            lines.append(f"{when:%Y-%m-%d %H:%M:%S} {_sentence(body)}")
    return store.last, lines


def _sentence(body: dict[str, object]) -> str:
    data = body.get("d")
    facts = data.items() if isinstance(data, dict) else ()
    said = [f"{key}={value}" for key, value in facts if value is not None]
    return " ".join([str(body.get("z", "house")), str(body["k"]), *said])


def _scaled(rows: Rows, fulls: Sequence[float]) -> Rows:
    """Relative to each probe's own full point, as the board's probes would show it."""
    values = tuple(
        tuple(value / full * WET_VWC for value, full in zip(row, fulls, strict=True))
        for row in rows.values
    )
    return Rows(rows.midnight, rows.seconds, values)


def _full_point(rows: Rows, index: int) -> float:
    ordered = sorted(row[index] for row in rows.values)
    full = ordered[int(FULL_RANK * (len(ordered) - 1))]
    if full <= 0.0:
        raise SeriesError("a moisture column never rises above 0")
    return full


def _moisture_columns(series: Path, time: str) -> list[str]:
    try:
        with series.open(encoding="utf-8-sig", newline="") as file:
            names = next(csv.reader(file), [])
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SeriesError(f"{series}: cannot be read: {error}") from None
    found = [n for n in names if n != time and n.lower().startswith(LOOKS_LIKE_MOISTURE)]
    if not found:
        raise SeriesError(f"{series}: no column looks like moisture; name one with --moisture")
    return found
