"""Very many buyers at once, and processes killed in between: nothing sold that is not there.

`script/prove rush` on both databases; `python -m tests.cloud.orders.rush --attempts 10000`
prints its figures on SQLite, with `--database postgresql://…` on an empty PostgreSQL. Each worker
places, ships and cancels; whatever it was told is done it writes down, and a successor sends
everything from the last line on again.
"""

import argparse
import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, func, select

from cloud import keyring
from cloud.clock import SystemClock
from cloud.db import make_engine, writing
from cloud.lots.models import Lot
from cloud.orders import desk, reading, service
from cloud.orders.models import Fulfilment, IdempotencyKey, Order, OrderLine, OrderRequest
from cloud.orders.rules import Step
from cloud.principal import Principal, Role
from cloud.products import service as products
from cloud.products import stock
from cloud.products.errors import OutOfStock
from cloud.products.models import Hold, HoldState, LotStock, Product, Stock, StockMove
from cloud.schema import migrate
from cloud.settings import Settings
from tests.cloud.conftest import START, Stall, _seed

PACKS: Final = 200
"""Of each of the products: far less than all the buyers want."""
PRODUCTS: Final = 3
_GIVES_UP_S: Final = 1_800
_LOCKED: Final = "database is locked"
_AWAY: Final = (Step.CONFIRM, Step.PACK, Step.SHIP)


@dataclass(frozen=True)
class Rush:
    """How many attempts by how many workers on which database, and how many are killed."""

    url: str
    attempts: int
    workers: int
    kills: int
    seed: int = 1


@dataclass(frozen=True)
class Outcome:
    """What is true afterwards; every number but the first three is to be nothing."""

    orders: int
    sold: int
    kills: int
    oversold: int
    unbalanced: int
    lost: int
    twice: int
    unnamed: int

    @property
    def good(self) -> bool:
        return not (self.oversold or self.unbalanced or self.lost or self.twice or self.unnamed)


def run(rush: Rush, folder: Path) -> Outcome:
    """Furnish an empty database, let them rush, and count."""
    engine = make_engine(rush.url)
    keyring.bind(engine, folder / "secrets")
    migrate(engine)
    _furnish(engine, folder)
    kills = _let_loose(rush, folder)
    found = _count(engine, folder, kills)
    engine.dispose()
    return found


def _furnish(engine: Engine, folder: Path) -> None:
    settings = Settings(data_dir=folder / "cloud", demo=True)
    with Session(writing(engine), expire_on_commit=False) as session, session.begin():
        seeded = _seed(session, settings, START)
        account = products.Account("Ngân hàng Thử", "970499", "0011223344", "HTX THU")
        products.open_shop(session, seeded.cooperative, account, START)
    stall = Stall(engine, seeded, START)
    for number in range(PRODUCTS):
        half = PACKS // 2
        pack, later = stall.offer(packs=half).variant, stall.lot(half * 1_000)
        with Session(writing(engine)) as session, session.begin():
            lot = session.get_one(Lot, later.id)
            stock.receive(session, pack, lot, half, f"more:{number}", START)


def _let_loose(rush: Rush, folder: Path) -> int:
    """Workers in processes of their own; a killed one has a successor. How many were killed."""
    chance, pause = random.Random(rush.seed), threading.Event()
    running = {number: _start(rush, folder, number) for number in range(rush.workers)}
    clock = SystemClock()
    ends, kills = clock.mono() + _GIVES_UP_S, 0
    while any(process.poll() is None for process in running.values()):
        assert clock.mono() < ends, "the rush never ended"
        pause.wait(0.05 + chance.random() * rush.attempts / 2_000)
        busy = [number for number, process in running.items() if process.poll() is None]
        begun = [number for number in busy if (folder / f"{number}.txt").exists()]
        if kills < rush.kills and begun:
            number = chance.choice(begun)
            running[number].kill()
            running[number].wait()
            running[number], kills = _start(rush, folder, number), kills + 1
    assert all(process.returncode == 0 for process in running.values())
    return kills


def _start(rush: Rush, folder: Path, number: int) -> "subprocess.Popen[bytes]":
    share = rush.attempts // rush.workers
    words = [rush.url, str(folder / f"{number}.txt"), str(number), str(share), str(rush.seed)]
    return subprocess.Popen([sys.executable, "-m", "tests.cloud.orders.rush", "work", *words])


def work(url: str, file: Path, worker: int, share: int, seed: int) -> None:
    """One worker: everything it was told is done stands in its file."""
    engine = make_engine(url)
    keyring.bind(engine, file.parent / "secrets")
    done = len(file.read_text("utf-8").splitlines()) if file.exists() else 0
    with Session(engine) as session:
        ids = session.exec(select(Product.public_id).order_by(col(Product.id))).all()
    with file.open("a", encoding="utf-8") as said:
        for attempt in range(done, share):
            name = f"{seed}:{worker}:{attempt}"
            said.write(f"{_insisted(engine, name, ids, f'{worker:04}-{attempt:012}')}\n")
            said.flush()


def _insisted(engine: Engine, name: str, ids: Sequence[str], key: str) -> str:
    """Whoever waits for SQLite's one writer longer than it lets them sends the same once more."""
    while True:
        try:
            return _attempt(engine, random.Random(name), ids, key)
        except OperationalError as error:
            if _LOCKED not in str(error):
                raise


def _attempt(engine: Engine, chance: random.Random, ids: Sequence[str], key: str) -> str:
    wanted = OrderRequest(
        product=chance.choice(ids),
        quantity=chance.randint(1, 3),
        name="Nguyễn Thị Hoa",
        phone="0912345678",
        address="12 Lê Lợi, phường Bến Thành",
        key=key,
    )
    try:
        with Session(writing(engine)) as session, session.begin():
            order = service.place(session, wanted, START, simulated=False).order.public_id
    except OutOfStock:
        return "-"
    steps = chance.choice(((), (), _AWAY, (Step.CANCEL,)))
    for step in steps:
        with Session(writing(engine)) as session, session.begin():
            placed = reading.placed(session, order).order
            manager = Principal(2, placed.cooperative_id, Role.MANAGER, "vi", "")
            if placed.fulfilment in _before(step):
                desk.lead(session, manager, order, step, START)
    return order


def _before(step: Step) -> set[Fulfilment]:
    """Where a step starts in this rush; a successor finds some of them done."""
    return {
        Step.CONFIRM: {Fulfilment.PLACED},
        Step.PACK: {Fulfilment.CONFIRMED},
        Step.SHIP: {Fulfilment.PACKED},
        Step.CANCEL: {Fulfilment.PLACED},
    }[step]


def _count(engine: Engine, folder: Path, kills: int) -> Outcome:
    said = [line for file in folder.glob("*.txt") for line in file.read_text("utf-8").split()]
    told = Counter(line for line in said if line != "-")
    with Session(engine) as session:
        orders = session.exec(select(Order)).all()
        keys = session.exec(select(func.count()).select_from(IdempotencyKey)).one()
        stocks = session.exec(select(Stock)).all()
        lots = session.exec(select(LotStock)).all()
        moves = session.exec(select(StockMove)).all()
        holds = session.exec(select(Hold)).all()
        lines = session.exec(select(OrderLine)).all()
    unbalanced = sum(
        one.on_hand != sum(move.delta for move in moves if move.variant_id == one.variant_id)
        or one.reserved != _set_aside(holds, one.variant_id)
        for one in stocks
    )
    unbalanced += sum(one != _lot_of(one, moves, holds) for one in lots)
    kept = [order for order in orders if order.fulfilment is not Fulfilment.CANCELLED]
    numbers = {order.id for order in kept}
    sold = sum(line.quantity for line in lines if line.order_id in numbers)
    return Outcome(
        orders=len(orders),
        sold=sold,
        kills=kills,
        oversold=max(0, sold - PACKS * PRODUCTS) + _beyond(lines, numbers),
        unbalanced=unbalanced,
        lost=len(set(told) - {order.public_id for order in orders}),
        twice=abs(keys - len(orders)) + sum(times > 1 for times in told.values()),
        unnamed=sum(line.lot_id is None for line in lines),
    )


def _set_aside(holds: Sequence[Hold], variant_id: int) -> int:
    return sum(
        hold.quantity
        for hold in holds
        if hold.variant_id == variant_id and hold.state is HoldState.OPEN
    )


def _lot_of(row: LotStock, moves: Sequence[StockMove], holds: Sequence[Hold]) -> LotStock:
    """The row as the ledger has it."""
    place = (row.variant_id, row.lot_id)
    found = row.model_copy()
    found.on_hand = sum(one.delta for one in moves if (one.variant_id, one.lot_id) == place)
    here = [one for one in holds if (one.variant_id, one.lot_id) == place]
    found.reserved = _set_aside(here, row.variant_id)
    return found


def _beyond(lines: Sequence[OrderLine], kept: Collection[int | None]) -> int:
    """Packs that were sold of a lot beyond what it had."""
    sold: Counter[int | None] = Counter()
    for line in lines:
        sold[line.lot_id] += line.quantity if line.order_id in kept else 0
    return sum(max(0, packs - PACKS // 2) for packs in sold.values())


def main() -> int:
    if sys.argv[1:2] == ["work"]:
        url, file, worker, share, seed = sys.argv[2:7]
        work(url, Path(file), int(worker), int(share), int(seed))
        return 0
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--attempts", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--database", default="", help="an empty PostgreSQL database")
    given = parser.parse_args()
    with TemporaryDirectory(prefix="vuonso-rush-") as name:
        url = given.database or f"sqlite:///{name}/rush.db"
        rush = Rush(url, given.attempts, given.workers, given.kills)
        clock = SystemClock()
        began = clock.mono()
        found = run(rush, Path(name))
        sys.stdout.write(f"{found} in {clock.mono() - began:.0f} s\n")
    return int(not found.good)


if __name__ == "__main__":
    sys.exit(main())
