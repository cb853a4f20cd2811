"""What the content of a GS1 value may be: character sets, check digits, dates, code lists.

A check takes a text of the right length and characters and says what is wrong with it, or nothing.
The names are those that the table of identifiers uses.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from traceability import ai_dates
from traceability.codelists import COUNTRIES, COUNTRY_LETTERS, CURRENCIES, PACKAGES
from traceability.coupon import first_generation, positive_offer

Check = Callable[[str], str | None]

SET_82: Final = (
    "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
)
SET_32: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
# Weights of an alphanumeric key's characters, from the right; the longest such key has 23 and 2.
# fmt: off
PRIMES: Final = (
    2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83,
)
# fmt: on
PAIR_MODULUS: Final = 1021
# No company prefix is shorter than four digits; which ones are allotted, only GS1 knows.
SHORTEST_PREFIX: Final = 4
GTIN_LENGTHS: Final = frozenset({8, 12, 13, 14})
IBAN_SHORTEST: Final = 11
IBAN_MODULUS: Final = 97
HALF_TURN: Final = 180 * 10**7  # a latitude plus 90 degrees, in ten-millionths
FULL_TURN: Final = 360 * 10**7
SET_64_GROUP: Final = 3


@dataclass(frozen=True, slots=True)
class Characters:
    """A character set and how a refusal names what is outside it."""

    pattern: re.Pattern[str]
    refusal: str


CHARACTERS: Final = {
    "N": Characters(re.compile(r"[0-9]+"), "something that is no digit"),
    "X": Characters(re.compile(f"[{re.escape(SET_82)}]+"), "a character outside GS1's set 82"),
    "Y": Characters(re.compile(r"[#\-/0-9A-Z]+"), "a character outside GS1's set 39"),
    "Z": Characters(
        re.compile(rf"[\w-]+|(?=(?:.{{{SET_64_GROUP}}})+$)[\w-]+={{1,2}}", re.ASCII),
        "a character or padding outside GS1's set 64",
    ),
}


def check_digit(body: str) -> int:
    """Modulo 10 with weights 3 and 1 from the right."""
    return -sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(body))) % 10


def check_pair(body: str) -> str:
    """The check characters of an alphanumeric key of at most 23: prime weights, modulo 1021."""
    weighed = zip(reversed(body), PRIMES[: len(body)], strict=True)
    total = sum(SET_82.index(character) * prime for character, prime in weighed)
    high, low = divmod(total % PAIR_MODULUS, 32)
    return SET_32[high] + SET_32[low]


def _sum(text: str) -> str | None:
    right = check_digit(text[:-1])
    return None if right == int(text[-1]) else f"{text}: the check digit should be {right}"


def _pair(text: str) -> str | None:
    if len(text) < len("22"):
        return "is too short for its two check characters"
    right = check_pair(text[:-2])
    return None if text[-2:] == right else f"{text}: the check characters should be {right}"


def _prefix(start: int) -> Check:
    def check(text: str) -> str | None:
        prefix = text[start : start + SHORTEST_PREFIX]
        whole = len(prefix) == SHORTEST_PREFIX and prefix.isdigit()
        return None if whole else "does not begin with the digits of a GS1 company prefix"

    return check


def _listed(codes: frozenset[str], what: str) -> Check:
    return lambda text: None if text in codes else f"{text} is no {what}"


def _matches(pattern: str, rule: str) -> Check:
    compiled = re.compile(pattern)
    return lambda text: None if compiled.fullmatch(text) else f"{text} {rule}"


def _pieces(text: str) -> str | None:
    piece, total = int(text[:2]), int(text[2:])
    if 1 <= piece <= total:
        return None
    return f"{text}: the piece is not between 1 and the total"


def _order(text: str) -> str | None:
    shape = re.fullmatch(r"([1-9]\d*)/([1-9]\d*)", text)
    if shape and int(shape[1]) <= int(shape[2]):
        return None
    return f"{text} is no position in a sequence, as 1/2"


def _iban(text: str) -> str | None:
    if text[:2] not in COUNTRY_LETTERS:
        return f"{text}: {text[:2]} is no country code"
    if len(text) < IBAN_SHORTEST or not re.fullmatch(r"[0-9A-Z]+", text):
        return f"{text} is no IBAN: capital letters and digits, {IBAN_SHORTEST} or more"
    number = int("".join(str(int(character, 36)) for character in text[4:] + text[:4]))
    return None if number % IBAN_MODULUS == 1 else f"{text}: the IBAN's check digits are wrong"


CHECKS: Final[dict[str, Check]] = {
    "birthday": ai_dates.day,
    "clock": ai_dates.clock,
    "country": _listed(COUNTRIES, "ISO 3166 country code"),
    "country2": _listed(COUNTRY_LETTERS, "ISO 3166 country code"),
    "country999": _listed(COUNTRIES | {"999"}, "ISO 3166 country code"),
    "coupon": first_generation,
    "currency": _listed(CURRENCIES, "ISO 4217 currency code"),
    "day": ai_dates.day,
    "day0": ai_dates.day_or_month,
    "escaped": _matches(r"(?:[^%]|%[0-9A-Fa-f]{2})*", "has a % without two hexadecimal digits"),
    "hour": ai_dates.hour,
    "iban": _iban,
    "importer": _matches(r"[\w-]", "is no importer index"),
    "latitude": lambda text: None if int(text) <= HALF_TURN else f"{text} is no latitude",
    "longitude": lambda text: None if int(text) <= FULL_TURN else f"{text} is no longitude",
    "media": _matches(r"0[1-9]|10|[89]\d", "is no AIDC media type"),
    "minus": _matches("-", "may only be a minus sign"),
    "minute": ai_dates.minute,
    "nondigit": _matches(r".*\D.*", "needs at least one character that is no digit"),
    "nonzero": _matches(r".*[1-9].*", "may not be zero"),
    "offer": positive_offer,
    "order": _order,
    "package": _listed(PACKAGES, "package type code"),
    "pair": _pair,
    "pieces": _pieces,
    "prefix1": _prefix(0),
    "prefix2": _prefix(1),
    "second": ai_dates.minute,
    "sex": _matches(r"[0129]", "is none of ISO 5218's 0, 1, 2 and 9"),
    "shortest": _matches(r"0|[1-9].*", "may not begin with zero"),
    "sum": _sum,
    "winding": _matches(r"[019]", "is no winding direction: 0, 1 or 9"),
    "yesno": _matches(r"[01]", "is neither 0 nor 1"),
    "zero": _matches(r"0+", "may only be zero"),
}
