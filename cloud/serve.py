"""The service as one process: pages, the ingest worker in a thread, and the broker as a child."""

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FrameType

from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import Session

from cloud.app import create_app
from cloud.broker import plan
from cloud.broker.address import BrokerAddress
from cloud.broker.canary import Canary
from cloud.broker.follow import Follower
from cloud.broker.managed import ManagedBroker, choose
from cloud.clock import SystemClock
from cloud.daily import every_night
from cloud.db import make_engine
from cloud.devices.service import broker_accounts
from cloud.devices.vault import open_vault
from cloud.health import Vitals
from cloud.internal import listening
from cloud.metrics import Meters
from cloud.schema import migrate, refuse_old
from cloud.server import make_server
from cloud.settings import Settings
from cloud.telemetry.ingest import Stores, Worker
from cloud.telemetry.keep import Keep
from cloud.telemetry.live import Hub
from cloud.telemetry.mailbox import Mailbox
from cloud.vitals import watch


@dataclass(frozen=True)
class Listen:
    """Where the pages are served."""

    host: str
    port: int


def serve(settings: Settings, listen: Listen) -> None:
    """Run until a signal ends it; leave no child and no thread behind."""
    clock, engine = SystemClock(), open_database(settings)
    app = create_app(settings, engine, clock)
    state, stop = app.state, threading.Event()
    server = make_server(app, listen.host, listen.port)
    state.vitals.add("pages", lambda: "" if server.started else "not open yet")
    with (
        interrupting(stop),
        listening(settings.internal_port, state.vitals, state.meters.registry),
        _broker(settings, engine, state.vitals) as at,
        _canary(settings, at, state.vitals),
    ):
        stores = Stores(engine, open_vault(settings), state.hub, state.meters)
        worker = _make_worker(settings, stores, at)
        with _running(worker, stop, app), every_night(engine, clock, keep_of(settings)):
            server.run()


def ingest(settings: Settings) -> None:
    """The ingest worker alone, at a broker that runs already."""
    engine, stop = open_database(settings), threading.Event()
    vitals, meters = Vitals(), Meters()
    watch(vitals, settings, engine)
    meters.show_pool(engine)
    meters.show_vitals(vitals)
    stores = Stores(engine, open_vault(settings), Hub(), meters)
    worker = _make_worker(settings, stores, plan.address_of(settings))
    vitals.add("ingest", lambda: worker.alive)
    with interrupting(stop), listening(settings.internal_port, vitals, meters.registry):
        worker.run(stop)


def open_database(settings: Settings) -> Engine:
    """The database at today's schema; only a demonstration migrates by itself."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = make_engine(settings.database)
    if settings.demo:
        migrate(engine)
    refuse_old(engine)
    return engine


def keep_of(settings: Settings) -> Keep:
    """How long what was measured is kept."""
    return Keep(settings.keep_raw_days, settings.keep_hour_days, settings.keep_pack_days)


@contextlib.contextmanager
def interrupting(stop: threading.Event) -> Iterator[None]:
    """Turn SIGTERM and SIGINT into an orderly end of the block."""

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    with contextlib.suppress(KeyboardInterrupt):
        yield


def _make_worker(settings: Settings, stores: Stores, address: BrokerAddress) -> Worker:
    clock = SystemClock()
    mailbox = Mailbox(address, plan.services_of(settings).ingest, clock)
    return Worker(stores, mailbox, clock)


@contextlib.contextmanager
def _broker(settings: Settings, engine: Engine, vitals: Vitals) -> Iterator[BrokerAddress]:
    if not plan.is_managed(settings):
        yield plan.address_of(settings)
        return
    address = plan.address_of(settings)
    outside = plan.outside_of(settings)
    broker = ManagedBroker(settings.broker_dir, address, plan.services_of(settings), outside)
    with Session(engine) as session:
        accounts = broker_accounts(session)
    try:
        broker.start(choose(settings.broker), accounts, SystemClock())
        vitals.add("broker", lambda: broker.alive)
        follower = Follower(engine, broker_accounts, broker.reload, accounts)
        with beside("broker-accounts", follower.run):
            yield address
    finally:
        broker.stop()


@contextlib.contextmanager
def _canary(settings: Settings, address: BrokerAddress, vitals: Vitals) -> Iterator[None]:
    """What the broker lets through stops the service; that nobody can tell calls a person."""
    canary = Canary(address, plan.services_of(settings).aviary)
    vitals.add("rules", lambda: canary.trouble)
    vitals.add("canary", lambda: canary.silence, urgent=False)
    with beside("canary", canary.run):
        yield


@contextlib.contextmanager
def beside(name: str, run: Callable[[threading.Event], None]) -> Iterator[None]:
    """Run this in a thread of its own for as long as the block lasts."""
    stop = threading.Event()
    thread = threading.Thread(target=run, args=(stop,), name=name)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@contextlib.contextmanager
def _running(worker: Worker, stop: threading.Event, app: FastAPI) -> Iterator[None]:
    thread = threading.Thread(target=worker.run, args=(stop,), name="ingest")
    thread.start()
    app.state.vitals.add("ingest", lambda: thread.is_alive() and worker.alive)
    try:
        yield
    finally:
        stop.set()
        thread.join()
