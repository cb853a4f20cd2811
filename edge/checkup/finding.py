"""One thing looked at: how bad it is, and a sentence in both languages that says what to do."""

from dataclasses import dataclass, field
from enum import StrEnum

from edge.checkup.words import WORDS


class Level(StrEnum):
    """How a finding is to be taken."""

    OK = "ok"
    OFF = "off"
    """Works, but a safeguard is missing that this installation has chosen to do without."""
    LOOK = "look"
    """Somebody has to do something."""


@dataclass(frozen=True)
class Finding:
    """A code of `words.WORDS`, the facts that its sentences name, and its level."""

    level: Level
    code: str
    facts: dict[str, str] = field(default_factory=dict)

    @property
    def vi(self) -> str:
        return WORDS[self.code][0].format(**self.facts)

    @property
    def en(self) -> str:
        return WORDS[self.code][1].format(**self.facts)


def ok(code: str, **facts: object) -> Finding:
    return Finding(Level.OK, code, _told(facts))


def off(code: str, **facts: object) -> Finding:
    return Finding(Level.OFF, code, _told(facts))


def look(code: str, **facts: object) -> Finding:
    return Finding(Level.LOOK, code, _told(facts))


def _told(facts: dict[str, object]) -> dict[str, str]:
    return {key: str(value) for key, value in facts.items()}
