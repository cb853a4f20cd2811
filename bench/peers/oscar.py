"""Our market beside django-oscar's: a request's processor time and its questions.

Make an environment with `pip install django-oscar django-oscar-api sorl-thumbnail psycopg[binary]`
and run `python -m bench.peers.oscar --python ITS-PYTHON`. Both are called without a web server,
each in its own process, in turns; the processor of a PostgreSQL server is not counted.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from http import HTTPStatus
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final, cast

import sqlalchemy as sa

from bench.ingest_rig import postgres
from bench.market import Place, furnish, visits
from cloud.app import create_app
from cloud.clock import SystemClock
from cloud.db import make_engine
from tests.cloud.postgres import administer

SHOP: Final = Path(__file__).with_name("oscar_shop.py")
OURS: Final = ("list", "product", "list, kept", "product, kept")
THEIRS: Final = ("list", "product", "API list", "API product")

Answer = Mapping[str, float]


class Ours:
    """Our application, called as a web server would; nobody is logged in."""

    def __init__(self, place: Place, requests: int) -> None:
        self._engine = make_engine(place.url)
        self._app = create_app(place.settings, self._engine, SystemClock())
        self._visits = {one.name: one for one in visits(place, requests)}
        self._asked: list[str] = []
        sa.event.listen(
            self._engine, "before_cursor_execute", lambda *told: self._asked.append(str(told[2]))
        )

    def ask(self, name: str) -> Answer:
        visit = self._visits[name]
        headers = [(one.lower().encode(), what.encode()) for one, what in visit.headers.items()]
        return asyncio.run(self._ask(visit.paths, [(b"host", b"127.0.0.1"), *headers]))

    async def _ask(self, paths: Sequence[str], headers: Sequence[tuple[bytes, bytes]]) -> Answer:
        before = time.process_time()
        for path in paths:
            await self._page(path, headers)
        spent = time.process_time() - before
        self._asked.clear()
        octets = await self._page(paths[-1], headers)
        count = sum(not one.startswith("BEGIN") for one in self._asked)
        return {"cpu_ms": spent * 1_000 / len(paths), "queries": count, "octets": octets}

    async def _page(self, path: str, headers: Sequence[tuple[bytes, bytes]]) -> int:
        address, _mark, query = path.partition("?")
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
            "scheme": "http", "path": address, "raw_path": address.encode(), "root_path": "",
            "query_string": query.encode(), "headers": headers,
            "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
        }  # fmt: skip
        told: list[Mapping[str, Any]] = []

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Mapping[str, Any]) -> None:
            told.append(message)

        await self._app(scope, receive, cast("Any", send))
        assert told[0]["status"] == HTTPStatus.OK, (path, told[0])
        return sum(len(one.get("body", b"")) for one in told)


class Theirs:
    """The shop in an interpreter of its own; `made_of` names its versions."""

    def __init__(self, child: "subprocess.Popen[str]") -> None:
        assert child.stdin is not None
        assert child.stdout is not None
        self._words, self._answers = child.stdin, child.stdout
        self.made_of: Mapping[str, str] = json.loads(self._answers.readline())

    def ask(self, name: str) -> Answer:
        return cast("Answer", self._told(page=name))

    def _told(self, **order: object) -> object:
        print(json.dumps(order), file=self._words, flush=True)
        return json.loads(self._answers.readline())


@contextmanager
def theirs(python: str, place: Place, size: tuple[int, int]) -> Iterator[Theirs]:
    # -P: beside the script lies a module that is called as their package is
    words = [python, "-P", str(SHOP), str(place.folder), place.url, *map(str, size)]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True) as child:
        yield Theirs(child)


def turns(sides: Mapping[str, Callable[[], Answer]], count: int) -> Iterator[str]:
    """A line for each page: the median of so many turns, taken one after another."""
    for ask in sides.values():
        ask()
    found = [{name: ask() for name, ask in sides.items()} for _ in range(count)]
    for name in sides:
        cpu = sorted(one[name]["cpu_ms"] for one in found)
        last = found[-1][name]
        times = f"{median(cpu):9.2f}{cpu[0]:9.2f}{cpu[-1]:9.2f}"
        yield f"{name:22}{times}{last['queries']:9}{last['octets']:9}"


def compare(ours: Ours, shop: Theirs, count: int) -> Iterator[str]:
    made_of = ", ".join(f"{one} {version}" for one, version in shop.made_of.items())
    yield f"{made_of}; load {os.getloadavg()[0]:.1f}"
    yield f"{'':22}{'CPU ms':>9}{'least':>9}{'most':>9}{'queries':>9}{'octets':>9}"
    sides = {f"ours: {one}": partial(ours.ask, one) for one in OURS}
    sides |= {f"Oscar: {one}": partial(shop.ask, one) for one in THEIRS}
    yield from turns(sides, count)


def databases(folder: Path, server: str | None) -> tuple[Place, Place]:
    """One for each of us; on the server two new ones."""
    kept = [folder / "ours", folder / "oscar"]
    for one in kept:
        one.mkdir()
    if server is None:
        first, second = (Place(one, f"sqlite:///{one / 'market.db'}") for one in kept)
        return first, second
    base, _mark, query = server.partition("?")
    for one in kept:
        administer(server, f"CREATE DATABASE bench_{one.name}")
    root = base.rpartition("/")[0]
    first, second = (Place(one, f"{root}/bench_{one.name}?{query}") for one in kept)
    return first, second


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.peers.oscar", description=__doc__)
    parser.add_argument("--python", required=True, help="an interpreter that has django-oscar")
    parser.add_argument("--products", type=int, default=10_000)
    parser.add_argument("--requests", type=int, default=50, help="of each page in each turn")
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument(
        "--postgres", nargs="?", const="", help="a server's URL; else a private one"
    )
    args = parser.parse_args(argv)
    with ExitStack() as opened:
        folder = Path(opened.enter_context(TemporaryDirectory()))
        on_server = args.postgres is not None
        server = opened.enter_context(postgres(args.postgres)) if on_server else None
        at, beside = databases(folder, server)
        furnish(at, args.products)
        shop = opened.enter_context(theirs(args.python, beside, (args.products, args.requests)))
        for line in compare(Ours(at, args.requests), shop, args.turns):
            print(line, flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
