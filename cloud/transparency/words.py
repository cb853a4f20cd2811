"""Lines of the public log as people read them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cloud.i18n import _, kilograms, number, translate
from cloud.transparency.entries import EntryType
from cloud.transparency.service import Standing

_MADE: Final = _("Lô %(lot)s, làm từ %(parts)s, nặng %(grams)s")
_SENTENCES: Final = {
    EntryType.KEY: _("Khóa tem số %(kid)s, mùa %(season)s"),
    EntryType.LOT: _("Thu hoạch lô %(lot)s, %(grams)s"),
    EntryType.RUN: _("Lần in %(run)s: %(quantity)s tem cho lô %(lot)s"),
    EntryType.ACTIVATED: _("Lần in %(run)s: %(first)s tem đầu đã dán"),
    EntryType.VOIDED: _("Lần in %(run)s: hủy tem số %(from)s đến %(to)s"),
    EntryType.RECALLED: _("Thu hồi lô %(lot)s"),
}


@dataclass(frozen=True)
class Shown:
    """One line with what it means."""

    number: int
    at: datetime
    sentence: str
    sample: bool


def shown(standing: Standing, language: str) -> Shown:
    told = json.loads(standing.text)
    kind = EntryType(told["type"])
    sentence = _MADE if "made_of" in told else _SENTENCES[kind]
    return Shown(
        standing.number,
        datetime.fromisoformat(told["at"]),
        translate(language, sentence, **_words(told, language)),
        bool(told.get("sample", False)),
    )


def _words(told: Mapping[str, object], language: str) -> dict[str, object]:
    """Its fields; stamps are counted from 1 as on a sheet, and lots by their codes."""
    words = dict(told)
    grams, parts = told.get("grams"), told.get("made_of")
    if isinstance(grams, int):
        words["grams"] = kilograms(language, grams)
    if isinstance(parts, list):
        words["parts"] = ", ".join(map(str, parts))
    for name in ("from", "to"):
        index = told.get(name)
        if isinstance(index, int):
            words[name] = number(language, index + 1)
    for name in ("quantity", "first"):
        count = told.get(name)
        if isinstance(count, int):
            words[name] = number(language, count)
    return words
