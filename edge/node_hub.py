"""Hands what the nodes say to whoever listens to that topic; the only reader of the link."""

from collections import defaultdict
from collections.abc import Callable

from edge.node_link import Link, Message

Hear = Callable[[Message], None]


class Hub:
    """Only the control loop carries messages; anybody may speak."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._ears: defaultdict[str, list[Hear]] = defaultdict(list)

    @property
    def trouble(self) -> str | None:
        """Why the broker is not there now."""
        return self._link.trouble

    def listen(self, topic: str, hear: Hear) -> None:
        """Before `start`: afterwards the broker is not asked for more."""
        self._ears[topic].append(hear)

    def start(self) -> None:
        self._link.start(frozenset(self._ears))

    def carry(self) -> None:
        """Hand over what has arrived."""
        for message in self._link.take():
            for hear in self._ears.get(message.topic, ()):
                hear(message)

    def say(self, topic: str, payload: str) -> None:
        self._link.publish(topic, payload.encode())

    def close(self) -> None:
        self._link.close()
