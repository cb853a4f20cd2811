"""Pure decisions about settings: a zone's first ones, what changed, how far a document came."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from wire.codes import Crop
from wire.messages import ZoneSettings

MOST_PLANTS: Final = 100_000
"""Of one zone, by the contract with the device."""

_SOUNDS_LIKE: Final = (
    (("dưa chuột", "dưa leo", "cucumber"), Crop.CUCUMBER),
    (("dưa lưới", "dưa lê", "dưa vàng", "melon"), Crop.MELON),
    (("cà chua", "tomato"), Crop.TOMATO),
    (("ớt", "pepper"), Crop.PEPPER),
    (("dâu", "strawberry"), Crop.STRAWBERRY),
    (("rau", "cải", "xà lách", "lettuce"), Crop.LEAF),
)


class Strategy(StrEnum):
    """The ways of watering, the one for nearly everybody first."""

    ADAPTIVE = "adaptive"
    THRESHOLD = "threshold"
    TIMER = "timer"
    MONITOR = "monitor"


class Progress(StrEnum):
    """How far the newest wish has come, as far as the device has said."""

    NO_DEVICE = "no_device"
    SENDING = "sending"
    TAKEN = "taken"
    APPLIED = "applied"
    REFUSED = "refused"


@dataclass(frozen=True)
class Sent:
    """The newest document of a device."""

    version: int
    digest: str


@dataclass(frozen=True)
class Said:
    """What the device has said of documents."""

    stored: str | None = None
    taken: int | None = None
    applied: int | None = None
    refused: int | None = None


@dataclass(frozen=True)
class Change:
    """A key that two states of a zone's settings have not in common."""

    key: str
    before: object
    after: object


def crop_of(name: str) -> Crop | None:
    """What a crop's name means to the agent; nothing where it is none that it knows."""
    heard = name.casefold()
    return next(
        (crop for words, crop in _SOUNDS_LIKE if any(word in heard for word in words)), None
    )


def changes(before: ZoneSettings, after: ZoneSettings) -> list[Change]:
    """In the order in which a form shows them."""
    was, is_now = before.model_dump(), after.model_dump()
    return [Change(key, was[key], is_now[key]) for key in is_now if was[key] != is_now[key]]


def progress(sent: Sent, said: Said) -> Progress:
    """Nothing is said to rule before the device itself has said it."""
    if said.refused == sent.version:
        return Progress.REFUSED
    if said.applied == sent.version:
        return Progress.APPLIED
    if sent.version == said.taken or sent.digest == said.stored:
        return Progress.TAKEN
    return Progress.SENDING


def is_newer(known: tuple[str, int] | None, word: tuple[str, int], current: str | None) -> bool:
    """Whether a device's word, by epoch and number, is news.

    Epochs have no order of their own: of two, the one of the newest birth counts.
    """
    if known is None or known[0] == word[0]:
        return known is None or word[1] > known[1]
    return word[0] == current


def next_number(sent: Sent, said: Said, heard: int) -> int | None:
    """After a birth: under which version to say the newest document again, if at all.

    A device that has heard this version, or higher ones, obeys only one above them. What it has
    refused it will refuse again.
    """
    if said.stored == sent.digest or said.refused == sent.version:
        return None
    return sent.version if heard < sent.version else heard + 1
