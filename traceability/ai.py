"""GS1 application identifiers (AI): what the value of each looks like; refuses the unknown.

An identifier that is not in the table is refused, never guessed, unless the caller asks for
`unknown` ones, which then are text of up to 90 characters.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from traceability.ai_checks import CHARACTERS, CHECKS
from traceability.ai_table import MEASURE, MEASURES, ROWS
from traceability.errors import UnknownIdentifierError, ValueRefusedError

SHORTEST_AI: Final = 2
LONGEST_AI: Final = 4
# Prefixes whose values have one length for ever, whatever may be allocated below them
# (General Specifications, figure 7.8.5-2): the length of the value after each.
PREDEFINED: Final = {
    "00": 18,
    **dict.fromkeys(("01", "02", "03"), 14),
    "04": 16,
    **dict.fromkeys(map(str, range(11, 20)), 6),
    "20": 2,
    **dict.fromkeys(map(str, range(31, 37)), 6),
    "41": 13,
}
UNKNOWN_LONGEST: Final = 90
_PART: Final = re.compile(r"(\[?)([NXYZ])(\.\.)?(\d+)(?::([\w,]+))?\]?")
_COUNTED: Final = re.compile(r"(.*# )(\d+)")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a value: its character set, its length and the checks on its content."""

    characters: str
    shortest: int
    longest: int
    checks: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Identifier:
    """One AI; `needs` and `qualifiers` are alternatives, each a group that must hold together."""

    ai: str
    title: str
    parts: tuple[Part, ...]
    predefined: bool = False
    attribute: bool = False
    key: bool = False
    qualifiers: tuple[tuple[str, ...], ...] = ()
    needs: tuple[tuple[str, ...], ...] = ()
    excludes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.title or "the value"

    @property
    def shortest(self) -> int:
        return sum(part.shortest for part in self.parts if not part.optional)

    @property
    def longest(self) -> int:
        return sum(part.longest for part in self.parts)

    def check(self, value: str) -> None:
        """Raise ValueRefusedError, which says what is wrong with the value."""
        if not self.shortest <= len(value) <= self.longest:
            raise ValueRefusedError(self._length(len(value)), self.ai)
        for part, text in self._divided(value):
            self._check_part(part, text)

    def fits(self, value: str) -> bool:
        """Length and characters alone; check digits, dates and lists are not looked at."""
        return self.shortest <= len(value) <= self.longest and all(
            len(text) >= part.shortest and CHARACTERS[part.characters].pattern.fullmatch(text)
            for part, text in self._divided(value)
        )

    def _divided(self, value: str) -> Iterator[tuple[Part, str]]:
        rest = value
        for part in self.parts:
            taken, rest = rest[: part.longest], rest[part.longest :]
            if taken or not part.optional:
                yield part, taken

    def _check_part(self, part: Part, text: str) -> None:
        if len(text) < part.shortest:
            raise ValueRefusedError(f"{self.name} ends in the middle of a part", self.ai)
        allowed = CHARACTERS[part.characters]
        if not allowed.pattern.fullmatch(text):
            raise ValueRefusedError(f"{self.name} holds {allowed.refusal}", self.ai)
        for name in part.checks:
            reason = CHECKS[name](text)
            if reason:
                raise ValueRefusedError(f"{self.name} {reason}", self.ai)

    def _length(self, given: int) -> str:
        low, high = self.shortest, self.longest
        if low == high:
            unit = "digits" if {part.characters for part in self.parts} == {"N"} else "characters"
            return f"{self.name} has {low} {unit}, not {given}"
        return f"{self.name} has {low} to {high} characters, not {given}"


def identifier(ai: str, *, unknown: bool = False) -> Identifier:
    found = table().get(ai)
    if found:
        return found
    if unknown and _may_be_new(ai):
        longest = PREDEFINED.get(ai[:2], UNKNOWN_LONGEST)
        fixed = ai[:2] in PREDEFINED
        part = Part("X", longest if fixed else 1, longest)
        return Identifier(ai, "unknown", (part,), predefined=fixed)
    raise UnknownIdentifierError("there is no such application identifier", ai)


def leading(text: str, *, unknown: bool = False) -> Identifier:
    """The AI at the start of a scan; its first two digits tell how long it is."""
    return identifier(text[: _lengths().get(text[:2], SHORTEST_AI)], unknown=unknown)


def ai_length(prefix: str) -> int | None:
    """Identifiers that begin with the same two digits have the same length."""
    return _lengths().get(prefix)


@cache
def table() -> dict[str, Identifier]:
    return {item.ai: item for item in (*_listed(), *_measures())}


@cache
def _lengths() -> dict[str, int]:
    return {ai[:2]: len(ai) for ai in table()}


def _may_be_new(ai: str) -> bool:
    shaped = ai.isascii() and ai.isdigit() and SHORTEST_AI <= len(ai) <= LONGEST_AI
    return shaped and _lengths().get(ai[:2], len(ai)) == len(ai)


def _listed() -> Iterator[Identifier]:
    for row in ROWS.strip().splitlines():
        span, marks, form, relations, title = row.split("|")
        first, _, last = span.partition("-")
        for step, number in enumerate(range(int(first), int(last or first) + 1)):
            yield _identifier(
                f"{number:0{len(first)}}", marks, form, relations, _title(title, step)
            )


def _measures() -> Iterator[Identifier]:
    marks, form = MEASURE.split("|")
    for needs, families in MEASURES.items():
        for family, title in families.items():
            for decimals in range(6):
                relations = f"needs:{needs} not:{family}n"
                yield _identifier(f"{family}{decimals}", marks, form, relations, title)


def _title(title: str, step: int) -> str:
    counted = _COUNTED.fullmatch(title)
    return f"{counted[1]}{int(counted[2]) + step}" if counted else title


def _identifier(ai: str, marks: str, form: str, relations: str, title: str) -> Identifier:
    words = dict(word.partition(":")[::2] for word in relations.split())
    return Identifier(
        ai,
        title,
        tuple(_part(text) for text in form.split()),
        predefined="=" in marks,
        attribute="?" in marks,
        key="key" in words,
        qualifiers=_groups(words.get("key", ""), "/", ","),
        needs=_groups(words.get("needs", ""), ",", "+"),
        excludes=tuple(filter(None, words.get("not", "").split(","))),
    )


def _groups(text: str, between: str, within: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(group.split(within)) for group in text.split(between) if group)


def _part(text: str) -> Part:
    shape = _PART.fullmatch(text)
    if shape is None:
        raise AssertionError(text)
    optional, characters, variable, length, checks = shape.groups()
    names = tuple(checks.split(",")) if checks else ()
    return Part(characters, 1 if variable else int(length), int(length), names, bool(optional))
