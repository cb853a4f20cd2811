"""Alerts as read on a page: sentences, times and steps in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cloud.alerts import words
from cloud.alerts.kinds import Kind, Severity
from cloud.alerts.notifier import Message
from cloud.alerts.service import Known
from cloud.i18n import TIME_ZONE, _, translate
from cloud.words import Line, Moment, say

_MINUTE_S: Final = 60
_HOUR_S: Final = 3600
_DAY_S: Final = 86_400
_PRACTICE: Final = _("VƯỜN GIẢ – không có nước thật")
_STYLES: Final = {Severity.ACT: "bad", Severity.WATCH: "warn"}


@dataclass(frozen=True)
class Shown:
    """An alert on a page; `style` is a level's name in the style sheet."""

    id: str
    style: str
    sentence: str
    since: str
    place: str
    known: str
    """Who knows of it, and since when; empty while nobody does."""
    over: str
    """How long it lasted; empty while it does."""
    steps: tuple[str, ...]
    is_open: bool
    back: str
    simulated: bool


def shown(language: str, known: Known, now: datetime) -> Shown:
    alert = known.alert
    return Shown(
        id=alert.public_id,
        style=_style(known),
        sentence=say(language, words.sentence(alert.kind, alert.detail, known.zone)),
        since=say(language, _since(alert.since, now)),
        place=known.house,
        known=_known(language, known, now),
        over=_over(language, known),
        steps=tuple(translate(language, step) for step in words.STEPS[alert.kind]),
        is_open=alert.resolved_at is None,
        back=f"/vuon/khu/{known.zone_id}" if known.zone_id else f"/vuon/{known.house_id}",
        simulated=known.simulated,
    )


def message(language: str, known: Known, base: str, now: datetime) -> Message:
    """An alert as it is sent: all that counts without opening anything, then where to say so."""
    one = shown(language, known, now)
    practice = (translate(language, _PRACTICE),) if one.simulated else ()
    lines = (
        *practice,
        one.sentence,
        f"{one.since} · {one.place}",
        *(f"- {step}" for step in one.steps),
    )
    asked = translate(language, _("Mở trang này rồi bấm «Tôi biết rồi»:"))
    link = f"{base}/canh-bao/{one.id}"
    text = "\n".join((*lines, "", asked, link, ""))
    brief = ". ".join((*practice, one.since, one.steps[0]))
    return Message(f"{one.place}: {one.sentence}", text, brief, link, one.id)


def code_message(language: str, code: str) -> Message:
    """The code that shows whose address it is."""
    subject = translate(language, _("Mã xác nhận của Vườn Số: %(code)s"), code=code)
    asked = translate(language, _("Gõ mã này vào trang «Báo tin cho tôi»."))
    other = translate(language, _("Không phải bạn xin mã thì bỏ qua thư này."))
    return Message(subject, f"{code}\n\n{asked}\n{other}\n")


def linked_message(language: str, name: str) -> Message:
    """To a chat whose owner just sent the code of a page there."""
    told = translate(language, _("Đã nối với %(name)s."), name=name)
    next_ = translate(language, _("Vườn có việc thì báo ở đây."))
    return Message(told, f"{told} {next_}\n")


def listing(language: str, found: Sequence[Known], now: datetime) -> list[Shown]:
    return [shown(language, one, now) for one in found]


def _style(known: Known) -> str:
    if known.alert.resolved_at is not None:
        return "ok"
    return "lost" if known.alert.kind is Kind.SILENT else _STYLES[known.alert.severity]


def _since(at: datetime, now: datetime) -> Line:
    return Line(_("Từ %(since)s"), {"since": _moment(at, now)})


def _moment(at: datetime, now: datetime) -> datetime | Moment:
    same_day = at.astimezone(TIME_ZONE).date() == now.astimezone(TIME_ZONE).date()
    return at if same_day else Moment(at)


def _known(language: str, known: Known, now: datetime) -> str:
    at = known.alert.acknowledged_at
    if at is None:
        return ""
    values = {"name": known.by or translate(language, _("Có người")), "at": _moment(at, now)}
    return say(language, Line(_("%(name)s đã biết lúc %(at)s."), values))


def _over(language: str, known: Known) -> str:
    end = known.alert.resolved_at
    if end is None:
        return ""
    seconds = ((known.alert.well_at or end) - known.alert.since).total_seconds()
    return say(language, Line(_("Đã ổn sau %(time)s."), {"time": _length(seconds)}))


def _length(seconds: float) -> Line:
    if seconds >= 2 * _DAY_S:
        return Line(_("%(n)s ngày"), {"n": round(seconds / _DAY_S)})
    if seconds >= 2 * _HOUR_S:
        return Line(_("%(n)s giờ"), {"n": round(seconds / _HOUR_S)})
    return Line(_("%(n)s phút"), {"n": max(1, round(seconds / _MINUTE_S))})
