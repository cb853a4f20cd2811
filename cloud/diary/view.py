"""The diary by days: what people did, what was measured, and what the device said."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final, cast

from sqlmodel import Session

from cloud.alerts import service as warned
from cloud.alerts import view as alerts
from cloud.clock import unix_ms
from cloud.cooperatives.models import Greenhouse
from cloud.diary import rules, words
from cloud.diary import service as diary
from cloud.diary.service import Shown
from cloud.greenhouses import service as greenhouses
from cloud.greenhouses.view import Told
from cloud.greenhouses.view import diary as sentences
from cloud.i18n import _, litres, number, percent, translate
from cloud.principal import Principal
from cloud.telemetry import service as telemetry
from cloud.telemetry import signed
from cloud.telemetry.days import Level, bucket_of
from cloud.telemetry.past import Bucket
from wire.codes import Metric

SPAN: Final = timedelta(days=7)
"""As far back as what devices measured is told by the day."""
_MEASURED: Final = (Metric.LITRES, Metric.FILL, Metric.AIR_C, Metric.RH)
Week = Mapping[str, Sequence[Bucket]]
"""Days of a place by metric."""


@dataclass(frozen=True)
class Alert:
    """An alert by the moment at which it began."""

    at: datetime
    shown: alerts.Shown


@dataclass(frozen=True)
class Measured:
    """What was measured of a zone, or of the house where it has no name."""

    zone: str
    sentence: str
    signed: bool = False
    """The device signed this day's sum of water, and it bears the sentence out."""


@dataclass
class Day:
    """One day of the diary."""

    day: date
    title: str
    entries: list[Shown] = field(default_factory=list)
    measured: list[Measured] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)


class Days:
    """Days as they are found, shown the newest first."""

    def __init__(self, language: str, now: datetime) -> None:
        self._language, self._today = language, rules.today(now)
        self._days: dict[date, Day] = {}

    def of(self, day: date) -> Day:
        if day not in self._days:
            self._days[day] = Day(day, words.day(self._language, day, self._today))
        return self._days[day]

    def newest_first(self) -> list[Day]:
        return sorted(self._days.values(), key=lambda one: one.day, reverse=True)


def of_all(session: Session, principal: Principal, language: str, now: datetime) -> list[Day]:
    """What people did anywhere in the cooperative."""
    days = Days(language, now)
    for shown in diary.listing(session, principal):
        days.of(shown.entry.day).entries.append(shown)
    return days.newest_first()


def of_house(
    session: Session, principal: Principal, house: Greenhouse, language: str, now: datetime
) -> list[Day]:
    """The diary of one greenhouse, with what wrote itself."""
    days = Days(language, now)
    zones = greenhouses.zones_of(session, principal, house)
    ids = [cast("int", zone.id) for zone in zones]
    for shown in diary.listing(session, principal, ids):
        days.of(shown.entry.day).entries.append(shown)
    measured = telemetry.week(session, ids, _MEASURED, (now - SPAN, now))
    sums = signed.days_of(session, ids, (now - SPAN, now))
    for zone_id, zone in zip(ids, zones, strict=True):
        for one, sentence in _water(measured[zone_id], language):
            line = Measured(zone.name, sentence, _borne_out(one, sums[zone_id]))
            days.of(rules.today(one.at)).measured.append(line)
    for at, sentence in _air(measured[None], language):
        days.of(rules.today(at)).measured.append(Measured("", sentence))
    for known in warned.of_house(session, principal, cast("int", house.id), now - SPAN):
        alert = Alert(known.alert.since, alerts.shown(language, known, now))
        days.of(rules.today(alert.at)).alerts.append(alert)
    for told in sentences(language, greenhouses.diary(session, principal, house)):
        days.of(rules.today(told.at)).told.append(told)
    return days.newest_first()


def _water(week: Week, language: str) -> Iterable[tuple[Bucket, str]]:
    """Water and soil of each day, as far as they were measured."""
    soil = {one.at: one for one in week[Metric.FILL.value]}
    for one in week[Metric.LITRES.value]:
        poured = translate(language, _("máy tưới %(water)s"), water=litres(language, one.total))
        yield one, ", ".join([poured, *_soil(language, soil.get(one.at))])


def _borne_out(water: Bucket, sums: Mapping[int, float]) -> bool:
    """Whether the device signed that day's sum, and it says the same."""
    sum_l = sums.get(bucket_of(unix_ms(water.at), Level.DAY))
    return sum_l is not None and signed.bears_out(water.total, sum_l)


def _soil(language: str, one: Bucket | None) -> list[str]:
    if one is None:
        return []
    low, high = percent(language, one.low), percent(language, one.high)
    return [translate(language, _("đất ẩm %(low)s đến %(high)s"), low=low, high=high)]


def _air(week: Week, language: str) -> Iterable[tuple[datetime, str]]:
    """The air of each day, measured once for the house."""
    damp = {one.at: one for one in week[Metric.RH.value]}
    for one in week[Metric.AIR_C.value]:
        low, high = number(language, one.low), number(language, one.high)
        warm = translate(language, _("trời %(low)s đến %(high)s°C"), low=low, high=high)
        yield one.at, ", ".join([warm, *_damp(language, damp.get(one.at))])


def _damp(language: str, one: Bucket | None) -> list[str]:
    if one is None:
        return []
    mean = percent(language, one.mean)
    return [translate(language, _("không khí ẩm %(mean)s"), mean=mean)]
