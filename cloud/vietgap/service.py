"""Gathers a zone's season: its diary, its harvests, and the water that was measured."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Final, cast

from sqlmodel import Session, col, select

from cloud.clock import unix_ms
from cloud.cooperatives.models import Cooperative, Farm, Greenhouse, Zone
from cloud.diary import service as diary
from cloud.diary import words
from cloud.diary.service import Shown
from cloud.errors import Conflict
from cloud.i18n import _, number, translate
from cloud.lots import rules as days
from cloud.lots.models import Lot
from cloud.principal import Principal
from cloud.scope import find, scoped
from cloud.telemetry import service as telemetry
from cloud.telemetry import signed
from cloud.telemetry.days import Level, bucket_of
from cloud.vietgap.book import Book, Cell, Table
from wire.codes import Metric

LONGEST: Final = timedelta(days=400)
"""No season is longer; so no book has more than some thousand lines."""
MOST_ENTRIES: Final = 3_000
_GRAMS: Final = 1_000


class BookSpan(Conflict):
    """Days the wrong way round, or more than a season of them."""

    code = "book_span"
    sentence = _("Chọn ngày đầu trước ngày cuối, không quá %(days)s ngày.")


class BookTooThick(Conflict):
    """More than one file should hold."""

    code = "book_too_thick"
    sentence = _("Có quá nhiều dòng. Hãy chọn ít ngày hơn.")


@dataclass(frozen=True)
class Season:
    """A zone and the days of its book, the last included."""

    zone: Zone
    first: date
    last: date


def season(
    session: Session, principal: Principal, zone_id: str, first: date | None, last: date | None,
    *, today: date,
) -> Season:  # fmt: skip
    """From planting until today, where nothing else is said.

    Raises:
        NotFound: the zone is none of the caller's.
        BookSpan: no days, or more than LONGEST.
    """
    zone = find(session, Zone, zone_id, principal)
    end = last or today
    begin = first or max(min(zone.planted_on, end), end - LONGEST)
    if not timedelta() <= end - begin <= LONGEST:
        raise BookSpan(days=LONGEST.days)
    return Season(zone, begin, end)


def book(session: Session, principal: Principal, wish: Season, language: str) -> Book:
    """The season's book in the reader's language.

    Raises:
        BookTooThick: more than MOST_ENTRIES were written.
    """
    say = partial(translate, language)
    entries = diary.written(session, principal, wish.zone, (wish.first, wish.last))
    if len(entries) > MOST_ENTRIES:
        raise BookTooThick
    return Book(
        say(_("Sổ nhật ký sản xuất theo VietGAP (TCVN 11892-1:2017)")),
        list(_facts(session, wish, language)),
        [
            _works(entries, language),
            _harvests(session, principal, wish, language),
            _water(session, wish, language),
        ],
        say(_("Vườn Số · trang")),
    )


def _facts(session: Session, wish: Season, language: str) -> Iterator[tuple[str, str]]:
    say, zone = partial(translate, language), wish.zone
    cooperative, farm, house = session.exec(
        select(Cooperative, Farm, Greenhouse)
        .join(Farm, col(Farm.cooperative_id) == col(Cooperative.id))
        .join(Greenhouse, col(Greenhouse.farm_id) == col(Farm.id))
        .where(Greenhouse.id == zone.greenhouse_id)
    ).one()
    yield say(_("Hợp tác xã")), f"{cooperative.name}, {cooperative.address}"
    yield say(_("Trang trại")), f"{farm.name}, {farm.address}"
    yield say(_("Khu")), f"{house.name} · {zone.name}"
    yield say(_("Cây trồng")), f"{zone.crop}, {zone.plants}"
    yield say(_("Ngày trồng")), _day(zone.planted_on)
    yield say(_("Sổ của những ngày")), f"{_day(wish.first)} – {_day(wish.last)}"


def _works(entries: Sequence[Shown], language: str) -> Table:
    say, names = partial(translate, language), words.works(language)
    headings = (
        say(_("Ngày")),
        say(_("Việc")),
        say(_("Tên thuốc hoặc phân")),
        say(_("Hoạt chất")),
        say(_("Số đăng ký")),
        say(_("Liều dùng")),
        say(_("Cách ly (ngày)")),
        say(_("Thu hoạch từ")),
        say(_("Ghi chú")),
        say(_("Người làm")),
    )
    widths = (0.08, 0.09, 0.13, 0.11, 0.1, 0.09, 0.07, 0.08, 0.14, 0.11)
    return Table(say(_("Việc đã làm")), headings, widths, [_work(one, names) for one in entries])


def _work(shown: Shown, names: dict[str, str]) -> list[Cell]:
    used, entry = shown.used, shown.entry
    waits: Cell = "" if used is None or used.phi_days is None else used.phi_days
    return [
        _day(entry.day),
        names[entry.work.value],
        used.product if used else "",
        used.ingredient if used else "",
        used.registration if used else "",
        used.dose if used else "",
        waits,
        _day(shown.harvest_from) if shown.harvest_from else "",
        entry.note,
        shown.by,
    ]


def _harvests(session: Session, principal: Principal, wish: Season, language: str) -> Table:
    say = partial(translate, language)
    lots = session.exec(
        scoped(select(Lot), principal)
        .where(Lot.zone_id == wish.zone.id)
        .where(col(Lot.harvested_on).between(wish.first, wish.last))
        .order_by(col(Lot.harvested_on), col(Lot.id))
        .limit(MOST_ENTRIES)
    )
    rows: list[list[Cell]] = [
        [_day(lot.harvested_on), lot.code, lot.product, lot.quantity_g / _GRAMS] for lot in lots
    ]
    headings = (say(_("Ngày")), say(_("Lô")), say(_("Sản phẩm")), say(_("Khối lượng (kg)")))
    return Table(say(_("Thu hoạch")), headings, (0.15, 0.3, 0.35, 0.2), rows)


def _water(session: Session, wish: Season, language: str) -> Table:
    say, zone_id = partial(translate, language), cast("int", wish.zone.id)
    time = (days.start_of(wish.first), days.start_of(wish.last + timedelta(days=1)))
    sums = signed.days_of(session, [zone_id], time)[zone_id]
    yes = say(_("máy đã ký"))
    rows: list[list[Cell]] = []
    for one in telemetry.buckets(session, zone_id, Metric.LITRES, Level.DAY, time):
        sum_l = sums.get(bucket_of(unix_ms(one.at), Level.DAY))
        holds = sum_l is not None and signed.bears_out(one.total, sum_l)
        litres = number(language, one.total, 1)
        rows.append([_day(days.local_day(one.at)), litres, yes if holds else ""])
    headings = (say(_("Ngày")), say(_("Nước tưới (lít)")), say(_("Chữ ký của máy")))
    return Table(say(_("Nước tưới máy đo")), headings, (0.3, 0.35, 0.35), rows)


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
