"""The ingest worker alone, without the libraries of the pages, or one with a mistake.

`vuonso cloud ingest` takes three times as long to start. The mistake is to write in the books, and
to answer, that rows are durable, and to store them with the next ones: killed in between, they are
gone and nobody sends them again.
"""

import sys
import threading
from typing import Final

from sqlmodel import Session

from cloud import crew
from cloud.db import make_engine, writing
from cloud.devices.vault import open_vault
from cloud.settings import Settings
from cloud.telemetry import batch, reader, store
from cloud.telemetry.ingest import Stores, Worker
from cloud.telemetry.live import Hub
from cloud.telemetry.reader import Incoming
from wire.topics import Up, parse

ACCOUNT: Final = "ingest-1"
ROWS: Final = {Up.LIVE, Up.EVENT, Up.BACKFILL}


class HastyWorker(Worker):
    """Writes down and answers that rows are here; stores them only when the next ones come."""

    _late: tuple[Incoming, ...] = ()

    def _keep(self, messages: list[Incoming]) -> None:
        self._get_to_know(messages)
        if not any(parse(message.topic).kind in ROWS for message in messages):
            super()._keep(messages)
            return
        self._promise(messages)
        self._mailbox.acknowledge([message.ticket for message in messages])
        late, self._late = self._late, tuple(messages)
        if late:
            super()._keep(list(late))

    def _promise(self, messages: list[Incoming]) -> None:
        found, now = reader.sort(messages, self._known), self._clock.now()
        closed = store.closed_ranges(found.samples, found.events, found.births)
        with Session(writing(self._stores.engine)) as session, session.begin():
            with session.begin_nested() as undone:
                outcome = batch.process(session, messages, self._known, now)
                undone.rollback()
            store.close_ranges(session, closed, now)
        self._speaker.take(outcome, self._known)
        self._speaker.flush()


WORKERS: Final = {"": Worker, "hasty": HastyWorker}


def main(mistake: str) -> None:
    settings = Settings.model_validate({})
    stores = Stores(make_engine(settings.database), open_vault(settings), Hub(), name=ACCOUNT)
    worker = crew.make(settings, stores)
    worker.__class__ = WORKERS[mistake]
    worker.run(threading.Event())


if __name__ == "__main__":
    main(sys.argv[1])
