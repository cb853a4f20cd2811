"""The newest forecast: asked for in the background, kept with its age, forgotten when stale."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine, delete
from sqlmodel import Session, select

from cloud.db import writing
from cloud.errors import ConfigurationError
from cloud.i18n import TIME_ZONE
from cloud.settings import Settings
from cloud.weather import rules
from cloud.weather.models import ForecastDay
from cloud.weather.open_meteo import OpenMeteo, Place
from cloud.weather.source import Day, NoForecastError, Persistence, Source, SourceName

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Forecast:
    """What is expected of today and tomorrow, by whom, and when they said it."""

    source: SourceName
    fetched_at: datetime
    shares: Mapping[date, float]


def source_of(settings: Settings) -> Source:
    """Where forecasts come from, as the settings say.

    Raises:
        ConfigurationError: a source is chosen, and nobody said for which place.
    """
    if settings.forecast == SourceName.PERSISTENCE.value:
        return Persistence()
    if not settings.forecast_at:
        raise ConfigurationError(
            "VUONSO_FORECAST_AT must say where the houses stand, as 20.98,105.85"
        )
    north, _, east = settings.forecast_at.partition(",")
    place = Place(float(north), float(east))
    return OpenMeteo(place, settings.forecast_url, settings.forecast_key.get_secret_value())


def newest(session: Session, now: datetime) -> Forecast | None:
    """The forecast that counts; none: tomorrow as today."""
    rows = session.exec(select(ForecastDay)).all()
    if not rows or not rules.is_fresh(rows[0].fetched_at, now):
        return None
    today = now.astimezone(TIME_ZONE).date()
    shares = rules.shares({row.day: row.et0_mm for row in rows}, today)
    return Forecast(SourceName(rows[0].source), rows[0].fetched_at, shares) if shares else None


def refresh(engine: Engine, now: datetime, source: Source) -> None:
    """Ask the source when its last word is old; no transaction is open meanwhile."""
    with Session(engine) as session:
        last = session.exec(select(ForecastDay).limit(1)).first()
    if last is not None and last.source == source.name and _is_recent(last.fetched_at, now):
        return
    try:
        days = source.days()
    except NoForecastError as error:
        _log.warning("no forecast from %s: %s; boxes go by their own days", source.name, error)
        return
    if days or last is not None:
        with Session(writing(engine)) as session, session.begin():
            keep(session, source.name, days, now)


def keep(session: Session, source: SourceName, days: Sequence[Day], now: datetime) -> None:
    """In place of whatever was known before."""
    session.exec(delete(ForecastDay))
    found = {day.on: day.et0_mm for day in days}
    session.add_all(
        ForecastDay(day=on, et0_mm=et0_mm, source=source.value, fetched_at=now)
        for on, et0_mm in found.items()
    )


def _is_recent(fetched_at: datetime, now: datetime) -> bool:
    return rules.is_fresh(fetched_at, now) and now - fetched_at < rules.AGAIN
