"""Words and numbers as people read them: Vietnamese text is its own key, English is looked up.

The catalogue is `cloud/locale/en.po`, read once; there are no compiled catalogues.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from babel.messages.pofile import read_po

VIETNAMESE: Final = "vi"
ENGLISH: Final = "en"
LANGUAGES: Final = (VIETNAMESE, ENGLISH)
LANGUAGE_COOKIE: Final = "lang"
TIME_ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")

_LOCALE: Final = Path(__file__).parent / "locale"
_POINT_AND_COMMA: Final = str.maketrans(",.", ".,")


def _(msgid: str) -> str:
    """Mark a sentence for extraction; it is translated where the reader is known."""
    return msgid


@dataclass(frozen=True)
class Catalog:
    """Sentences of one language by their Vietnamese source; plurals by singular source."""

    single: Mapping[str, str]
    plural: Mapping[str, tuple[str, str]]

    def gettext(self, msgid: str) -> str:
        return self.single.get(msgid) or msgid

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        one, many = self.plural.get(singular, (singular, plural))
        return one if number == 1 else many


@cache
def catalog(language: str) -> Catalog:
    path = _LOCALE / f"{language}.po"
    if language == VIETNAMESE or not path.exists():
        return Catalog({}, {})
    single: dict[str, str] = {}
    plural: dict[str, tuple[str, str]] = {}
    with path.open(encoding="utf-8") as file:
        for message in read_po(file):
            if isinstance(message.id, str) and isinstance(message.string, str):
                single[message.id] = message.string
            elif isinstance(message.string, tuple | list) and all(message.string):
                plural[message.id[0]] = (message.string[0], message.string[-1])
    return Catalog(single, plural)


def translate(language: str, msgid: str, **params: object) -> str:
    """The sentence in the reader's language, `%(name)s` filled in."""
    text = catalog(language).gettext(msgid)
    return text % params if params else text


def chosen(*wishes: str | None) -> str:
    """The first wish that is a language of ours, else Vietnamese."""
    for wish in wishes:
        if wish in LANGUAGES:
            return wish
    return VIETNAMESE


def number(language: str, value: float, places: int = 0) -> str:
    text = f"{value:,.{places}f}"
    return text.translate(_POINT_AND_COMMA) if language == VIETNAMESE else text


def litres(language: str, value: float, places: int = 0) -> str:
    unit = "lít" if language == VIETNAMESE else "L"
    return f"{number(language, value, places)} {unit}"


def percent(language: str, fraction: float) -> str:
    return f"{number(language, fraction * 100)}%"


def celsius(language: str, value: float) -> str:
    return f"{number(language, value)}°C"


def kilograms(language: str, grams: int) -> str:
    """To the gram, with no more places than that takes."""
    places = next(places for places in range(4) if grams * 10**places % 1000 == 0)
    return f"{number(language, grams / 1000, places)} kg"


def dong(amount: int) -> str:
    """An amount of money, the same in both languages: «120.000 đ»."""
    return f"{number(VIETNAMESE, amount)} đ"


def day(moment: datetime) -> str:
    return f"{moment.astimezone(TIME_ZONE):%d/%m/%Y}"


def day_time(moment: datetime) -> str:
    return f"{moment.astimezone(TIME_ZONE):%d/%m/%Y %H:%M}"


def clock_time(moment: datetime) -> str:
    return f"{moment.astimezone(TIME_ZONE):%H:%M}"
