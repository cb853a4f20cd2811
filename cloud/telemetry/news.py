"""News of greenhouses from workers in other processes: seen in the database, told to the hub."""

import logging
import threading
from typing import Final

from sqlalchemy import Engine, func
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from cloud.devices.models import Device
from cloud.telemetry.live import Hub
from cloud.telemetry.models import EpochState

EVERY_S: Final = 0.3
"""With the half second of the pages, from the soil to the telephone within one."""

_log = logging.getLogger(__name__)


class Watcher:
    """Looks which greenhouses' devices were told of new rows since the last look."""

    def __init__(self, engine: Engine, hub: Hub) -> None:
        self._engine, self._hub = engine, hub
        self._seen: dict[int, int] = {}

    def run(self, stop: threading.Event) -> None:
        while not stop.wait(EVERY_S):
            try:
                self.look()
            except SQLAlchemyError:
                _log.exception("cannot see what devices told; trying again")

    def look(self) -> None:
        newest = (
            select(Device.greenhouse_id, func.max(EpochState.told))
            .join(EpochState, col(EpochState.device_id) == col(Device.id))
            .group_by(col(Device.greenhouse_id))
        )
        with Session(self._engine) as session:
            found = dict(session.exec(newest).all())
        self._hub.announce(house for house, told in found.items() if told != self._seen.get(house))
        self._seen = found
