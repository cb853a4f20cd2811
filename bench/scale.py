"""What a province and a country of greenhouses ask of the engines: `python -m bench.scale`.

Counts rows and octets of an hour of the real agent, measures how fast one process reads, checks
and commits such rows into SQLite and how large they lie there, and multiplies.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

from sqlmodel import Session

from cloud.clock import SystemClock
from cloud.db import make_engine
from cloud.devices import link
from cloud.schema import migrate
from cloud.settings import Settings
from cloud.telemetry.commit import commit
from cloud.telemetry.reader import Incoming
from cloud.telemetry.waiting import BATCH_SIZE
from edge.drain import Parcel
from edge.parcels import payloads
from edge.store import Store
from tests.cloud.telemetry.sender import Sender
from tests.edge.rig import WET, Rig
from tests.system.chaos.founding import NOT_YET, register
from wire.identity import new_identity
from wire.topics import Up

CELLS: Final = 34
"""Provinces of Viet Nam since July 2025 (Resolution 202/2025/QH15)."""
COUNTRY: Final = 1_000_000
GREENHOUSES: Final = {"one": 1, "province": 5_000, "cell": COUNTRY // CELLS, "country": COUNTRY}
ZONES: Final = 3
"""Two and the house."""
MINUTES: Final = 60
STRIDE, NOISE = 7, 11
"""A probe in moist substrate is off by some counts, others each minute."""
TEN, THOUSAND = 10, 1_000
MONTH_MIN: Final = 30 * 24 * 60
FRAME: Final = 134
"""Octets around a message and its confirmation: MQTT, TLS records, TCP and IP, both ways."""
HANDSHAKE_S: Final = 0.00125
"""A broker's processor time for one encrypted session, as `tests/edge/test_backoff.py` assumes."""


@dataclass(frozen=True)
class Hour:
    """What one greenhouse of two zones says in an hour."""

    rows: int
    messages: int
    octets: int
    """Of payloads, sent live."""
    squeezed: int
    """Of the same rows as backfill."""


def live() -> Hour:
    with TemporaryDirectory() as folder:
        rig = Rig(Path(folder))
        rig.seconds(60)
        first = rig.runtime.store.last + 1
        for minute in range(MINUTES):
            rig.raw = WET + minute * STRIDE % NOISE
            rig.seconds(60)
        found = _said(rig.runtime.store, first)
        rig.close()
    return found


def _said(store: Store, first: int) -> Hour:
    rows = store.rows(first, store.last, store.last)
    per_minute = len(rows) // MINUTES
    sent = []
    for start in range(0, len(rows), per_minute):
        few = rows[start : start + per_minute]
        sent += list(payloads(Parcel((few[0].seq, few[-1].seq), is_chunk=False), few))
    chunk = list(payloads(Parcel((first, store.last), is_chunk=True), rows))
    assert all(kind is Up.BACKFILL for kind, _ in chunk)
    return Hour(
        len(rows), len(sent), sum(len(body) for _, body in sent), sum(len(b) for _, b in chunk)
    )


@dataclass(frozen=True)
class Engines:
    """What was measured elsewhere, per second or per row."""

    rows_s: float
    row_octets: float
    """Of the database, for a raw row with its index."""
    raw_days: int


def table(hour: Hour, engines: Engines) -> list[tuple[str, list[str]]]:
    """Lines of the arithmetic: what, and the figure for each size."""
    sizes = list(GREENHOUSES.values())
    per_s = [hour.rows / 3600 * n for n in sizes]
    month = (hour.octets + hour.messages * FRAME) / MINUTES * MONTH_MIN
    squeezed = (hour.squeezed + FRAME) / MINUTES * MONTH_MIN
    raw = engines.row_octets * hour.rows * 24 * engines.raw_days
    return [
        ("messages a second", [_number(hour.messages / 3600 * n) for n in sizes]),
        ("rows a second", [_number(rate) for rate in per_s]),
        ("of that one process", [f"{rate / engines.rows_s:.3g}" for rate in per_s]),
        ("uplink a month, live", [_octets(month * n) for n in sizes]),
        ("the same as backfill", [_octets(squeezed * n) for n in sizes]),
        (f"raw rows of {engines.raw_days} days", [_octets(raw * n) for n in sizes]),
        ("all sessions anew, processor time", [f"{HANDSHAKE_S * n:.3g} s" for n in sizes]),
    ]


def stored(batches: int) -> tuple[float, float]:
    """Rows a second that one process commits, without a broker, and the octets of a row."""
    with TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{folder}/cloud.db")
        migrate(engine)
        who = new_identity(NOT_YET, simulated=True)
        register(engine, Settings(data_dir=Path(folder)), [who])
        with Session(engine) as session:
            known = link.known_devices(session)
        sender, small = Sender(who.device), _size(Path(folder))
        said = [[_minute(sender) for _ in range(BATCH_SIZE)] for _ in range(batches)]
        began = perf_counter()
        for messages in said:
            commit(engine, messages, known, SystemClock().now())
        seconds = perf_counter() - began
        engine.dispose()  # the last one to leave writes the log into the file
        octets = _size(Path(folder)) - small
    rows = batches * BATCH_SIZE * ZONES
    return rows / seconds, octets / rows


def _minute(sender: Sender) -> Incoming:
    wet = 0.3 + sender.seq % NOISE / 1000
    zones = ("z1", "z2", None)
    return sender.say(
        Up.LIVE, *(sender.sample(z, litres=0.0, open_s=0.0, vwc=wet, fill=wet) for z in zones)
    )


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.glob("cloud.db*"))


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.scale")
    parser.add_argument("--batches", type=int, default=40, help="of 500 messages, to be stored")
    parser.add_argument("--raw-days", type=int, default=14, help="raw rows are kept (14)")
    args = parser.parse_args(argv)
    hour, (rate, octets) = live(), stored(args.batches)
    print(f"an hour of two zones: {hour.rows} rows in {hour.messages} messages,")
    print(f"{hour.octets} octets live, {hour.squeezed} as backfill")
    print(f"one process commits {rate:,.0f} rows a second; a row takes {octets:.0f} octets\n")
    print("| | " + " | ".join(f"{name}: {n:,}" for name, n in GREENHOUSES.items()) + " |")
    print("|---" * (len(GREENHOUSES) + 1) + "|")
    for name, figures in table(hour, Engines(rate, octets, args.raw_days)):
        print(f"| {name} | " + " | ".join(figures) + " |")
    return 0


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= TEN else f"{value:.3f}"


def _octets(value: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if value < THOUSAND:
            return f"{value:.3g} {unit}"
        value /= THOUSAND
    return f"{value:.3g} TB"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
