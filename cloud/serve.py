"""The service as one process: pages, the ingest worker in a thread, and the broker as a child."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import Session

from cloud import crew
from cloud.alerts import post
from cloud.app import create_app
from cloud.backup import making
from cloud.broker import plan
from cloud.broker.canary import Canary
from cloud.broker.follow import Follower
from cloud.broker.kinds import choose
from cloud.broker.managed import ManagedBroker
from cloud.broker.services import services_of
from cloud.chores import Nights
from cloud.clock import SystemClock
from cloud.daily import Round, every_night, names, printing, rounds
from cloud.devices.service import broker_accounts
from cloud.devices.vault import open_vault
from cloud.ending import interrupting, meanwhile
from cloud.health import Vitals
from cloud.internal import listening
from cloud.journal import Journal, Keeper
from cloud.media.store import Store
from cloud.practice.keeper import Keeper as PracticeKeeper
from cloud.revisions import open_database
from cloud.running import at_work
from cloud.server import make_server
from cloud.settings import Settings
from cloud.shipping import accounts
from cloud.shipping.accounts import Counters
from cloud.stamps import sheets
from cloud.telemetry import workers
from cloud.telemetry.ingest import Stores
from cloud.telemetry.keep import Keep
from cloud.telemetry.news import Watcher
from cloud.transparency.kept import LogKeeper, copy_of
from cloud.weather import service as weather


@dataclass(frozen=True)
class Listen:
    """Where the pages are served; `worker`: whether this process stores what devices send."""

    host: str
    port: int
    worker: bool = True


def serve(settings: Settings, listen: Listen) -> None:
    """Run until a signal ends it; leave no child and no thread behind."""
    clock, engine = SystemClock(), open_database(settings)
    app = create_app(settings, engine, clock)
    state = app.state
    server = make_server(app, listen.host, listen.port)
    state.vitals.add("pages", lambda: "" if server.started else "not open yet")
    nightly = rounds_of(settings)
    source = weather.source_of(settings)
    nights = Nights(engine, clock, names(nightly))
    state.vitals.add("night", nights, urgent=False)
    if not settings.demo:
        state.vitals.add("backup", lambda: making.age(settings, clock), urgent=False)
    with (
        at_work(settings),
        interrupting(threading.Event()),
        listening(settings.internal_port, state.vitals, state.meters.registry),
        _broker(settings, engine, state.vitals),
        _canary(settings, state.vitals),
    ):
        ingest = _ingesting(settings, app) if listen.worker else _watching(app)
        keeper = Keeper(engine, Journal(settings.journal_file))
        log_keeper = LogKeeper(engine, copy_of(settings))
        with (
            ingest,
            meanwhile(keeper.run, "journal"),
            meanwhile(log_keeper.run, "public-log"),
            _practice(settings, app),
            every_night(
                engine,
                clock,
                nightly,
                post.office(settings, clock),
                source,
                Counters(accounts.open_vault(settings)),
            ),
            printing(engine, clock, sheets.room(settings)),
        ):
            server.run()


def rounds_of(settings: Settings) -> tuple[Round, ...]:
    """What each night goes round, as the settings say."""
    keep = Keep(settings.keep_raw_days, settings.keep_hour_days, settings.keep_pack_days)
    return rounds(keep, Store(settings.data_dir), sheets.room(settings))


@contextlib.contextmanager
def _broker(settings: Settings, engine: Engine, vitals: Vitals) -> Iterator[None]:
    if not plan.is_managed(settings):
        yield
        return
    address = plan.address_of(settings)
    outside = plan.outside_of(settings)
    broker = ManagedBroker(settings.broker_dir, address, services_of(settings), outside)
    with Session(engine) as session:
        accounts = broker_accounts(session)
    try:
        broker.start(choose(settings.broker), accounts, SystemClock())
        vitals.add("broker", lambda: broker.alive)
        follower = Follower(engine, broker_accounts, broker.reload, accounts)
        with meanwhile(follower.run, "broker-accounts"):
            yield
    finally:
        broker.stop()


@contextlib.contextmanager
def _canary(settings: Settings, vitals: Vitals) -> Iterator[None]:
    """What the broker lets through stops the service; that nobody can tell calls a person."""
    canary = Canary(plan.address_of(settings), services_of(settings).aviary)
    vitals.add("rules", lambda: canary.trouble)
    vitals.add("canary", lambda: canary.silence, urgent=False)
    with meanwhile(canary.run, "canary"):
        yield


@contextlib.contextmanager
def _practice(settings: Settings, app: FastAPI) -> Iterator[None]:
    """Greenhouses to practise on, for whom the pages let in."""
    keeper = PracticeKeeper(settings, app.state.engine, app.state.clock)
    app.state.practice_places = keeper.places
    with meanwhile(keeper.run, "practice"):
        yield


@contextlib.contextmanager
def _ingesting(settings: Settings, app: FastAPI) -> Iterator[None]:
    """One worker in a thread of this process."""
    engine, name = app.state.engine, plan.worker_name(1)
    with crew.account(settings, name, crew.TAKE_S), crew.retiring(settings, engine, [name]):
        state = app.state
        stores = Stores(engine, open_vault(settings), state.hub, state.meters, name)
        worker = crew.make(settings, stores)
        with meanwhile(worker.run, "ingest") as thread:
            _vouch(app, lambda: thread.is_alive() and worker.alive)
            yield


@contextlib.contextmanager
def _watching(app: FastAPI) -> Iterator[None]:
    """Workers are processes of their own; the pages hear of what they store."""
    with meanwhile(Watcher(app.state.engine, app.state.hub).run, "news") as thread:
        _vouch(app, thread.is_alive)
        yield


def _vouch(app: FastAPI, is_well: Callable[[], bool]) -> None:
    state = app.state

    def complaint() -> str:
        return workers.complaint(state.engine, state.clock) if is_well() else "does not work"

    state.vitals.add("ingest", complaint)
