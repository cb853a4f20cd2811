"""Founds a town in a folder: places and devices in the database, files, ports and processes."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine
from sqlmodel import Session

from cloud.broker.passwords import hash_password
from cloud.broker.services import services_of
from cloud.clock import SystemClock
from cloud.cooperatives import service as cooperatives
from cloud.db import make_engine, writing
from cloud.devices import service as devices
from cloud.devices.vault import open_vault
from cloud.schema import migrate
from cloud.settings import Settings
from tests.edge.fakes import BOARD
from tests.system.chaos.cast import Broker, Child, Mortal, Postgres, cloud, gateway, worker
from tests.system.chaos.line import Line
from tests.system.chaos.town import Box, Town
from wire import identity
from wire.identity import Identity, new_identity

NOT_YET = ("mqtt://127.0.0.1:1",)


@dataclass(frozen=True)
class Charter:
    """What a town is like."""

    database: str = "sqlite"
    boxes: int = 4
    brokers: int = 1
    faster: float = 40.0
    """How much faster the boxes wait; broker and cloud live in real time."""
    cloud: tuple[str, ...] = ()
    """Words after `vuonso cloud`; none is the ingest worker alone."""
    worker_mistake: str = ""
    box_mistake: str = ""


@contextmanager
def founded(charter: Charter, folder: Path) -> Iterator[Town]:
    """A town that lives; nothing of it outlives the block."""
    with ExitStack() as at_the_end:
        url, server = _database(charter, folder, at_the_end)
        engine = make_engine(url)
        at_the_end.callback(engine.dispose)
        migrate(engine)
        settings = Settings(data_dir=folder / "cloud", database_url=url, broker=NOT_YET[0])
        people = [new_identity(NOT_YET, simulated=True) for _ in range(charter.boxes)]
        register(engine, settings, people)
        brokers = _brokers(charter, folder, settings, people)
        for broker in brokers:
            at_the_end.callback(broker.kill)
            broker.start()
        box_lines = [at_the_end.enter_context(Line(broker.port)) for broker in brokers]
        worker_lines = [at_the_end.enter_context(Line(broker.port)) for broker in brokers]
        town = Town(
            engine,
            boxes=[_box(charter, folder, who, box_lines) for who in people],
            brokers=brokers,
            workers=[_worker(charter, folder, url, line) for line in worker_lines],
            box_lines=box_lines,
            worker_lines=worker_lines,
            server=server,
        )
        for child in town.children:
            at_the_end.callback(child.kill)
        town.begin()
        yield town


def _database(charter: Charter, folder: Path, at_the_end: ExitStack) -> tuple[str, Mortal | None]:
    """The URL, and the server where the database is a process of its own."""
    if charter.database == "sqlite":
        return f"sqlite:///{folder / 'cloud.db'}", None
    # Not below pytest's own folder: the server's user cannot enter that.
    room = at_the_end.enter_context(TemporaryDirectory(prefix="vuonso-chaos-"))
    server = Postgres(Path(room))
    at_the_end.callback(server.kill)
    server.start()
    return server.url, server


def register(engine: Engine, settings: Settings, people: Sequence[Identity]) -> None:
    now = SystemClock().now()
    with Session(writing(engine)) as session, session.begin():
        owner = cooperatives.create(session, "HTX Bão", "Xã Bão, Quảng Ngãi", "+84255000001", now)
        farm = cooperatives.add_farm(session, owner, "Nhà cô Bão", "Thôn 1")
        for number, who in enumerate(people, 1):
            house = cooperatives.add_greenhouse(session, farm, f"Nhà màng {number}", now)
            devices.register(session, open_vault(settings), who, house, now)


def _brokers(
    charter: Charter, folder: Path, settings: Settings, people: Sequence[Identity]
) -> list[Broker]:
    services = services_of(settings)
    accounts = {who.device: hash_password(who.secret) for who in people} | services.hashes()
    return [
        Broker(folder / f"broker-{number}", accounts, services.rules())
        for number in range(charter.brokers)
    ]


def _box(charter: Charter, folder: Path, who: Identity, lines: Sequence[Line]) -> Box:
    place = folder / who.device
    place.mkdir()
    (place / "hardware.toml").write_text(BOARD, "utf-8")
    urls = tuple(line.url for line in lines)
    identity.save(who.model_copy(update={"brokers": urls}), place / "identity.json")
    return Box(who.device, place, gateway(place, charter.faster, charter.box_mistake))


def _worker(charter: Charter, folder: Path, database: str, line: Line) -> Child:
    if charter.cloud:
        return cloud(folder, database, line.url, *charter.cloud)
    return worker(folder, database, line.url, charter.worker_mistake)
