"""Draws the page in the greenhouse: big letters, big buttons, no script, a few kilobytes. Pure."""

from html import escape
from typing import Final

from edge import words
from edge.page_frame import PATHS, back, hidden_language, link, note, page, say
from edge.view import View, ZoneView
from wire.codes import Reason

REFRESH_S: Final = 10
STILL: Final = "still"
"""The query of a page that stands still, for whoever reads slowly or has it read aloud."""
PER_CENT: Final = 100
SILENT_S: Final = 180.0
"""A probe that was not heard for three intervals is told as silent."""


def home(view: View, language: str, *, still: bool = False) -> str:
    """How things stand, STOP, and the ways on."""
    stop = (
        f'<form method="post" action="/stop">{hidden_language(language)}'
        f'<button class="stop">{say(words.STOP, language)}</button></form>'
        f'<p class="dim">{say(words.STOP_HINT, language)}</p>'
    )
    again = ""
    if not _is_locked(view) and (view.halted_s is not None or view.pause_left_s > 0):
        again = link("/resume", language, words.AGAIN, "key plain")
    zones = "".join(_zone(zone, language) for zone in view.zones)
    body = standing(view, language) + stop + again + zones + _freshness(language, still=still)
    return page(body, language)


def told(sentence: str, language: str, *, good: bool) -> str:
    """One sentence after a press, and the way back."""
    return page(note(sentence, good=good) + back(language), language)


def standing(view: View, language: str) -> str:
    """The hour, the network, the tank, and whatever holds for the whole house."""
    said = []
    if view.minute is None:
        said.append(words.NO_CLOCK.speak(language))
    else:
        time = f"{view.minute // 60:02}:{view.minute % 60:02}"
        said.append(words.NOW.speak(language, time=time))
    said.append((words.CLOUD if view.connected else words.NO_CLOUD).speak(language))
    if view.tank is not None:
        said.append(words.TANK.speak(language, share=round(view.tank * PER_CENT)))
    notes = "".join(note(sentence) for sentence in _notes(view, language))
    return f'<p class="dim">{escape(" · ".join(said))}</p>{notes}'


def zone_name(zone: ZoneView, language: str) -> str:
    return escape(zone.name or words.ZONE.speak(language, key=zone.key))


def _notes(view: View, language: str) -> list[str]:
    said = []
    if view.halted_s is not None:
        said.append(words.HALTED.speak(language, ago=words.span(language, view.halted_s)))
    if _is_locked(view):
        said.append(words.REASONS[Reason.LOCKOUT].speak(language))
    if view.pause_left_s > 0:
        said.append(words.PAUSED.speak(language, left=words.span(language, view.pause_left_s)))
    return [*said, *(words.ALARMS[alarm].speak(language) for alarm in view.alarms)]


def _is_locked(view: View) -> bool:
    return any(zone.reason is Reason.LOCKOUT for zone in view.zones)


def _freshness(language: str, *, still: bool) -> str:
    """How the page keeps itself fresh, and the way to the other manner."""
    said, way, query = (
        (words.STANDS_STILL, words.KEEP_FRESH, "")
        if still
        else (words.KEEPS_FRESH, words.STAND_STILL, f"?{STILL}")
    )
    told = escape(said.speak(language, seconds=REFRESH_S))
    return f'<p class="dim">{told} <a href="{PATHS[language]}{query}">{say(way, language)}</a></p>'


def _zone(zone: ZoneView, language: str) -> str:
    head = (
        f"<div><h2>{zone_name(zone, language)}</h2>"
        f'<span class="tag{_colour(zone)}">{say(words.STATES[zone.state], language)}</span></div>'
    )
    why = "".join(f"<p>{escape(sentence)}</p>" for sentence in _why(zone, language))
    rows = "".join(
        f"<dt>{say(name, language)}</dt><dd>{escape(value)}</dd>"
        for name, value in _facts(zone, language)
    )
    water = ""
    if not _is_barred(zone) and zone.reason is not Reason.FAULT:
        water = link(f"/water/{zone.key}", language, words.WATER, "key")
    return f"<section>{head}{why}<dl>{rows}</dl>{water}</section>"


def _facts(zone: ZoneView, language: str) -> list[tuple[words.Said, str]]:
    fill = "–" if zone.fill is None else f"{round(zone.fill * PER_CENT)} %"
    facts = [(words.MOIST, fill)]
    if zone.given is not None:
        litres, left = _litres(zone.given.litres, language), zone.given.left_s
        value = words.GIVEN_SO_FAR.speak(language, litres=litres, left=words.span(language, left))
        facts.append((words.GIVEN, value))
    today = words.LITRES.speak(language, litres=_litres(zone.today_l, language))
    return [
        *facts,
        (words.TODAY, today),
        (words.LAST, _last(zone, language)),
        (words.PROBES, _probes(zone, language)),
    ]


def _is_barred(zone: ZoneView) -> bool:
    """By what is told above for the whole house."""
    return zone.reason in {Reason.LOCKOUT, Reason.HOLD}


def _colour(zone: ZoneView) -> str:
    if zone.fault is not None or _is_barred(zone):
        return " bad"
    return " on" if zone.open else ""


def _why(zone: ZoneView, language: str) -> list[str]:
    said = []
    if zone.fault is not None:
        said.append(words.FAULTS[zone.fault].speak(language))
    if zone.alarm is not None:
        said.append(words.ALARMS[zone.alarm].speak(language))
    if zone.waiting:
        said.append(words.WAITING.speak(language))
    elif not zone.open and not _is_barred(zone) and zone.reason not in {None, Reason.FAULT}:
        why = words.why_not(language, zone.reason.value if zone.reason else "")
        said.append(words.WHY_NOT.speak(language, why=why[:1].lower() + why[1:]))
    return said


def _last(zone: ZoneView, language: str) -> str:
    if zone.last is None:
        return words.NONE_YET.speak(language)
    return words.LAST_DOSE.speak(
        language,
        litres=_litres(zone.last.litres, language),
        ago=words.span(language, zone.last.ago_s),
        ended=words.ENDINGS[zone.last.ended].speak(language),
    )


def _probes(zone: ZoneView, language: str) -> str:
    """One number where all are well; how many are not, where some are silent."""
    ages = zone.probe_ages_s
    heard = [age for age in ages if age is not None and age <= SILENT_S]
    if not ages:
        return words.NO_PROBES.speak(language)
    if len(heard) < len(ages):
        silent = len(ages) - len(heard)
        return words.SOME_SILENT.speak(language, silent=silent, all=len(ages))
    return words.ALL_HEARD.speak(language, all=len(ages), ago=words.span(language, max(heard)))


def _litres(value: float, language: str) -> str:
    text = f"{value:.1f}"
    return text if language == "en" else text.replace(".", ",")
