"""The seam between the nodes' rules and the farm's broker: messages in, messages out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from edge.config_nodes import Nodes


@dataclass(frozen=True, slots=True)
class Message:
    """What arrived, and when (monotonic seconds)."""

    topic: str
    payload: bytes
    at: float
    retained: bool = False
    """The broker had kept it: nobody knows since when."""


class Link(Protocol):
    """A session with the farm's broker that mends itself."""

    @property
    def trouble(self) -> str | None:
        """Why there is no connection now."""
        ...

    def start(self, topics: frozenset[str]) -> None:
        """Connect in the background, if that was not begun yet; listen to these."""
        ...

    def take(self) -> list[Message]:
        """What has arrived since the last call."""
        ...

    def publish(self, topic: str, payload: bytes) -> None:
        """Say it now or never: what cannot be sent at once is forgotten."""
        ...

    def close(self) -> None:
        """End the session."""
        ...


OpenLink = Callable[[Nodes, Callable[[], float]], Link]
"""The section of the file, and the clock that messages are dated by."""
