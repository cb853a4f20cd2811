"""A million samples backed up and put back, on both databases: seconds, sizes, and equal hashes.

    python -m bench.backup --json out.json

PostgreSQL is measured where `VUONSO_TEST_POSTGRES` names a server that may create databases.
"""

import argparse
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, make_url, text
from sqlmodel import Session

from cloud import bulk
from cloud.backup import making, manifest, restoring
from cloud.clock import SystemClock
from cloud.db import make_engine, writing
from cloud.schema import migrate
from cloud.settings import Settings
from cloud.telemetry.days import day_of
from cloud.telemetry.models import Sample

ROWS: Final = 1_000_000
DEVICES: Final = 100
START_MS: Final = 1_772_413_200_000
AT_ONCE: Final = 20_000
GOAL_S: Final = 30.0
NAME: Final = "vuonso_bench_backup"

Figures = dict[str, float | int | str | bool]


def fill(engine: Engine, rows: int) -> None:
    for start in range(0, rows, AT_ONCE):
        batch = [_row(number) for number in range(start, min(start + AT_ONCE, rows))]
        with Session(writing(engine)) as session, session.begin():
            bulk.insert_new(session, Sample, batch)


def _row(number: int) -> dict[str, object]:
    device, seq = number % DEVICES, number // DEVICES + 1
    wall_ms = START_MS + seq * 60_000
    return {
        "device_id": f"device{device:010}",
        "epoch": "epochepochepoch2",
        "seq": seq,
        "boot": "bootbootbootboo2",
        "uptime_ms": seq * 60_000,
        "wall_ms": wall_ms,
        "day": day_of(wall_ms),
        "quality": 2,
        "zone_key": f"z{number % 4}",
        "metrics": {"vwc": 0.2 + seq % 1000 / 10_000, "litres": seq % 7 / 4, "air_c": 21.5},
    }


def digest(engine: Engine) -> str:
    """Of every sample in order; metrics by sorted key, so that both databases tell the same."""
    found = hashlib.sha256()
    query = text(
        "SELECT device_id, epoch, seq, wall_ms, zone_key, metrics FROM sample "
        "ORDER BY device_id, epoch, seq"
    )
    with engine.connect().execution_options(yield_per=AT_ONCE) as connection:
        for *plain, metrics in connection.execute(query):
            told = json.loads(metrics) if isinstance(metrics, str) else metrics
            found.update(json.dumps([*plain, sorted(told.items())]).encode())
    return found.hexdigest()


def measure(settings: Settings, folder: Path, rows: int) -> Figures:
    clock, engine = SystemClock(), make_engine(settings.database)
    settings.data_dir.mkdir(parents=True)
    migrate(engine)
    filled = _timed(lambda: fill(engine, rows))
    before = digest(engine)
    engine.dispose()
    made: list[Path] = []
    backed_up = _timed(lambda: made.append(making.make(settings, folder, 1, clock)))
    (backup,) = made
    put_back = _timed(lambda: restoring.restore(settings, backup, clock, replace=True))
    engine = make_engine(settings.database)
    after = digest(engine)
    engine.dispose()
    size = sum(part.octets for part in manifest.read(backup).files.values())
    return {
        "database": making.kind_of(settings),
        "rows": rows,
        "fill_s": round(filled, 1),
        "backup_s": round(backed_up, 1),
        "backup_mb": round(size / 1e6, 1),
        "restore_s": round(put_back, 1),
        "hashes_equal": before == after,
        "within_goal": put_back <= GOAL_S,
    }


def _timed(work: Callable[[], object]) -> float:
    clock = SystemClock()
    began = clock.mono()
    work()
    return clock.mono() - began


def installations(folder: Path) -> Iterator[Settings]:
    yield Settings(data_dir=folder / "sqlite" / "cloud", demo=True)
    server = os.environ.get("VUONSO_TEST_POSTGRES")
    if not server:
        print("PostgreSQL: not measured, VUONSO_TEST_POSTGRES names no server")
        return
    _administer(server, f"CREATE DATABASE {NAME}")
    url = make_url(server).set(database=NAME).render_as_string(hide_password=False)
    try:
        yield Settings(data_dir=folder / "postgresql" / "cloud", database_url=url, demo=True)
    finally:
        _sweep(server)


def _sweep(server: str) -> None:
    engine = make_engine(server)
    with engine.connect() as connection:
        query = text("SELECT datname FROM pg_database WHERE datname LIKE :name")
        names = list(connection.execute(query, {"name": f"{NAME}%"}).scalars())
    engine.dispose()
    for name in names:
        _administer(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _administer(server: str, statement: str) -> None:
    engine = make_engine(server)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))
    engine.dispose()


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.backup", description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS, help=f"samples ({ROWS})")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    args = parser.parse_args(argv)
    folder, found = Path(tempfile.mkdtemp(prefix="vuonso-backup-")), list[Figures]()
    try:
        for settings in installations(folder):
            found.append(measure(settings, folder / "backups" / str(len(found)), args.rows))
            print("  ".join(f"{name} {value}" for name, value in found[-1].items()))
    finally:
        shutil.rmtree(folder)
    if args.json:
        args.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0 if all(one["hashes_equal"] for one in found) else 1


if __name__ == "__main__":
    raise SystemExit(main())
