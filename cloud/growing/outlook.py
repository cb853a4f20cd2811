"""The round that carries a new forecast to the boxes, as part of their settings."""

import logging
from datetime import date, datetime
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from cloud.db import writing
from cloud.devices.models import Device, ZoneBinding
from cloud.growing import service
from cloud.weather import service as weather
from cloud.weather.source import Source

EVERY_S: Final = 900
"""A source that was away is asked again by then, and a new day is told."""

_WATERING: Final = (
    select(ZoneBinding.device_id)
    .join(Device, col(Device.id) == col(ZoneBinding.device_id))
    .where(col(ZoneBinding.bound_to).is_(None), col(Device.struck_off_at).is_(None))
    .distinct()
)
_log = logging.getLogger(__name__)


class Outlook:
    """Remembers what boxes were told last; they are told again when that has changed."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._told: dict[date, float] = {}

    def round(self, engine: Engine, now: datetime) -> None:
        """Ask the source when it is time; tell every box that waters when there is news.

        A forecast that has grown old is called back from nobody: boxes know it by day, and a day
        they were told nothing of is to them as the days before.
        """
        weather.refresh(engine, now, self._source)
        with Session(engine) as session:
            found = weather.newest(session, now)
            devices = session.exec(_WATERING).all() if found else ()
        if found is None or found.shares == self._told:
            return
        for device in devices:
            try:
                with Session(writing(engine)) as session, session.begin():
                    service.compose(session, device, now)
            except SQLAlchemyError:
                _log.exception("cannot tell %s the forecast; the others are told", device)
        self._told = dict(found.shares)
