"""What a look at a stamp costs, beside the smallest FastAPI route, at a million issued stamps.

Run `python -m bench.scan`. Both are real servers in processes of their own on loopback, asked by
one client over one connection; every stamp that is looked at is another one. Resolve: the verdict
as JSON, which records nothing; page: what a buyer sees, with the look recorded. Then codes are
guessed: none may be hit. The machine's load stands beside the figures.
"""

import argparse
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, cast

import uvicorn
from fastapi import FastAPI
from sqlmodel import Session, select

from cloud.app import create_app
from cloud.clock import SystemClock
from cloud.db import make_engine, writing
from cloud.lots import service as lots
from cloud.lots.models import Harvest
from cloud.scans import service as scans
from cloud.schema import migrate
from cloud.server import make_server
from cloud.settings import Settings
from cloud.stamps import keys, service
from cloud.stamps.models import MAX_STAMPS, Issuance
from cloud.stamps.service import Wish
from tests.cloud.conftest import START, _seed
from traceability import token
from traceability.errors import SerialError
from traceability.keys import SeasonKey

MILLION: Final = 1_000_000
REQUESTS: Final = 300
THROUGH_RESOLVER: Final = 100
"""One guess of so many goes through the resolver with its database, the others to the cipher."""
P99_TARGET_MS: Final = 20.0
NOW: Final = START + timedelta(days=2)
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_SERVE: Final = "--serve"
_BARE: Final = "bare"


@dataclass(frozen=True)
class Figures:
    """One kind of request; milliseconds."""

    name: str
    p50_ms: float
    p99_ms: float
    cpu_ms: float
    """Of the server's process, for each request."""
    load: float


@dataclass(frozen=True)
class Guessed:
    """Codes drawn by chance under a key that is in use."""

    codes: int
    resolved: int
    hits: int


def furnish(folder: Path, stamps: int) -> None:
    """A database in which so many stamps are issued and on goods."""
    settings, engine = _settings(folder), make_engine(f"sqlite:///{folder / 'cloud.db'}")
    migrate(engine)
    press = service.open_press(settings)
    with Session(writing(engine), expire_on_commit=False) as session, session.begin():
        seeded = _seed(session, settings, NOW)
        who = seeded.manager.principal
        body = Harvest(zone=seeded.zones[0].public_id, product="Dưa lưới", quantity_g=50_000)
        lot = lots.harvest(session, who, body, NOW, demo=True).public_id
        for first in range(0, stamps, MAX_STAMPS):
            wish = Wish(min(MAX_STAMPS, stamps - first))
            run = service.issue(session, who, lot, wish, press, NOW)
            service.activate(session, who, run.public_id, None, NOW)
    engine.dispose()


def serials(folder: Path, count: int, chance: random.Random) -> list[str]:
    """Of stamps drawn from all that were issued."""
    engine = make_engine(f"sqlite:///{folder / 'cloud.db'}")
    with Session(engine) as session:
        live = keys.live(session, keys.open_vault(_settings(folder)))
        runs = session.exec(select(Issuance)).all()
        drawn = [chance.choice(runs) for _ in range(count)]
        return [
            token.issue(live[run.kid], cast("int", run.id), chance.randrange(run.quantity))
            for run in drawn
        ]


def guess(folder: Path, codes: int, chance: random.Random) -> Guessed:
    """Hits among so many codes that somebody makes up, who knows which keys are in use."""
    engine = make_engine(f"sqlite:///{folder / 'cloud.db'}")
    vault, hits, resolved = keys.open_vault(_settings(folder)), 0, 0
    with Session(engine) as session:
        live = keys.live(session, vault)
        kids = sorted(live)
        for number in range(codes):
            bits = chance.choice(kids) << 96 | chance.getrandbits(96)
            text = "".join(token.ALPHABET[bits >> shift & 31] for shift in range(95, -1, -5))
            if number % THROUGH_RESOLVER == 0:
                resolved += 1
                hits += scans.look(session, vault, text).found is not None
            else:
                hits += _is_read(text, live)
    engine.dispose()
    return Guessed(codes, resolved, hits)


def _is_read(text: str, live: Mapping[int, SeasonKey]) -> bool:
    try:
        token.read(text, live)
    except SerialError:
        return False
    return True


def ask(port: int, paths: Sequence[str], cpu: Callable[[], float], name: str) -> Figures:
    line = HTTPConnection("127.0.0.1", port, timeout=60)
    line.request("GET", paths[0])
    line.getresponse().read()
    times: list[float] = []
    before = cpu()
    for path in paths[1:]:
        began = time.perf_counter()
        line.request("GET", path)
        answer = line.getresponse()
        answer.read()
        times.append((time.perf_counter() - began) * 1000)
        assert answer.status == HTTPStatus.OK, (path, answer.status)
    spent = (cpu() - before) * 1000 / len(times)
    line.close()
    times.sort()
    return Figures(
        name,
        times[len(times) // 2],
        times[min(len(times) * 99 // 100, len(times) - 1)],
        spent,
        os.getloadavg()[0],
    )


@contextmanager
def server(folder: Path | str) -> Iterator[tuple[int, Callable[[], float]]]:
    """The port of a server in a process of its own, and how to read its processor time."""
    command = [sys.executable, "-m", "bench.scan", _SERVE, str(folder)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    try:
        port = int(child.stdout.readline())
        yield port, lambda: _spent_s(child.pid)
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait()
        child.stdout.close()


def measure(folder: Path, requests: int, chance: random.Random) -> list[Figures]:
    drawn = serials(folder, requests + 1, chance)
    with server(_BARE) as (port, cpu):
        found = [ask(port, ["/"] * len(drawn), cpu, "bare FastAPI route")]
    with server(folder) as (port, cpu):
        found.append(ask(port, [f"/api/v1/scans/{one}" for one in drawn], cpu, "resolve"))
        found.append(ask(port, [f"/T/{one}" for one in drawn], cpu, "page, recorded"))
    return found


def table(found: Sequence[Figures], guessed: Guessed, stamps: int) -> Iterator[str]:
    yield f"{stamps:,} stamps issued"
    yield f"{'':20}{'p50 ms':>9}{'p99 ms':>9}{'CPU ms':>9}{'load':>7}"
    for one in found:
        numbers = f"{one.p50_ms:9.2f}{one.p99_ms:9.2f}{one.cpu_ms:9.2f}{one.load:7.1f}"
        yield f"{one.name:20}{numbers}"
    yield (
        f"{guessed.codes:,} codes guessed, {guessed.resolved:,} of them through the resolver: "
        f"{guessed.hits} hits"
    )


def _settings(folder: Path) -> Settings:
    return Settings(data_dir=folder / "cloud", public_url="http://127.0.0.1:8000", demo=True)


def _spent_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _serve(where: str) -> None:
    """Says its port once it listens."""
    if where == _BARE:
        app = FastAPI()
        app.add_api_route("/", lambda: {"verdict": "genuine"})
        config = uvicorn.Config(app, host="127.0.0.1", port=0, access_log=False, log_config=None)
        made = uvicorn.Server(config)
    else:
        folder = Path(where)
        engine = make_engine(f"sqlite:///{folder / 'cloud.db'}")
        made = make_server(create_app(_settings(folder), engine, SystemClock()), "127.0.0.1", 0)
    with listening() as door:
        print(door.getsockname()[1], flush=True)
        made.run(sockets=[door])


def listening() -> socket.socket:
    """Whoever reads the port may ask before the server has begun.

    Named as TCP: for a socket of protocol 0 asyncio leaves Nagle's algorithm on, and each answer
    of a head and a body waits 40 ms for the acknowledgement of its head.
    """
    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    door.bind(("127.0.0.1", 0))
    door.listen()
    return door


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.scan", description=__doc__)
    parser.add_argument("--stamps", type=int, default=MILLION)
    parser.add_argument("--requests", type=int, default=REQUESTS)
    parser.add_argument("--guesses", type=int, default=MILLION)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument(_SERVE, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    if args.serve:
        _serve(args.serve)
        return 0
    chance = random.Random(1)  # noqa: S311  # the same codes each time
    with TemporaryDirectory() as name:
        furnish(Path(name), args.stamps)
        found = measure(Path(name), args.requests, chance)
        guessed = guess(Path(name), args.guesses, chance)
    print(*table(found, guessed, args.stamps), sep="\n")
    if args.json is not None:
        told = {"figures": [asdict(one) for one in found], "guessed": asdict(guessed)}
        args.json.write_text(json.dumps(told, indent=2) + "\n", "utf-8")
    return 0 if guessed.hits == 0 and found[1].p99_ms <= P99_TARGET_MS else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
