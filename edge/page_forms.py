"""The two forms that ask for a PIN; never refreshed under somebody's fingers. Pure."""

from html import escape
from typing import Final

from edge import words
from edge.page_frame import back, hidden_language, note, page, say
from edge.page_html import standing, zone_name
from edge.view import View, ZoneView
from edge.words import Said

MINUTES: Final = (1, 2, 3, 5, 10)
USUAL: Final = "3"


def water(view: View, zone: ZoneView, language: str, said: str = "", chosen: str = USUAL) -> str:
    """Ask for minutes and the PIN; `said` stands against what was given before."""
    options = "".join(
        f"<option{' selected' if str(minutes) == chosen else ''}>{minutes}</option>"
        for minutes in MINUTES
        if minutes * 60 <= zone.most_s
    )
    fields = (
        f'<input type="hidden" name="zone" value="{escape(zone.key)}">'
        f'<label for="m">{say(words.MINUTES, language)}</label>'
        f'<select id="m" name="minutes">{options or "<option>1</option>"}</select>'
    )
    if not said and zone.reason is not None and zone.reason.hard:
        said = words.REASONS[zone.reason].speak(language)
    title = f"{say(words.WATER, language)} · {zone_name(zone, language)}"
    form = _form("/water", title, fields, words.WATER, language, said)
    return page(standing(view, language) + form, language)


def resume(view: View, language: str, said: str = "") -> str:
    """Ask for the PIN before water may flow again."""
    form = _form("/resume", say(words.AGAIN, language), "", words.AGAIN, language, said)
    return page(standing(view, language) + form, language)


def _form(action: str, title: str, fields: str, verb: Said, language: str, said: str) -> str:
    return (
        f"<section><h2>{title}</h2>{note(said) if said else ''}"
        f'<form method="post" action="{action}">'
        f"{hidden_language(language)}{fields}"
        f'<label for="p">{say(words.PIN, language)}</label>'
        '<input id="p" name="pin" type="password" inputmode="numeric" maxlength="12" '
        'autocomplete="off" required'
        f"{' autofocus' if said else ''}>"
        f"<button>{say(verb, language)}</button></form></section>{back(language)}"
    )
