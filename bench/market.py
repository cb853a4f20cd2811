"""What pages of the market cost at many products, beside a bare FastAPI page of the same rows.

Run `python -m bench.market --products 10000`, with `--postgres URL` on PostgreSQL. Each is a real
server in a process of its own on loopback, asked by one client over one connection; CPU is the
server's own, for each request. Uncached: each request is another page, or comes with a cookie that
forbids keeping it. Goals: 1.3 ms uncached and 0.3 ms kept, and at most four questions to the
database.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, cast
from urllib.parse import quote

import sqlalchemy as sa
import uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from sqlmodel import Session, col, select
from starlette.testclient import TestClient

from bench.scan import listening
from cloud.app import create_app
from cloud.clock import SystemClock
from cloud.db import make_engine, writing
from cloud.fold import fold
from cloud.lots.models import Lot
from cloud.products import service as products
from cloud.products import window
from cloud.products.models import Product, ProductState, Stock, Variant
from cloud.schema import migrate
from cloud.server import make_server
from cloud.settings import Settings
from tests.cloud.conftest import START, _seed

REQUESTS: Final = 400
UNCACHED_GOAL_MS: Final = 1.3
KEPT_GOAL_MS: Final = 0.3
MOST_QUERIES: Final = 4
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_SERVE: Final = "--serve"
_BARE: Final = "bare"
_NAMES: Final = (
    "Gạo nếp", "Dưa lưới", "Cà phê", "Mật ong", "Bưởi da xanh", "Đường phèn", "Đậu đỏ",
    "Xoài cát", "Hạt điều", "Trà shan", "Nấm rơm", "Khoai lang", "Sầu riêng", "Chanh dây",
)  # fmt: skip
_PLACES: Final = ("Đắk Lắk", "Lâm Đồng", "Hà Nội", "Tiền Giang", "Cần Thơ", "Huế", "Nghệ An")
_QUERIES: Final = ("gao nep", "dưa", "mat ong", "bưởi", "duong", "xoai cat", "khoai", "trà")


@dataclass(frozen=True)
class Figures:
    """One kind of page; milliseconds, and questions to the database."""

    name: str
    p50_ms: float
    p95_ms: float
    cpu_ms: float
    queries: int
    load: float


@dataclass(frozen=True)
class Place:
    """Where a market is kept."""

    folder: Path
    url: str

    @property
    def settings(self) -> Settings:
        cloud = self.folder / "cloud"
        return Settings(data_dir=cloud, public_url="http://127.0.0.1:8000", demo=True)


def furnish(place: Place, count: int) -> None:
    """A database with so many products on the shelf."""
    engine = make_engine(place.url)
    migrate(engine)
    chance = random.Random(1)  # noqa: S311  # the same goods each time
    with Session(writing(engine), expire_on_commit=False) as session, session.begin():
        seeded = _seed(session, place.settings, START)
        account = products.Account("Ngân hàng Thử", "970499", "0011223344", "HTX THU")
        shop = products.open_shop(session, seeded.cooperative, account, START)
        owner, shop_id = shop.cooperative_id, cast("int", shop.id)
        zone = cast("int", seeded.zones[0].id)
        for n in range(count):
            _product(session, (owner, shop_id, zone), n, chance)
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(
                "VACUUM ANALYZE"
            )  # as its autovacuum leaves it a minute later
    engine.dispose()


def _product(session: Session, at: tuple[int, int, int], n: int, chance: random.Random) -> None:
    owner, shop, zone = at
    name = f"{chance.choice(_NAMES)} {chance.choice(('loại', 'số', 'mẻ'))} {n}"
    origin = f"Xã {n % 90}, {chance.choice(_PLACES)}"
    lot = Lot(
        cooperative_id=owner, zone_id=zone, code=f"L{n}", product=name, gtin="08938500000010",
        harvested_on=START.date() - timedelta(days=n % 30), quantity_g=50_000, left_g=0,
        simulated=False, created_at=START,
        evidence={
            "litres": 1_234.5, "doses": 31, "moisture_mean": 0.24, "days": 40, "samples": 900,
            "first_at": "2026-01-21T00:00:00Z", "last_at": "2026-03-02T00:00:00Z", "devices": (),
        },
    )  # fmt: skip
    session.add(lot)
    session.flush()
    product = Product(
        cooperative_id=owner, shop_id=shop, lot_id=cast("int", lot.id), name=name,
        folded=fold(f"{name} HTX Thử {origin}"), description_vi="Trồng ở nhà màng, tưới nhỏ giọt.",
        description_en="", origin=origin, simulated=False, state=ProductState.PUBLISHED,
        created_at=START, published_at=START,
    )  # fmt: skip
    session.add(product)
    session.flush()
    variant = Variant(
        cooperative_id=owner, product_id=cast("int", product.id), pack_name="500 g", mass_g=500,
        price=chance.randrange(20, 200) * 1_000,
    )  # fmt: skip
    session.add(variant)
    session.flush()
    session.add(Stock(variant_id=cast("int", variant.id), on_hand=chance.randrange(0, 60)))
    window.refresh(session, cast("int", product.id))


@dataclass(frozen=True)
class Visit:
    """One kind of page: its addresses, one for each request, and what the browser sends along."""

    name: str
    paths: Sequence[str]
    headers: dict[str, str]


def visits(place: Place, requests: int) -> list[Visit]:
    engine = make_engine(place.url)
    with Session(engine) as session:
        ids = list(session.exec(select(Product.public_id).order_by(col(Product.id).desc())))
    engine.dispose()
    chance = random.Random(2)  # noqa: S311  # the same pages each time
    drawn = [chance.choice(ids) for _ in range(requests)]
    fresh, plain = {"Cookie": "sid=gone"}, dict[str, str]()
    return [
        Visit("list", [f"/cho?before={one}" for one in drawn], fresh),
        Visit("search", [f"/cho?q={_QUERIES[n % len(_QUERIES)]}" for n in range(requests)], fresh),
        Visit("product", [f"/cho/{one}" for one in drawn], fresh),
        Visit("front", ["/"] * requests, fresh),
        Visit("list, kept", ["/cho"] * requests, plain),
        Visit("product, kept", [f"/cho/{ids[0]}"] * requests, plain),
    ]


def ask(port: int, visit: Visit, cpu: Callable[[], float], queries: int) -> Figures:
    line = HTTPConnection("127.0.0.1", port, timeout=60)
    paths = [quote(path, safe="/?=&") for path in visit.paths]
    headers = {"Accept-Encoding": "gzip", **visit.headers}
    _once(line, paths[0], headers)
    times: list[float] = []
    before = cpu()
    for path in paths:
        began = time.perf_counter()
        _once(line, path, headers)
        times.append((time.perf_counter() - began) * 1_000)
    spent = (cpu() - before) * 1_000 / len(times)
    line.close()
    times.sort()
    p95 = times[min(len(times) * 95 // 100, len(times) - 1)]
    return Figures(visit.name, times[len(times) // 2], p95, spent, queries, os.getloadavg()[0])


def _once(line: HTTPConnection, path: str, headers: dict[str, str]) -> None:
    line.request("GET", path, headers=headers)
    answer = line.getresponse()
    answer.read()
    assert answer.status == HTTPStatus.OK, (path, answer.status)


def queries(place: Place, visit: Visit) -> int:
    """Questions that one such page asks the database; kept pages ask for their version besides."""
    engine, asked = make_engine(place.url), list[str]()
    app = create_app(place.settings, engine, SystemClock())
    sa.event.listen(engine, "before_cursor_execute", lambda *told: asked.append(str(told[2])))
    client = TestClient(app, headers=visit.headers)
    client.get(visit.paths[0])
    asked.clear()
    client.get(visit.paths[-1])
    engine.dispose()
    return sum(not one.startswith("BEGIN") for one in asked)


@contextmanager
def server(place: Place, kind: str) -> Iterator[tuple[int, Callable[[], float]]]:
    """The port of a server in a process of its own, and how to read its processor time."""
    command = [sys.executable, "-m", "bench.market", _SERVE, kind]
    command += ["--folder", str(place.folder), "--url", place.url]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    try:
        port = int(child.stdout.readline())
        yield port, lambda: _spent_s(child.pid)
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait()
        child.stdout.close()


def measure(place: Place, requests: int) -> list[Figures]:
    with server(place, _BARE) as (port, cpu):
        bare = Visit("bare FastAPI + rows", [f"/?before={n}" for n in range(requests)], {})
        found = [ask(port, bare, cpu, 1)]
    with server(place, "market") as (port, cpu):
        asked = visits(place, requests)
        found += [ask(port, visit, cpu, queries(place, visit)) for visit in asked]
    return found


def table(found: Sequence[Figures], count: int) -> Iterator[str]:
    yield f"{count:,} products"
    yield f"{'':22}{'p50 ms':>9}{'p95 ms':>9}{'CPU ms':>9}{'queries':>9}{'load':>7}"
    for one in found:
        numbers = f"{one.p50_ms:9.2f}{one.p95_ms:9.2f}{one.cpu_ms:9.2f}{one.queries:9}"
        yield f"{one.name:22}{numbers}{one.load:7.1f}"


def good(found: Sequence[Figures]) -> bool:
    pages = found[1:]
    goals = [KEPT_GOAL_MS if "kept" in one.name else UNCACHED_GOAL_MS for one in pages]
    return all(one.cpu_ms <= goal for one, goal in zip(pages, goals, strict=True)) and all(
        one.queries <= MOST_QUERIES for one in pages
    )


def _bare(place: Place) -> FastAPI:
    """The same rows in a page as plain as it gets: one question, one string."""
    engine = make_engine(place.url)
    statement = (
        sa.select(col(Product.public_id), col(Product.name), col(Variant.price))
        .join(Variant, col(Variant.product_id) == col(Product.id))
        .order_by(col(Product.id).desc())
        .limit(24)
    )
    app = FastAPI()

    def page(before: int = 0) -> HTMLResponse:
        with engine.connect() as connection:
            rows = connection.execute(statement.offset(before % 500)).all()
        items = "".join(f"<li><a href='/cho/{one}'>{name}</a> {n}</li>" for one, name, n in rows)
        return HTMLResponse(f"<!doctype html><ul>{items}</ul>")

    app.add_api_route("/", page, response_class=HTMLResponse)
    return app


def _spent_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _serve(place: Place, kind: str) -> None:
    """Says its port once it listens."""
    if kind == _BARE:
        app = _bare(place)
        config = uvicorn.Config(app, host="127.0.0.1", port=0, access_log=False, log_config=None)
        made = uvicorn.Server(config)
    else:
        app = create_app(place.settings, make_engine(place.url), SystemClock())
        made = make_server(app, "127.0.0.1", 0)
    with listening() as door:
        print(door.getsockname()[1], flush=True)
        made.run(sockets=[door])


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.market", description=__doc__)
    parser.add_argument("--products", type=int, default=10_000)
    parser.add_argument("--requests", type=int, default=REQUESTS)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument(_SERVE, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    parser.add_argument("--postgres", default="", help="URL of an empty database, not our own")
    args = parser.parse_args(argv)
    if args.serve:
        _serve(Place(args.folder, args.url), args.serve)
        return 0
    with TemporaryDirectory() as name:
        place = Place(Path(name), args.postgres or f"sqlite:///{Path(name) / 'cloud.db'}")
        furnish(place, args.products)
        found = measure(place, args.requests)
    print(*table(found, args.products), sep="\n")
    if args.json is not None:
        args.json.write_text(json.dumps([asdict(one) for one in found], indent=2) + "\n", "utf-8")
    return 0 if good(found) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
