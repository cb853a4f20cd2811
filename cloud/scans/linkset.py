"""What leads on from a thing, as a list for programs (RFC 9264); pure.

Relations are those of the GS1 Web Vocabulary; no other one is used where it has a word.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

VOCABULARY: Final = "https://ref.gs1.org/voc/"
MEDIA_TYPE: Final = "application/linkset+json"
PREFIX: Final = "gs1:"
DEFAULT: Final = "defaultLink"
WANTED: Final = frozenset({"linkset", "all"})
"""Values of `linkType` that ask for the list: today's word, and the one before it."""

Json = dict[str, object]


@dataclass(frozen=True)
class Target:
    """Where a link leads; `relation` is a word of the vocabulary."""

    relation: str
    href: str
    title: str
    media_type: str = "text/html"
    languages: tuple[str, ...] = ()

    def as_json(self) -> Json:
        told: Json = {"href": self.href, "title": self.title, "type": self.media_type}
        return told | ({"hreflang": list(self.languages)} if self.languages else {})


@dataclass(frozen=True)
class Level:
    """A thing, its lot or its product: what it is, and its links, the default one first."""

    anchor: str
    description: str
    targets: Sequence[Target]

    @property
    def default(self) -> Target:
        return self.targets[0]

    def find(self, wanted: str) -> Target | None:
        """By `gs1:traceability`, or the relation's whole address."""
        word = wanted.removeprefix(PREFIX).removeprefix(VOCABULARY)
        return next((one for one in self.targets if one.relation == word), None)

    def as_json(self) -> Json:
        told: Json = {"anchor": self.anchor, "itemDescription": self.description}
        told[VOCABULARY + DEFAULT] = [self.default.as_json()]
        for relation in dict.fromkeys(one.relation for one in self.targets):
            same = [one.as_json() for one in self.targets if one.relation == relation]
            told[VOCABULARY + relation] = same
        return told


def document(levels: Sequence[Level]) -> Json:
    """All levels up to the key, the most exact first."""
    return {"linkset": [level.as_json() for level in levels]}
