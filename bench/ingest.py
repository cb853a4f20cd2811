"""What the ingest stores in a second, beside what the broker delivers and a plain script stores.

Run `python -m bench.ingest`. Every reader drains a session that was filled before, so that no
publisher takes part; ours, the peers and the broker's own client take turns, and ratios are
medians over the turns. `--quick` tries the bench itself.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from statistics import mean, median, quantiles
from tempfile import TemporaryDirectory

from sqlalchemy import text

from bench.ingest_child import Told
from bench.ingest_rig import (
    READINGS,
    Message,
    Walk,
    broker,
    device_ids,
    pause,
    postgres,
    settle,
    traffic,
)
from bench.ingest_rig import Broker as Rig
from cloud.db import make_engine
from cloud.telemetry import packs
from cloud.telemetry.packs import PackedRow
from wire import backfill, codec, topics
from wire.messages import Sample

DEVICES = 200
GOALS = {
    "ratio_postgres": 0.13,
    "ratio_sqlite": 0.22,
    "vs_naive": 40,
    "scale_2": 1.6,
    "scale_4": 2.5,
}
LATE_GOAL_MS = 75
WEEK_GOAL_BYTES = 120_000
RATE = 200
"""Messages a second while the latency is measured; a province of 5,000 greenhouses sends 83."""
DAY, WEEK = 1_440, 10_080


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    turns: int
    messages: int
    naive: int
    late_s: float


WHOLE = Size(turns=3, messages=20_000, naive=200, late_s=5)
QUICK = Size(turns=1, messages=400, naive=20, late_s=1)


@dataclass
class Figures:
    """All that the bench knows; what could not be measured is None, and `why` says why."""

    ratio_postgres: float | None = None
    ratio_sqlite: float | None = None
    vs_naive: float | None = None
    vs_bare: float | None = None
    scale_2: float | None = None
    scale_4: float | None = None
    bytes_hot: float | None = None
    bytes_packed: float | None = None
    p95_ms: float | None = None
    wire_live: float | None = None
    wire_week: int | None = None
    rates: dict[str, float] = field(default_factory=dict)
    """Messages a second, medians."""
    cpu_us: dict[str, float] = field(default_factory=dict)
    """Processor time of the reader for a message."""
    why: dict[str, str] = field(default_factory=dict)


class Bench:
    """One run's broker, databases and devices."""

    def __init__(self, rig: Rig, folder: Path, urls: Mapping[str, str], size: Size) -> None:
        self._rig, self._folder, self.urls, self._size = rig, folder, urls, size
        self.devices = device_ids(DEVICES)
        self._seed = 0

    def fresh(self, count: int) -> list[Message]:
        self._seed += 1
        return traffic(self.devices, count, self._seed)

    def raw(self) -> float:
        """Messages a second that mosquitto_sub takes, from its first to its last."""
        words = ["mosquitto_sub", "-p", str(self._rig.port), "-q", "1", "-c", "-i", "raw"]
        words += ["-t", topics.UP_FILTER]
        subprocess.run([*words, "-E"], check=True)
        self._rig.fill(self.fresh(self._size.messages))
        moments = self._folder / "moments"
        with moments.open("wb") as file:
            count = str(self._size.messages)
            subprocess.run([*words, "-F", "%U", "-C", count], check=True, stdout=file)
        self._rig.forget("raw")
        lines = moments.read_text("ascii").splitlines()
        return (len(lines) - 1) / (float(lines[-1]) - float(lines[0]))

    def read(
        self, kind: str, database: str, names: Sequence[str], count: int
    ) -> tuple[float, float]:
        """Let readers drain so many messages; messages a second, and microseconds of their
        processors for each.
        """
        messages = self.fresh(count)
        readers = [self._start(kind, database, name, count) for name in names]
        for reader in readers:
            expect(reader, "ready")
        before = self.stored(database)
        self._rig.fill(messages)
        for reader in readers:
            say(reader, "go")
        while len(names) > 1 and self.stored(database) < before + count:
            pause(0.1)  # nobody knows how the broker deals them out
        told = [ended(reader, wait=len(names) == 1) for reader in readers]
        for name in names:
            self._rig.forget(name)
        took = max(one.ended for one in told) - min(one.began for one in told)
        if kind == "worker" and self.stored(database) != before + count:
            raise SystemExit(f"{database}: rows were doubled")
        return count / took, sum(one.cpu_s for one in told) / count * 1e6

    def late_ms(self, database: str, seconds: float) -> float:
        """From receipt to commit, 95th percentile, at a steady rate."""
        messages = self.fresh(int(RATE * seconds))
        reader = self._start("worker", database, "ingest-1", len(messages))
        expect(reader, "ready")
        say(reader, "go")
        pause(1.0)
        step = RATE // 20
        with self._rig.feeding() as send:
            for at in range(0, len(messages), step):
                began = time.perf_counter()
                send(messages[at : at + step])
                pause(max(0.0, began + 1 / 20 - time.perf_counter()))
        told = ended(reader, wait=True)
        self._rig.forget("ingest-1")
        return quantiles(told.late_s, n=20)[-1] * 1_000

    def stored(self, database: str) -> int:
        engine = make_engine(self.urls[database])
        with engine.connect() as connection:
            found: int = connection.execute(text("SELECT count(*) FROM sample")).scalar_one()
        engine.dispose()
        return found

    def _start(self, kind: str, database: str, name: str, count: int) -> "Reader":
        environment = {
            **os.environ,
            "VUONSO_DATA_DIR": str(self._folder),
            "VUONSO_DATABASE_URL": self.urls[database],
            "VUONSO_BROKER": self._rig.url,
        }
        words = [sys.executable, "-m", "bench.ingest_child", kind, name, str(count)]
        pipe = subprocess.PIPE
        return subprocess.Popen(words, env=environment, stdin=pipe, stdout=pipe, text=True)


Reader = subprocess.Popen[str]


def expect(reader: Reader, word: str) -> None:
    assert reader.stdout is not None
    said = reader.stdout.readline().strip()
    if said != word:
        raise SystemExit(f"a reader said {said!r} instead of {word!r}")


def say(reader: Reader, word: str) -> None:
    assert reader.stdin is not None
    reader.stdin.write(f"{word}\n")
    reader.stdin.flush()


def ended(reader: Reader, *, wait: bool) -> Told:
    """What it measured; with `wait` when it has had all, else now."""
    assert reader.stdin is not None
    assert reader.stdout is not None
    if not wait:
        reader.stdin.close()
    told = Told(**json.loads(reader.stdout.readline()))
    reader.stdin.close()
    reader.stdout.close()
    reader.wait()
    return told


def measure(size: Size, given: str, *, sqlite_only: bool = False) -> Figures:
    figures = Figures()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(dir=".")))
        rig = stack.enter_context(broker(folder))
        urls = {"sqlite": f"sqlite:///{folder / 'bench.db'}"}
        server = None if sqlite_only else stack.enter_context(postgres(given))
        if server is None:
            figures.why["ratio_postgres"] = "no PostgreSQL: --postgres URL, or run as root"
        else:
            urls["postgres"] = server
        bench = Bench(rig, folder, urls, size)
        for url in urls.values():
            settle(url, bench.devices)
        _rates(bench, figures, size)
        _scale(bench, figures, size)
        figures.p95_ms = max(bench.late_ms(name, size.late_s) for name in urls)
        figures.bytes_hot = max(bytes_hot(name, url, bench) for name, url in urls.items())
    _sizes(figures)
    return figures


def _rates(bench: Bench, figures: Figures, size: Size) -> None:
    turns: list[dict[str, float]] = []
    costs: list[dict[str, float]] = []
    for _ in range(size.turns):
        rate: dict[str, float] = {}
        cost: dict[str, float] = {}
        if shutil.which("mosquitto_sub"):
            rate["mosquitto_sub"] = bench.raw()
        rate["paho"], cost["paho"] = bench.read("bare", "sqlite", ["bare"], size.messages)
        for name in bench.urls:
            one = bench.read("worker", name, ["ingest-1"], size.messages)
            rate[name], cost[name] = one
            plain = bench.read("naive", name, ["naive"], size.naive)
            rate[f"naive, {name}"], cost[f"naive, {name}"] = plain
        turns.append(rate)
        costs.append(cost)
    figures.rates = {name: median(turn[name] for turn in turns) for name in turns[0]}
    figures.cpu_us = {name: median(turn[name] for turn in costs) for name in costs[0]}
    names = list(bench.urls)
    figures.vs_naive = min(_ratio(turns, name, f"naive, {name}") for name in names)
    figures.vs_bare = min(_ratio(turns, name, "paho") for name in names)
    if "mosquitto_sub" not in turns[0]:
        for name in ("ratio_sqlite", "ratio_postgres"):
            figures.why[name] = "no mosquitto_sub here (Debian: mosquitto-clients)"
        return
    figures.ratio_sqlite = _ratio(turns, "sqlite", "mosquitto_sub")
    if "postgres" in names:
        figures.ratio_postgres = _ratio(turns, "postgres", "mosquitto_sub")


def _ratio(turns: Sequence[Mapping[str, float]], ours: str, theirs: str) -> float:
    return median(turn[ours] / turn[theirs] for turn in turns)


def _scale(bench: Bench, figures: Figures, size: Size) -> None:
    cores = os.cpu_count() or 1
    idle = cores - os.getloadavg()[0]
    for count in (2, 4):
        key = f"scale_{count}"
        if "postgres" not in bench.urls:
            figures.why[key] = figures.why["ratio_postgres"]
        elif idle < count:
            figures.why[key] = (
                f"{idle:.1f} of {cores} cores are idle, {count} workers need {count}"
            )
        else:
            names = [f"ingest-{number}" for number in range(1, count + 1)]
            rates = [
                bench.read("worker", "postgres", names, size.messages)[0]
                / bench.read("worker", "postgres", names[:1], size.messages)[0]
                for _ in range(size.turns)
            ]
            setattr(figures, key, median(rates))


def bytes_hot(name: str, url: str, bench: Bench) -> float:
    """Octets on disk for a reading as it comes in, its indexes included."""
    engine = make_engine(url)
    with engine.connect() as connection:
        if name == "sqlite":
            question = "SELECT sum(pgsize) FROM dbstat WHERE name LIKE '%sample%'"
        else:
            question = (
                "SELECT coalesce((SELECT sum(pg_total_relation_size(relid)) FROM"
                " pg_partition_tree('sample')), pg_total_relation_size('sample'))"
            )
        size = connection.execute(text(question)).scalar_one()
    engine.dispose()
    return float(size) / (bench.stored(name) * READINGS)


def _sizes(figures: Figures) -> None:
    walk = Walk("a" * 16, 1)
    samples = [walk.sample() for _ in range(WEEK)]
    figures.wire_live = mean(len(codec.encode(row)) for row in samples) / READINGS
    chunks = [samples[at : at + backfill.MAX_ROWS] for at in range(0, WEEK, backfill.MAX_ROWS)]
    figures.wire_week = sum(
        len(codec.encode(backfill.pack(chunk, backfill.NEWEST))) for chunk in chunks
    )
    figures.bytes_packed = len(packs.pack(map(packed, samples[:DAY]))) / (DAY * READINGS)


def packed(row: Sample) -> PackedRow:
    metrics = {name.value: value for name, value in row.m.items()}
    return PackedRow(row.e, row.s, row.b, row.u, row.t, row.q.value, row.z, metrics)


def table(figures: Figures) -> Iterator[str]:
    yield f"{'reader':24} {'messages/s':>11} {'readings/s':>11} {'CPU us/message':>15}"
    for name, rate in figures.rates.items():
        cpu = figures.cpu_us.get(name)
        cost = f"{cpu:.0f}" if cpu is not None else "-"
        yield f"{name:24} {rate:11.0f} {rate * READINGS:11.0f} {cost:>15}"
    yield ""
    for name, value in asdict(figures).items():
        if isinstance(value, dict):
            continue
        said = figures.why.get(name, "not measured") if value is None else f"{value:.4g}"
        yield f"{name:16} {said}{_wanted(name)}"


def _wanted(name: str) -> str:
    if name in GOALS:
        return f"   (goal: at least {GOALS[name]})"
    most = {"p95_ms": LATE_GOAL_MS, "wire_week": WEEK_GOAL_BYTES}.get(name)
    return f"   (goal: at most {most})" if most else ""


def misses(figures: Figures) -> Iterator[str]:
    """The goals that were not met; what was not measured misses none."""
    for name, least in GOALS.items():
        value = getattr(figures, name)
        if value is not None and value < least:
            yield f"{name} is {value:.3g}, less than {least}"
    if figures.p95_ms is not None and figures.p95_ms > LATE_GOAL_MS:
        yield f"p95_ms is {figures.p95_ms:.0f}, more than {LATE_GOAL_MS}"
    if figures.wire_week is not None and figures.wire_week > WEEK_GOAL_BYTES:
        yield f"a week of backfill is {figures.wire_week} octets"


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.ingest", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few messages: tries the bench")
    parser.add_argument("--postgres", default="", help="URL of an empty database, not our own")
    parser.add_argument("--messages", type=int, help=f"of a turn ({WHOLE.messages})")
    parser.add_argument("--sqlite-only", action="store_true", help="leave PostgreSQL out")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    args = parser.parse_args(argv)
    size = QUICK if args.quick else WHOLE
    if args.messages:
        size = replace(size, messages=args.messages)
    figures = measure(size, args.postgres, sqlite_only=args.sqlite_only)
    for line in table(figures):
        print(line)
    if args.json is not None:
        args.json.write_text(json.dumps(asdict(figures), indent=2) + "\n", "utf-8")
    if args.quick:
        return 0
    missed = list(misses(figures))
    for line in missed:
        print(f"goal missed: {line}")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
