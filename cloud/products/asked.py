"""Pure: what somebody looks for, as terms; accents improve the rank and never hide anything.

A term is found by its letters without marks, at the beginning of a word. Words of the North and of
the South for the same thing find each other, but only as they are written with their marks: «thơm»
asks for «dứa», not for everything that reads «dua».
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from cloud.fold import fold

MAX_TERMS: Final = 8
"""More words than this only make a search slower."""
_WORD: Final = re.compile(r"[^\W_]+")
_LONG: Final = 6
"""From so many letters on, two of them may be wrong."""
_SHORT: Final = 3
"""So few letters may be swapped and no more: too much is one letter away from them."""

Phrase = tuple[str, ...]

_SAME: Final[tuple[tuple[str, ...], ...]] = (
    ("heo", "lợn"),
    ("thơm", "dứa", "khóm"),
    ("bắp", "ngô"),
    ("bắp cải", "cải bắp"),
    ("khoai mì", "củ mì", "sắn"),
    ("đậu phộng", "lạc"),
    ("trái", "quả"),
    ("chè", "trà"),
    ("mè", "vừng"),
    ("đậu nành", "đậu tương"),
    ("dưa leo", "dưa chuột"),
    ("khổ qua", "mướp đắng"),
    ("bí rợ", "bí đỏ", "bí ngô"),
    ("mãng cầu", "na"),
    ("mận", "roi"),
    ("hột", "hạt"),
    ("trứng", "hột vịt", "hột gà"),
    ("nấm mèo", "mộc nhĩ"),
    ("ngò", "rau mùi"),
    ("ngò gai", "mùi tàu"),
    ("củ sắn", "củ đậu"),
    ("cá lóc", "cá quả", "cá chuối"),
    ("cá rô phi", "cá điêu hồng"),
    ("bông cải", "súp lơ"),
    ("cải thảo", "cải bao"),
    ("rau dền", "rau giền"),
    ("đường thốt nốt", "đường thốt lốt"),
    ("tắc", "quất", "hạnh"),
    ("chanh dây", "chanh leo"),
    ("sa pô chê", "hồng xiêm", "sapoche"),
    ("quýt", "quít"),
    ("nếp", "gạo nếp"),
)
"""Names of one thing in the regions, each with its marks."""


@dataclass(frozen=True)
class Term:
    """What has to be found: words without marks, the same as typed, and other names of it."""

    words: Phrase
    typed: Phrase
    others: tuple[Phrase, ...] = ()


def words(text: str) -> list[str]:
    """The words of a text in small letters with their marks, composed."""
    return _WORD.findall(unicodedata.normalize("NFC", text).casefold())


def terms(query: str) -> tuple[Term, ...]:
    """The query's words; several that are one name stay together."""
    return tuple(_terms(words(query)[:MAX_TERMS]))


def _terms(typed: Sequence[str]) -> Iterator[Term]:
    at = 0
    while at < len(typed):
        length, others = _names(typed[at:])
        phrase = tuple(typed[at : at + length])
        yield Term(tuple(fold(word) for word in phrase), phrase, others)
        at += length


def _names(typed: Sequence[str]) -> tuple[int, tuple[Phrase, ...]]:
    """How many of the next words are one name, and the other names of that."""
    for length in range(min(_LONGEST, len(typed)), 0, -1):
        known = _KNOWN.get(tuple(fold(word) for word in typed[:length]), ())
        found = [group for group in known if _agrees(typed[:length], group)]
        if found:
            itself = {tuple(typed[:length])}
            others = (phrase for group in found for phrase in group if phrase not in itself)
            return length, tuple(dict.fromkeys(others))
    return 1, ()


def _agrees(typed: Sequence[str], group: Sequence[Phrase]) -> bool:
    """Whoever types marks means the name with these; whoever types none may mean any."""
    bare = all(word == fold(word) for word in typed)
    return bare or tuple(typed) in group


def _known() -> dict[Phrase, list[tuple[Phrase, ...]]]:
    found: dict[Phrase, list[tuple[Phrase, ...]]] = {}
    for names in _SAME:
        group = tuple(tuple(name.split()) for name in names)
        for phrase in group:
            found.setdefault(tuple(fold(word) for word in phrase), []).append(group)
    return found


_KNOWN: Final = _known()
_LONGEST: Final = max(len(phrase) for phrase in _KNOWN)


def doubtful(wanted: Sequence[Term]) -> list[str]:
    """Words that may be misspelt."""
    return [word for term in wanted for word in term.words if len(word) >= _SHORT]


def corrected(wanted: Sequence[Term], known: Sequence[str]) -> tuple[Term, ...] | None:
    """The terms with the nearest known word for each that none begins with; None if all are."""
    mended = tuple(_mended(term, known) for term in wanted)
    return None if mended == tuple(wanted) else mended


def _mended(term: Term, known: Sequence[str]) -> Term:
    right = tuple(_nearest(word, known) for word in term.words)
    return term if right == term.words else Term(right, right, term.others)


def _nearest(word: str, known: Sequence[str]) -> str:
    if len(word) < _SHORT or any(one.startswith(word) for one in known):
        return word
    most = 2 if len(word) >= _LONG else 1
    near = (one for one in known if abs(len(one) - len(word)) <= most)
    if len(word) == _SHORT:
        near = (one for one in known if sorted(one) == sorted(word))
    measured = ((distance(word, one), one) for one in near)
    away, best = min(measured, default=(most + 1, word))
    return best if away <= most else word


def distance(one: str, other: str) -> int:
    """Letters that are wrong, missing, too many or swapped with their neighbour (Damerau 1964)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, against in enumerate(other, 1):
            same = letter == against
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (not same))
            if i > 1 and j > 1 and (letter, one[i - 2]) == (other[j - 2], against):
                best = min(best, earlier[j - 2] + 1)
            row.append(best)
    return row[-1]
