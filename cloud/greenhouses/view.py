"""Status as the texts and attributes of named places on a page.

Page and stream take them from the same function: what changes later is what stood there first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cloud.clock import unix_ms
from cloud.greenhouses.diary import Entry
from cloud.greenhouses.facts import Dose
from cloud.greenhouses.rules import (
    MOISTURE_WORDS,
    WORST_FIRST,
    Level,
    Moisture,
    Status,
    ZoneCard,
)
from cloud.greenhouses.service import GreenhouseStatus
from cloud.i18n import _, litres, percent, translate
from cloud.words import CAUSES, ENDINGS, Line, Litres, say
from wire.codes import Ended

Places = Mapping[str, Mapping[str, str | None]]
"""Place → attribute → value; `text` is the content, None takes the attribute away."""

CHART_STEP_S: Final = 600
"""A curve of a day does not look different sooner."""

_BAR: Final = 100.0
_TAGS: Final = {
    Moisture.DRY: "tag warn",
    Moisture.RIGHT: "tag ok",
    Moisture.WET: "tag warn",
    Moisture.UNKNOWN: "tag lost",
}


@dataclass(frozen=True)
class Band:
    """Where the good range lies on a bar 100 wide."""

    low: int
    width: int


def places(language: str, shown: GreenhouseStatus) -> Places:
    status = shown.status
    yesterday = Line(_("hôm qua %(water)s"), {"water": Litres(status.litres_yesterday)})
    found: dict[str, Mapping[str, str | None]] = {
        "link": {"hidden": "" if status.level is Level.LOST else None},
        "state": {"class": f"state {status.level}"},
        "headline": {"text": say(language, status.headline)},
        "advice": {"text": say(language, status.advice)},
        "water": {"text": say(language, status.water), "class": _wet(status)},
        "litres": {"text": litres(language, status.litres_today)},
        "yesterday": {"text": say(language, yesterday)},
        "heard": _age(language, status.heard),
        "stop": _maybe(language, status.stop),
        "command": _maybe(language, status.command),
        "resume": {"hidden": None if _may_resume(status) else ""},
        "pause": {"hidden": "" if status.held or status.paused else None},
        "worries": _worries(language, status),
        "chart": {"data-rev": _revision(status)},
    }
    for zone in status.zones:
        found |= _zone(language, zone)
    return found


def shape(shown: GreenhouseStatus) -> str:
    """What is on the page at all; when it changes the page is loaded anew."""
    marker = "*" if shown.simulated else ""
    return marker + ",".join(zone.public_id for zone in shown.status.zones)


def band(zone: ZoneCard) -> Band:
    low = round(zone.refill * _BAR)
    return Band(low, round(zone.target * _BAR) - low)


@dataclass(frozen=True)
class ZoneModel:
    """A zone's fixed words on a page."""

    id: str
    name: str
    crop: str
    refill: float
    target: float
    band: Band


def zone_model(card: ZoneCard) -> ZoneModel:
    return ZoneModel(card.public_id, card.name, card.crop, card.refill, card.target, band(card))


@dataclass(frozen=True)
class Watering:
    """A row in the list of waterings."""

    began: datetime
    ended: bool
    litres: float
    cause: str
    ending: str


def waterings(language: str, doses: Sequence[Dose]) -> list[Watering]:
    return [
        Watering(
            dose.began,
            dose.ended is not None,
            dose.litres,
            translate(language, CAUSES[dose.cause]),
            _ending(language, dose),
        )
        for dose in doses
    ]


@dataclass(frozen=True)
class Told:
    """A line of the diary as read."""

    at: datetime
    zone: str
    sentence: str


def diary(language: str, entries: Sequence[Entry]) -> list[Told]:
    return [Told(entry.at, entry.zone, say(language, entry.line)) for entry in entries]


@dataclass(frozen=True)
class House:
    """A row in the list of greenhouses."""

    id: str
    name: str
    level: str
    headline: str
    advice: str
    stop: str
    stopping: bool
    """Whether the answer to a STOP may still be on its way."""


def listing(language: str, shown: Sequence[GreenhouseStatus]) -> list[House]:
    """The worst first; of equals the older one."""
    return [
        House(
            one.id,
            one.name,
            one.status.level,
            say(language, one.status.headline),
            say(language, one.status.advice),
            say(language, one.status.stop) if one.status.stop else "",
            one.status.stop_pending and one.status.level is not Level.LOST,
        )
        for one in sorted(shown, key=lambda one: WORST_FIRST.index(one.status.level))
    ]


def _ending(language: str, dose: Dose) -> str:
    """Only what is worth a word: a dose that ran to its end needs none."""
    if dose.ended is None:
        return translate(language, _("đang tưới"))
    if dose.ending in {None, Ended.COMPLETE}:
        return ""
    return translate(language, ENDINGS[dose.ending])


def _zone(language: str, zone: ZoneCard) -> Places:
    key, fill = zone.public_id, zone.fill
    width = min(max(fill.value, 0.0), 1.0) * _BAR if fill else 0.0
    return {
        f"{key}-fill": {"text": percent(language, fill.value) if fill else "–", "class": "big"},
        f"{key}-word": {
            "text": say(language, MOISTURE_WORDS[zone.moisture]),
            "class": _TAGS[zone.moisture],
        },
        f"{key}-bar": {"width": f"{width:.0f}"},
        f"{key}-line": {"text": say(language, zone.line)},
        f"{key}-clear": {"hidden": None if zone.clearable else ""},
        f"{key}-age": _age(language, fill.at if fill else None),
    }


def _worries(language: str, status: Status) -> Mapping[str, str | None]:
    if not status.worries:
        return {"text": "", "hidden": ""}
    line = Line(_("Xem cảnh báo (%(n)s)"), {"n": status.worries})
    return {"text": say(language, line), "hidden": None}


def _may_resume(status: Status) -> bool:
    return (status.held and not status.stop_pending) or status.paused


def _wet(status: Status) -> str:
    return "tag water" if status.flowing else ""


def _age(language: str, at: datetime | None) -> Mapping[str, str | None]:
    """The moment itself; the page makes an age of it once it knows the server's clock."""
    if at is None:
        return {"text": "", "data-at": None}
    return {"text": say(language, Line(_("lúc %(at)s"), {"at": at})), "data-at": str(unix_ms(at))}


def _maybe(language: str, line: Line | None) -> Mapping[str, str | None]:
    if line is None:
        return {"text": "", "hidden": ""}
    return {"text": say(language, line), "hidden": None}


def _revision(status: Status) -> str:
    """Changes when the drawn past does: with time, and when a watering begins or ends."""
    times = [unix_ms(zone.fill.at) // 1000 // CHART_STEP_S for zone in status.zones if zone.fill]
    flowing = "".join("1" if zone.flowing else "0" for zone in status.zones)
    return f"{max(times, default=0)}-{flowing}"
