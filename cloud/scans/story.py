"""What the page behind a stamp tells: the way of a lot in dated lines, its curve, its papers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, cast

from sqlmodel import Session

from cloud.cooperatives.models import Farm
from cloud.diary import service as diary
from cloud.diary import words
from cloud.diary.models import DiaryEntry, Work
from cloud.diary.rules import Used
from cloud.evidence import rules as borne
from cloud.evidence import service as evidence
from cloud.greenhouses.chart import Chart, Point, Spread, svg
from cloud.i18n import _, litres, percent, translate
from cloud.lots import rules as days
from cloud.lots import service as lots
from cloud.lots.models import Evidence
from cloud.media.limits import SMALL_SIDE
from cloud.media.models import Photo
from cloud.passports import service as passports
from cloud.passports.models import Certificate
from cloud.scans.service import Story
from cloud.stamps.service import Found
from cloud.telemetry import service as telemetry
from cloud.telemetry.days import Level
from wire.codes import Metric

MOST_LINES: Final = 8
"""Buyers who read longer do not pay more; the newest lines are told."""
FARTHEST: Final = timedelta(days=400)
"""Of a curve: no crop grows longer between planting and one harvest."""
FEWEST_DAYS: Final = 2
"""Of a curve; one day is a dot."""


class Source(StrEnum):
    """Who says so: a device, or a person."""

    MEASURED = "measured"
    DECLARED = "declared"


@dataclass(frozen=True)
class Step:
    """One line of the way."""

    day: date
    sentence: str
    source: Source


@dataclass(frozen=True)
class Curve:
    """The soil's wetness while the lot grew; `drawing` is SVG of our own making."""

    drawing: str
    sentence: str


@dataclass(frozen=True)
class Picture:
    """A product's photo with the room it takes, so that nothing moves when it comes."""

    address: str
    width: int
    height: int


@dataclass(frozen=True)
class Score:
    """How many things are told of a lot, by who answers for them: each part is shown."""

    measured: int
    certified: int
    declared: int


def score(steps: Sequence[Step], found: Evidence, curve: Curve | None, valid: int) -> Score:
    """What devices wrote down, papers that hold today, and lines that people wrote."""
    measured = sum(step.source is Source.MEASURED for step in steps)
    measured += (found.moisture_mean is not None) + (curve is not None)
    return Score(measured, valid, sum(step.source is Source.DECLARED for step in steps))


@dataclass(frozen=True)
class Details:
    """All below the verdict."""

    farm: Farm
    picture: Picture | None
    steps: Sequence[Step]
    curve: Curve | None
    papers: Sequence[Certificate]
    valid: Sequence[Certificate]
    score: Score
    borne_out: borne.Score


def details(session: Session, story: Story, found: Found, language: str, now: datetime) -> Details:
    shown = passports.shown(session, story.lot)
    steps = _newest([*_steps(session, story, found, language)])
    curve = _curve(session, story, language)
    valid = passports.valid(shown.certificates, days.local_day(now))
    return Details(
        lots.grower(session, story.lot),
        _picture(shown.photo) if shown.photo else None,
        steps,
        curve,
        shown.certificates,
        valid,
        score(steps, story.evidence, curve, len(valid)),
        evidence.score(session, story.lot),
    )


def _steps(session: Session, story: Story, found: Found, language: str) -> Iterator[Step]:
    lot, zone, measured = story.lot, story.zone, story.evidence
    planted = min(zone.planted_on, lot.harvested_on)
    if planted < lot.harvested_on:
        yield Step(planted, translate(language, _("Trồng cây")), Source.DECLARED)
    if measured.samples and measured.last_at:
        told = _("Máy tưới %(doses)s lần, tất cả %(water)s")
        water = litres(language, measured.litres)
        sentence = translate(language, told, doses=measured.doses, water=water)
        yield Step(days.local_day(measured.last_at), sentence, Source.MEASURED)
    entries = diary.of_zone(session, cast("int", zone.id), (planted, lot.harvested_on))
    used = diary.inputs(session, entries)
    sprayed = [one for one in entries if one.work is Work.SPRAY and one.id in used]
    yield from _works([one for one in entries if one not in sprayed], language)
    yield from _sprays(sprayed, used, lot.harvested_on, language)
    harvested = translate(language, _("Thu hoạch"))
    yield Step(lot.harvested_on, harvested, Source.DECLARED)
    stamped = translate(language, _("Tạo tem cho lô"))
    yield Step(days.local_day(found.issuance.issued_at), stamped, Source.DECLARED)
    if lot.recalled_at:
        recalled = translate(language, _("Thu hồi lô hàng"))
        yield Step(days.local_day(lot.recalled_at), recalled, Source.DECLARED)


def _works(entries: Sequence[DiaryEntry], language: str) -> Iterator[Step]:
    """A line for each kind of work: the last time, and how often."""
    names = words.works(language)
    for work in dict.fromkeys(entry.work for entry in entries):
        dates = [entry.day for entry in entries if entry.work is work]
        told = _("%(work)s, lần cuối trong %(times)s lần") if len(dates) > 1 else _("%(work)s")
        sentence = translate(language, told, work=names[work.value], times=len(dates))
        yield Step(max(dates), sentence, Source.DECLARED)


def _sprays(
    entries: Sequence[DiaryEntry], used: Mapping[int, Used], harvested_on: date, language: str
) -> Iterator[Step]:
    """Each with its product, and how long it was waited until the harvest."""
    for entry in entries:
        told = used[cast("int", entry.id)]
        sentence = _("Phun %(product)s")
        if told.phi_days is not None:
            sentence = _("Phun %(product)s, phải đợi %(phi)s ngày, đã đợi %(waited)s ngày")
        waited = (harvested_on - entry.day).days
        words_ = {"product": told.product or "?", "phi": told.phi_days, "waited": waited}
        yield Step(entry.day, translate(language, sentence, **words_), Source.DECLARED)


def _newest(steps: list[Step]) -> list[Step]:
    return sorted(steps, key=lambda step: step.day)[-MOST_LINES:]


def _curve(session: Session, story: Story, language: str) -> Curve | None:
    """From whole days, which stay for ever; nothing where fewer than two were measured."""
    first, last = story.evidence.first_at, story.evidence.last_at
    if first is None or last is None:
        return None
    time = (max(first, last - FARTHEST), last)
    zone = cast("int", story.zone.id)
    found = telemetry.buckets(session, zone, Metric.VWC, Level.DAY, time)
    if len(found) < FEWEST_DAYS:
        return None
    half = timedelta(days=0.5)
    low, high = min(one.low for one in found), max(one.high for one in found)
    told = _("Đất ẩm từ %(low)s đến %(high)s khi cây lớn.")
    sentence = translate(language, told, low=percent(language, low), high=percent(language, high))
    chart = Chart(
        points=[Point(one.at + half, one.mean) for one in found],
        start=time[0],
        end=last + half,
        label=sentence,
        words=lambda value: percent(language, value),
        spread=[Spread(one.at + half, one.low, one.high) for one in found],
        gap=timedelta(days=2),
    )
    return Curve(svg(chart), sentence)


def _picture(photo: Photo) -> Picture:
    """The thumbnail is as wide or high as it may be."""
    scale = min(SMALL_SIDE / max(photo.width, photo.height), 1.0)
    return Picture(
        f"/tem/anh/{photo.public_id}", round(photo.width * scale), round(photo.height * scale)
    )
