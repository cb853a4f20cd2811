"""Which passwords would be guessed: it takes one apart the way people put it together. Pure.

A guesser tries common words with capitals, digits and signs around them, with and without accents,
keys that lie side by side, dates, and what is known of the person. Each of those is one thought,
as is any other letter; three different thoughts are soon tried. No rule asks for signs of a kind
(NIST SP 800-63B, 3.1.1.2).
"""

import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import Final

from cloud.accounts.common_words import WORDS
from cloud.errors import Conflict
from cloud.i18n import _

SHORTEST: Final = 8
LONGEST: Final = 128

_MOST_THOUGHTS: Final = 3  # «nguyen hoa 1985»
_ENOUGH_WORDS: Final = 3  # three words make a passphrase, even where each is common
_COMMON: Final = Path(__file__).parent / "common_passwords.txt"
_SHORTEST_RUN: Final = 3
_SHORTEST_KNOWN: Final = 2  # «Tý» is a name
_COUNTRY: Final = "84"
_ROWS: Final = (
    "01234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1q2w3e4r5t6y7u8i9o0p",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "!@#$%^&*()",
)
_LOOKALIKES: Final = str.maketrans("013457@$!", "oieastasi")


class WeakPassword(Conflict):
    """A guesser would find it."""

    code = "weak_password"
    sentence = _("Mật khẩu này dễ đoán. Hãy ghép ba từ không liên quan.")


class WrongLength(Conflict):
    """Too short to be safe, or longer than anybody types."""

    code = "password_length"
    sentence = _("Mật khẩu cần từ 8 đến 128 chữ.")


def demand_strong(password: str, about: Iterable[str] = ()) -> None:
    """Refuse what would be guessed by anybody, or by who knows what `about` tells.

    Raises:
        WrongLength: less than 8 or more than 128 characters, each accented letter one.
        WeakPassword: it would be guessed.
    """
    if not SHORTEST <= len(unicodedata.normalize("NFC", password)) <= LONGEST:
        raise WrongLength
    if weak(password, about):
        raise WeakPassword


def weak(password: str, about: Iterable[str] = ()) -> bool:
    """Whether a guesser would find it."""
    found = thoughts(password, about)
    return len(found) <= _MOST_THOUGHTS and len(found & _words()) < _ENOUGH_WORDS


def thoughts(password: str, about: Iterable[str] = ()) -> set[str]:
    """The different parts of a password that somebody had to think of."""
    known = _words() | {word for text in about for word in _forms(text)}
    return set(_parts(bare(password), known))


def bare(text: str) -> str:
    """Lower case without accents and blanks: «Mật Khẩu» comes down to «matkhau»."""
    apart = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(sign for sign in apart if not unicodedata.combining(sign) and sign.strip())


@cache
def _words() -> frozenset[str]:
    """Our own words, and the well-known ones that the rules here would let through."""
    lines = _COMMON.read_text("utf-8").splitlines()
    return WORDS | {line for line in lines if not line.startswith("#")}


def _parts(text: str, known: frozenset[str]) -> Iterator[str]:
    meant = text.translate(_LOOKALIKES)  # «m4tkh@u»
    longest = max(map(len, known))
    at = 0
    while at < len(text):
        ends = range(min(len(text), at + longest), at, -1)
        plain = next((text[at:end] for end in ends if text[at:end] in known), "")
        part = plain or next((meant[at:end] for end in ends if meant[at:end] in known), "")
        part = part or _run(text, at) or _digits(text, at) or text[at]
        if part[0].isalnum() or len(part) > 1:
            yield part
        at += len(part)


def _run(text: str, at: int) -> str:
    """Keys, letters or digits that follow each other, forwards or backwards."""
    found = max((_along(text[at:], row) for row in (*_ROWS, *(r[::-1] for r in _ROWS))), key=len)
    return found if len(found) >= _SHORTEST_RUN else ""


def _along(text: str, row: str) -> str:
    start = row.find(text[0])
    pairs = zip(text, row[start:], strict=False) if start >= 0 else ()
    return "".join(one for one, _other in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _digits(text: str, at: int) -> str:
    """A year, a date, a telephone number: whatever it is, it is one thought."""
    return "".join(takewhile(str.isdigit, text[at:]))


def _forms(text: str) -> Iterator[str]:
    """What a person makes of a name or a number that is about them."""
    plain = bare(text).lstrip("+")
    yield from (word for word in map(bare, text.split()) if len(word) >= _SHORTEST_KNOWN)
    yield plain
    if plain.isdigit() and plain.startswith(_COUNTRY):
        yield from (plain[len(_COUNTRY) :], "0" + plain[len(_COUNTRY) :])
