"""Ingest workers of one machine: one in this process, or several as processes of their own.

An account belongs to one process at a time. Workers that are no longer wanted are retired: what
the broker holds for them is stored, then their sessions end, or it would deal to them for ever.
"""

import contextlib
import fcntl
import logging
import multiprocessing
import sys
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import partial
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from typing import Final

from sqlalchemy import Engine
from sqlmodel import Session

from cloud import logs
from cloud.broker import plan
from cloud.clock import Clock, SystemClock
from cloud.db import writing
from cloud.devices.vault import open_vault
from cloud.ending import interrupting, meanwhile
from cloud.errors import ConfigurationError
from cloud.health import Vitals
from cloud.internal import listening
from cloud.metrics import Meters
from cloud.revisions import open_database
from cloud.running import at_work
from cloud.settings import Settings
from cloud.telemetry import workers
from cloud.telemetry.ingest import Stores, Worker
from cloud.telemetry.live import Hub
from cloud.telemetry.mailbox import Mailbox
from cloud.vitals import watch

AGAIN_S: Final = 1.0
"""A worker that died is back after this; one that dies at once does not keep a core busy."""
END_S: Final = 8.0
"""For a batch in hand and its acks; a database that is away is not waited for."""
TAKE_S: Final = 3.0
"""A worker whose parent was killed gives its account up within this."""
_LOOK_S: Final = 0.2
_REFUSED: Final = 2

_log = logging.getLogger(__name__)


class AccountTakenError(ConfigurationError):
    """Two workers with one account would throw each other out of the broker for ever."""


def work(settings: Settings, count: int) -> None:
    """`count` workers at a broker that runs already, until a signal ends them.

    Raises:
        ConfigurationError: another process has an account of ours, or the broker cannot share.
    """
    names = [plan.worker_name(number) for number in range(1, count + 1)]
    if count > 1 and not plan.access_of(settings, names[0]).shared:
        raise ConfigurationError("the stand-in broker serves one worker only; install mosquitto")
    engine, stop = open_database(settings), threading.Event()
    with at_work(settings), interrupting(stop), retiring(settings, engine, names):
        for name in names:  # said at once and in one line, not by each of them
            with account(settings, name, TAKE_S):
                pass
        if count == 1:
            _alone(settings, engine, names[0], stop)
        else:
            _Crew(settings, names).run(stop)


def make(settings: Settings, stores: Stores) -> Worker:
    """The worker of an account."""
    clock = SystemClock()
    return Worker(stores, Mailbox(plan.access_of(settings, stores.name), clock), clock)


@contextlib.contextmanager
def account(settings: Settings, name: str, patience_s: float = 0.0) -> Iterator[None]:
    """Have an account for the length of the block; the kernel gives it back when we die.

    Raises:
        AccountTakenError: another process of this machine still has it after `patience_s`.
    """
    with (settings.data_dir / f"{name}.lock").open("a") as handle:
        if not _lock(handle.fileno(), SystemClock(), patience_s):
            raise AccountTakenError(
                f"{name} is at work in another process; stop that, or start `serve` --no-worker"
            )
        yield


def retiring(
    settings: Settings, engine: Engine, wanted: Collection[str]
) -> AbstractContextManager[object]:
    """Meanwhile retire all other workers that the broker still deals messages to."""
    return meanwhile(partial(_retire_others, settings, engine, wanted), "retire")


def _retire_others(
    settings: Settings, engine: Engine, wanted: Collection[str], stop: threading.Event
) -> None:
    with Session(engine) as session:
        others = [worker.name for worker in workers.known(session) if worker.name not in wanted]
    for name in others:
        try:
            with account(settings, name, TAKE_S):
                _retire(settings, engine, name, stop)
        except AccountTakenError as error:
            _log.warning("%s is not retired: %s", name, error)


def _retire(settings: Settings, engine: Engine, name: str, stop: threading.Event) -> None:
    clock = SystemClock()
    mailbox = Mailbox(plan.access_of(settings, name), clock, leaves=True)
    Worker(Stores(engine, open_vault(settings), Hub()), mailbox, clock).drain(stop)
    if not stop.is_set() and mailbox.forget():
        with Session(writing(engine)) as session, session.begin():
            workers.forget(session, name)
        _log.info("%s is retired", name)


def _alone(settings: Settings, engine: Engine, name: str, stop: threading.Event) -> None:
    vitals, meters = Vitals(), Meters()
    watch(vitals, settings, engine)
    meters.show_pool(engine)
    meters.show_vitals(vitals)
    port = plan.worker_port(settings, name)
    with account(settings, name, TAKE_S), listening(port, vitals, meters.registry):
        worker = make(settings, Stores(engine, open_vault(settings), Hub(), meters, name))
        vitals.add("ingest", lambda: worker.alive)
        worker.run(stop)


class _Crew:
    """A process for each worker; whichever dies is started again."""

    def __init__(self, settings: Settings, names: Sequence[str]) -> None:
        self._settings, self._names = settings, names
        self._team: dict[str, SpawnProcess] = {}

    def run(self, stop: threading.Event) -> None:
        try:
            while not stop.is_set():
                for name in self._names:
                    self._see_to(name)
                wait([process.sentinel for process in self._team.values()])
                stop.wait(AGAIN_S)
        finally:
            self._end()

    def _see_to(self, name: str) -> None:
        before = self._team.get(name)
        if before is not None and before.is_alive():
            return
        if before is not None and before.exitcode == _REFUSED:
            raise ConfigurationError(f"{name} could not start; the line above says why")
        if before is not None:
            _log.warning("%s ended with %s; it is started again", name, before.exitcode)
        context = multiprocessing.get_context("spawn")
        self._team[name] = context.Process(target=_life, args=(self._settings, name), name=name)
        self._team[name].start()

    def _end(self) -> None:
        for process in self._team.values():
            process.terminate()
        for process in self._team.values():
            process.join(END_S)
            process.kill()


def _life(settings: Settings, name: str) -> None:
    """A worker's process: ends by a signal, or when its parent is no more."""
    logs.speak(settings.log)
    stop = threading.Event()
    threading.Thread(target=_outlive_nobody, args=(stop,), daemon=True).start()
    try:
        with interrupting(stop):
            _alone(settings, open_database(settings), name, stop)
    except ConfigurationError as error:
        _log.error("%s", error)
        sys.exit(_REFUSED)


def _outlive_nobody(stop: threading.Event) -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    stop.set()


def _lock(handle: int, clock: Clock, patience_s: float) -> bool:
    deadline, pause = clock.mono() + patience_s, threading.Event()
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if clock.mono() >= deadline:
                return False
            pause.wait(_LOOK_S)
        else:
            return True
