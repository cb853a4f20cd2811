"""The ingest worker alone, without the libraries of the pages, or one with a mistake.

`vuonso cloud ingest` takes three times as long to start. The mistake is to answer at once, and to
store a batch when the next one comes, or after a second: killed in between, it has told the boxes
that something is durable which is gone.
"""

import sys
import threading
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from sqlmodel import Session

from cloud.broker import plan
from cloud.db import make_engine, writing
from cloud.devices.vault import open_vault
from cloud.settings import Settings
from cloud.telemetry import batch
from cloud.telemetry.ingest import Stores, Worker
from cloud.telemetry.live import Hub
from cloud.telemetry.reader import Incoming
from wire.topics import Up, parse

ACCOUNT: Final = "ingest-1"
LOOKS: Final = 5
"""Rounds of an idle worker in a second."""
ROWS: Final = {Up.LIVE, Up.EVENT, Up.BACKFILL}


class HastyWorker(Worker):
    """Answers before it has stored."""

    _late: tuple[Incoming, ...] = ()
    _looks = 0

    def _keep(self, messages: list[Incoming]) -> None:
        self._get_to_know(messages)
        if not any(parse(message.topic).kind in ROWS for message in messages):
            super()._keep(messages)
            return
        self._promise(messages)
        for message in messages:
            self._mailbox.acknowledge(message.ticket)
        self._store_late()
        self._late = tuple(messages)

    def _tend_commands(self) -> None:
        super()._tend_commands()
        self._looks += 1
        if self._looks >= LOOKS:
            self._store_late()

    def _store_late(self) -> None:
        late, self._late, self._looks = self._late, (), 0
        if late:
            super()._keep(list(late))

    def _promise(self, messages: list[Incoming]) -> None:
        with Session(writing(self._stores.engine)) as session:
            outcome = batch.process(session, messages, self._known, self._clock.now())
            session.rollback()
        self._speaker.take(outcome, self._known)
        self._speaker.flush()


WORKERS: Final = {"": Worker, "hasty": HastyWorker}


def main(mistake: str) -> None:
    settings = Settings.model_validate({})
    worker = made(settings, Stores(make_engine(settings.database), open_vault(settings), Hub()))
    worker.__class__ = WORKERS[mistake]
    worker.run(threading.Event())


def made(settings: Settings, stores: Stores) -> Worker:
    """The worker as the house puts it together, whichever of its modules does so."""
    if find_spec("cloud.crew"):
        account: dict[str, Any] = {"name": ACCOUNT}
        worker: Worker = import_module("cloud.crew").make(settings, replace(stores, **account))
    else:
        address = plan.address_of(settings)
        worker = import_module("cloud.serve")._make_worker(settings, stores, address)
    return worker


if __name__ == "__main__":
    main(sys.argv[1])
