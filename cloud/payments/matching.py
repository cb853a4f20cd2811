"""Pure: which payment a bank transfer is for.

It decides alone only where nothing can be doubted: one whole code, written as we write it, and
exactly the amount that is owed. Everything else is for a person, with suggestions.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from cloud.fold import fold
from cloud.payments import code

_TOKEN: Final = re.compile(r"(?<![0-9A-Za-z])[0-9A-Z]+(?![0-9A-Za-z])")
_TRACE: Final = re.compile(r"(?<![0-9A-Z])HX[0-9A-Z]{4,9}")
_LOOKALIKES: Final = str.maketrans("OILU", "011V")  # what people read in the place of ours
_CUT: Final = 6  # characters of a cut code that still say which: one in a million
_NAME_WORDS: Final = 2  # one word of a name is half the village
_PHONE_TAIL: Final = 9  # digits of a number without its country or its zero


class Verdict(StrEnum):
    """What a transfer is, as far as its words and its amount tell."""

    EXACT = "exact"
    UNDER = "under"
    OVER = "over"
    LATE = "late"
    PAID = "paid"
    SEVERAL = "several"
    DAMAGED = "damaged"
    UNKNOWN = "unknown"
    NO_CODE = "no_code"
    OTHER_ACCOUNT = "other_account"


class Hint(StrEnum):
    """Why a payment is suggested."""

    CODE = "code"
    NEAR = "near"
    PHONE = "phone"
    NAME = "name"
    AMOUNT = "amount"


_WEIGHT: Final = {Hint.CODE: 16, Hint.NEAR: 8, Hint.PHONE: 4, Hint.NAME: 2, Hint.AMOUNT: 1}


@dataclass(frozen=True)
class Transfer:
    """Money that came in: đồng, the words of its sender, and whether on the shop's account."""

    amount: int
    content: str
    own_account: bool = True


@dataclass(frozen=True)
class Awaited:
    """A payment that money may be for; `open` as long as its order waits."""

    code: str
    owed: int
    open: bool = True
    name: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Suggestion:
    """A payment a transfer may be for, and why one thinks so."""

    awaited: Awaited
    hints: frozenset[Hint]

    @property
    def weight(self) -> int:
        return sum(_WEIGHT[hint] for hint in self.hints)


@dataclass(frozen=True)
class Book:
    """The payments of a shop, found by their codes, whole or damaged."""

    by_code: Mapping[str, Awaited]
    _near: Mapping[str, set[str]] = field(repr=False)
    _names: Mapping[str, frozenset[str]] = field(repr=False)

    @classmethod
    def of(cls, payments: Iterable[Awaited]) -> "Book":
        by_code = {one.code: one for one in payments}
        near: dict[str, set[str]] = defaultdict(set)
        for whole in by_code:
            for form in _forms(whole):
                near[form].add(whole)
        names = {one.code: frozenset(fold(one.name).split()) for one in by_code.values()}
        return cls(by_code, near, names)

    def spoken_of(self, awaited: Awaited, words: frozenset[str]) -> bool:
        """Whether the whole name of a buyer is among the words."""
        name = self._names[awaited.code]
        return len(name) >= _NAME_WORDS and name <= words

    def near(self, content: str) -> frozenset[str]:
        """Codes that stand in the words in some damaged form: other case, glued, cut, one slip.

        Those of which most is there: a cut code could be several, a longer piece says which.
        """
        squeezed = _squeezed(_without_whole(content))
        found: set[str] = set()
        best = 0
        for text in (squeezed, squeezed.translate(_LOOKALIKES)):
            for window in _windows(text):
                if len(window) >= best and window in self._near:
                    found = found if len(window) == best else set()
                    found |= self._near[window]
                    best = len(window)
        return frozenset(found)


def whole_codes(content: str) -> frozenset[str]:
    """Codes written exactly as we write them, each a word of its own."""
    return frozenset(token for token in _TOKEN.findall(content) if code.is_whole(token))


def judge(transfer: Transfer, book: Book) -> Verdict:
    """What this transfer is; only `EXACT` may be counted without a person."""
    if not transfer.own_account:
        return Verdict.OTHER_ACCOUNT
    whole, near = whole_codes(transfer.content), book.near(transfer.content)
    if len(whole | near) > 1:
        return Verdict.SEVERAL if whole else Verdict.DAMAGED
    if not whole:
        traces = _TRACE.search(fold(transfer.content).upper())
        return Verdict.DAMAGED if near or traces else Verdict.NO_CODE
    return _weighed(transfer, book.by_code.get(next(iter(whole))))


def suggest(transfer: Transfer, book: Book, limit: int = 3) -> list[Suggestion]:
    """The payments this transfer is most likely for, best first; none where nothing speaks."""
    whole, near = whole_codes(transfer.content), book.near(transfer.content)
    words = frozenset(re.findall(r"\w+", fold(transfer.content)))
    digits = re.sub(r"[^0-9]", "", transfer.content)
    found = []
    for awaited in book.by_code.values():
        hints = set(_hints(awaited, transfer.amount, digits)) if awaited.open else set()
        if awaited.open and book.spoken_of(awaited, words):
            hints.add(Hint.NAME)
        if awaited.code in whole:
            hints.add(Hint.CODE)
        elif awaited.code in near:
            hints.add(Hint.NEAR)
        if hints:
            found.append(Suggestion(awaited, frozenset(hints)))
    found.sort(key=lambda one: (-one.weight, one.awaited.code))
    return found[:limit]


def _weighed(transfer: Transfer, awaited: Awaited | None) -> Verdict:
    if awaited is None:
        return Verdict.UNKNOWN
    if not awaited.open:
        return Verdict.LATE
    if awaited.owed <= 0:
        return Verdict.PAID
    if transfer.amount == awaited.owed:
        return Verdict.EXACT
    return Verdict.UNDER if transfer.amount < awaited.owed else Verdict.OVER


def _hints(awaited: Awaited, amount: int, digits: str) -> Iterator[Hint]:
    if awaited.owed == amount:
        yield Hint.AMOUNT
    tail = awaited.phone[-_PHONE_TAIL:]
    if len(tail) == _PHONE_TAIL and tail in digits:
        yield Hint.PHONE


def _without_whole(content: str) -> str:
    """What is left to look through: a whole code says all about itself."""
    return _TOKEN.sub(lambda token: " " if code.is_whole(token[0]) else token[0], content)


def _squeezed(content: str) -> str:
    """Capitals and digits alone: banks lose spaces, and telephones lose capitals."""
    return "".join(letter for letter in fold(content).upper() if letter.isalnum())


def _forms(whole: str) -> Iterator[str]:
    """What a code can become by one slip, by being cut, or without its first two letters."""
    yield whole
    yield whole[2:]
    yield from (whole[:length] for length in range(_CUT, len(whole)))
    yield from _shorter(whole)


def _shorter(text: str) -> Iterator[str]:
    """Each text with one character left out: two texts one slip apart have one in common."""
    for place in range(2, len(text)):
        yield text[:place] + text[place + 1 :]


def _windows(text: str) -> Iterator[str]:
    """Whatever in the text could be a form of a code."""
    for start in range(len(text)):
        for length in range(_CUT, code.LENGTH + 2):
            window = text[start : start + length]
            if len(window) < length:
                break
            if length < code.LENGTH:
                yield window
            else:
                yield from (window, *_shorter(window))
