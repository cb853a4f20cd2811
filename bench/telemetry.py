"""What a season of telemetry costs: the time of charts and sums, and octets for each reading.

Run `python -m bench.telemetry`, with `--postgres URL` on PostgreSQL too (a server whose user may
make a database). A greenhouse tells a row a minute of each zone and of the house; every day takes
its real way: stored, rolled up, packed when it is long over. Exit code 1: a target is missed.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, event, make_url, text
from sqlmodel import Session

from bench.telemetry_season import DEVICE, READINGS, Season
from cloud.cooperatives import service as cooperatives
from cloud.cooperatives.service import Planting
from cloud.db import make_engine, writing
from cloud.devices.models import Device, ZoneBinding
from cloud.schema import migrate
from cloud.telemetry import now, partitions, retention, rollups, service, store
from cloud.telemetry.days import Level
from cloud.telemetry.keep import Keep
from wire.codes import Metric

KEEP = Keep(raw_days=14, hour_days=90, pack_days=730)
START = datetime(2026, 1, 1, 17, tzinfo=UTC)  # midnight in Vietnam
BATCH = 500
CALLS = 200
Parameters = dict[str, object] | tuple[object, ...]
DAY_CHART, SEASON_CHART = "24 h chart", "season and litres"
DAY_TARGET_MS = 10.0
SEASON_TARGET_MS = 20.0
MILLION = 1e6


@dataclass(frozen=True)
class Times:
    """Of one question, in milliseconds: in the database, and until the program has its answer.

    In the database is what PostgreSQL says it took to plan and execute, and the processor's time
    that SQLite took to step through all rows: neither depends on who else is on the machine.
    """

    p50: float
    p95: float
    whole_p50: float


@dataclass(frozen=True)
class Figures:
    """One database after a season."""

    database: str
    days: int
    rows: int
    store_us: float
    roll_us: float
    pack_ms: float
    asked: dict[str, Times]
    hot_octets: float
    rolled_octets: float
    packed_octets: float


def measure(engine: Engine, count: int, zones: int, calls: int = CALLS) -> Figures:
    migrate(engine)
    own, bindings = _greenhouse(engine, zones)
    zone_ids = [own[call % zones] for call in range(calls)]
    season = Season(START, zones)
    spent = _live(engine, season, count)
    end = START + timedelta(days=count) - timedelta(minutes=5)
    with Session(engine) as session:
        rows = count * 1_440 * (zones + 1)
        hot, rolled, packed = octets(session)
        return Figures(
            database=engine.dialect.name,
            days=count,
            rows=rows,
            store_us=spent[0] / rows * MILLION,
            roll_us=spent[1] / rows * MILLION,
            pack_ms=spent[2] / max(1, count - KEEP.raw_days) * 1_000,
            asked={
                name: timed(session, ask, zone_ids)
                for name, ask in questions(session, bindings, end).items()
            },
            hot_octets=hot,
            rolled_octets=rolled / (rows * READINGS),
            packed_octets=packed,
        )


def _live(engine: Engine, season: Season, count: int) -> tuple[float, float, float]:
    """Seconds for storing, rolling up and packing all days, each after the one before."""
    stored = rolled = packed = 0.0
    for day in range(count):
        tomorrow = START + timedelta(days=day + 1)
        partitions.prepare(engine, tomorrow - timedelta(days=1))
        rows = [(DEVICE, row) for row in season.day(day)]
        began = time.perf_counter()
        for at in range(0, len(rows), BATCH):
            with Session(writing(engine)) as session, session.begin():
                store.insert_samples(session, rows[at : at + BATCH])
                rollups.mark(session, rows[at : at + BATCH])
        stored, began = stored + time.perf_counter() - began, time.perf_counter()
        rollups.work(engine, tomorrow, KEEP)
        rolled, began = rolled + time.perf_counter() - began, time.perf_counter()
        retention.tidy(engine, tomorrow, KEEP)
        packed += time.perf_counter() - began
    return stored, rolled, packed


def questions(
    session: Session, bindings: Sequence[ZoneBinding], end: datetime
) -> dict[str, Callable[[int], object]]:
    """What pages and a harvest ask of a zone."""
    day, midnight = timedelta(days=1), end - timedelta(hours=23, minutes=55)
    fill, litres = Metric.FILL, Metric.LITRES

    def curves(level: Level, start: datetime) -> Callable[[int], object]:
        return lambda zone: (
            service.buckets(session, zone, fill, level, (start, end)),
            service.buckets(session, zone, litres, Level.DAY, (start, end)),
        )

    return {
        DAY_CHART: lambda zone: service.series(
            session, service.served(session, zone, end - day, end), fill
        ),
        "7 days and litres": curves(Level.HOUR, end - 7 * day),
        SEASON_CHART: curves(Level.DAY, START),
        "litres of two days, all zones": lambda _zone: now.litres_of_two_days(
            session, bindings, midnight - day, midnight
        ),
        "evidence of a season": lambda zone: service.irrigation_summary(session, zone, START, end),
    }


def timed(session: Session, ask: Callable[[int], object], zone_ids: Sequence[int]) -> Times:
    """Ask for one zone after the other, `zone_ids` as often as it names them."""
    whole, inside = [], []
    for zone in zone_ids:
        with heard(session) as statements:
            began = time.perf_counter()
            ask(zone)
            whole.append((time.perf_counter() - began) * 1_000)
        inside.append(sum(_in_database(session, *one) for one in statements))
    return Times(median(inside), quantiles(inside, n=20)[-1], median(whole))


@contextmanager
def heard(session: Session) -> Iterator[list[tuple[str, Parameters]]]:
    """What is sent to the database meanwhile."""
    found: list[tuple[str, Parameters]] = []

    def note(
        _c: object, _cursor: object, statement: str, parameters: Parameters, *_rest: object
    ) -> None:
        found.append((statement, parameters))

    bind = session.get_bind()
    event.listen(bind, "before_cursor_execute", note)
    yield found
    event.remove(bind, "before_cursor_execute", note)


def _in_database(session: Session, statement: str, parameters: Parameters) -> float:
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        explain = f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}"
        told = connection.exec_driver_sql(explain, parameters).scalar_one()[0]
        return float(told["Planning Time"] + told["Execution Time"])
    began = time.thread_time()
    connection.exec_driver_sql(statement, parameters).fetchall()
    return (time.thread_time() - began) * 1_000


def octets(session: Session) -> tuple[float, float, float]:
    """Octets for each reading as samples with their indexes, all of the roll-ups, and packed."""
    ask = session.connection()
    hot = ask.scalar(text("SELECT count(*) FROM sample"))
    packed, blobs = ask.execute(
        text("SELECT sum(count), sum(length(body)) FROM sample_pack")
    ).one()
    if session.get_bind().dialect.name == "postgresql":
        sizes = "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c WHERE c.relkind = 'r'"
        samples = f"{sizes} AND c.relnamespace = 'parts'::regnamespace"
        rolled = f"{sizes} AND c.relname = 'rollup'"
    else:
        samples = "SELECT sum(pgsize) FROM dbstat WHERE name IN ('sample', 'ix_sample_zone_time')"
        rolled = "SELECT sum(pgsize) FROM dbstat WHERE name = 'rollup'"
    return (
        float(ask.scalar(text(samples))) / (hot * READINGS),
        float(ask.scalar(text(rolled))),
        float(blobs or 0) / ((packed or 1) * READINGS),
    )


def _greenhouse(engine: Engine, count: int) -> tuple[list[int], list[ZoneBinding]]:
    with Session(writing(engine), expire_on_commit=False) as session, session.begin():
        cooperative = cooperatives.create(session, "HTX Đo", "Xã Đo", "+84262000009", START)
        farm = cooperatives.add_farm(session, cooperative, "Nhà", "Thôn")
        house = cooperatives.add_greenhouse(session, farm, "Nhà màng", START)
        device = Device(
            id=DEVICE,
            cooperative_id=house.cooperative_id,
            greenhouse_id=house.id or 0,
            public_key="",
            broker_hash="",
            sealed_command_key="",
            simulated=True,
            created_at=START,
        )
        session.add(device)
        session.flush()
        planting = Planting("Khu", "Dưa lưới", 200, date(2026, 1, 2))
        zones = [cooperatives.add_zone(session, house, n + 1, planting) for n in range(count)]
        bindings = [
            ZoneBinding(
                cooperative_id=house.cooperative_id,
                zone_id=zone.id or 0,
                device_id=DEVICE,
                zone_key=f"z{n}",
                bound_from=START,
            )
            for n, zone in enumerate(zones)
        ]
        session.add_all(bindings)
    return [zone.id or 0 for zone in zones], bindings


def table(figures: Sequence[Figures]) -> Iterator[str]:
    lines: tuple[tuple[str, Callable[[Figures], str]], ...] = (
        ("rows stored", lambda one: f"{one.rows:,}"),
        ("storing a row with its mark, µs", lambda one: f"{one.store_us:.0f}"),
        ("rolling a row up to three levels, µs", lambda one: f"{one.roll_us:.0f}"),
        ("packing and proving a day, ms", lambda one: f"{one.pack_ms:.0f}"),
        *((f"{name}, ms", partial(_pair, name=name)) for name in figures[0].asked),
        ("octets a reading, as samples with indexes", lambda one: f"{one.hot_octets:.1f}"),
        ("octets a reading of the season, rolled up", lambda one: f"{one.rolled_octets:.2f}"),
        ("octets a reading, packed", lambda one: f"{one.packed_octets:.2f}"),
    )
    yield f"{'':44}" + "".join(f"{one.database:>18}" for one in figures)
    for name, words in lines:
        yield f"{name:44}" + "".join(f"{words(one):>18}" for one in figures)
    yield "Questions: in the database p50 / p95, and until the program has its answer p50."


def _pair(one: Figures, name: str) -> str:
    times = one.asked[name]
    return f"{times.p50:.1f} / {times.p95:.1f} / {times.whole_p50:.0f}"


def misses(figures: Sequence[Figures]) -> Iterator[str]:
    """The targets that were not met."""
    for one in figures:
        if one.asked[DAY_CHART].p95 > DAY_TARGET_MS:
            yield f"{one.database}: a chart of 24 h takes more than {DAY_TARGET_MS} ms"
        if one.asked[SEASON_CHART].p95 > SEASON_TARGET_MS:
            yield f"{one.database}: a season's chart takes more than {SEASON_TARGET_MS} ms"


def databases(postgres: str | None, folder: Path) -> Iterator[Engine]:
    """Empty ones, SQLite's first."""
    yield make_engine(f"sqlite:///{folder / 'season.db'}")
    if postgres is None:
        return
    server = make_engine(postgres).connect().execution_options(isolation_level="AUTOCOMMIT")
    server.execute(text("DROP DATABASE IF EXISTS vuonso_bench WITH (FORCE)"))
    server.execute(text("CREATE DATABASE vuonso_bench"))
    url = make_url(postgres).set(database="vuonso_bench")
    yield make_engine(url.render_as_string(hide_password=False))
    server.execute(text("DROP DATABASE vuonso_bench WITH (FORCE)"))
    server.close()


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.telemetry", description=__doc__)
    parser.add_argument("--days", type=int, default=90, help="of a season (default: 90)")
    parser.add_argument("--zones", type=int, default=4, help="of the greenhouse (default: 4)")
    parser.add_argument("--postgres", help="URL of a server, to measure it too")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    args = parser.parse_args(argv)
    figures = []
    with TemporaryDirectory(dir=".") as name:
        for engine in databases(args.postgres, Path(name)):
            figures.append(measure(engine, args.days, args.zones))
            engine.dispose()
    print(*table(figures), sep="\n")
    if args.json is not None:
        text_of = json.dumps([asdict(one) for one in figures], indent=2)
        args.json.write_text(text_of + "\n", "utf-8")
    missed = list(misses(figures))
    for line in missed:
        print(f"target missed: {line}")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
