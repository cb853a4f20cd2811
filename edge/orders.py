"""What people at the greenhouse ask for, by button or page; it waits in the agent's one inbox."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from edge.view import View

Reply = Callable[[str | None], object]
"""Told the reason against it, or None when it is done."""


def unheard(_reason: str | None) -> None:
    """Nobody waits for the reply."""


class Source(StrEnum):
    """Where somebody asked."""

    PANEL = "panel"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class StopHere:
    """Shut everything now and hold."""

    source: Source
    reply: Reply = unheard


@dataclass(frozen=True, slots=True)
class WaterHere:
    """Water one zone for a time."""

    source: Source
    zone: str
    seconds: float
    reply: Reply = unheard


@dataclass(frozen=True, slots=True)
class EndHere:
    """End what flows, or waits to flow, in one zone."""

    source: Source
    zone: str
    reply: Reply = unheard


@dataclass(frozen=True, slots=True)
class ResumeHere:
    """Let water flow again; before the valves themselves it also lifts stop and faults."""

    source: Source
    reply: Reply = unheard


@dataclass(frozen=True, slots=True)
class Look:
    """Say how things stand."""

    show: Callable[[View], object]


Order = StopHere | WaterHere | EndHere | ResumeHere | Look
