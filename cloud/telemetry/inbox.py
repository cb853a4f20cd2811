"""From the broker's thread to the worker's, and no further than there is room.

What `queue.Queue` does for one who puts and one who takes, by the bundle: threads that hand over
one message after another spend more on taking turns than on the messages.
"""

import threading
from collections.abc import Sequence
from queue import SimpleQueue
from typing import Final

from cloud.clock import Clock
from cloud.telemetry.reader import Incoming

_NOW: Final = 0.0


class Inbox:
    """Messages in the order in which they came; one thread puts, another one takes."""

    def __init__(self, bound: int, clock: Clock) -> None:
        self._bound = bound
        self._clock = clock
        self._bundles: SimpleQueue[Sequence[Incoming]] = SimpleQueue()
        self._put = self._taken = 0  # each written by one thread only
        self._room = threading.Event()

    @property
    def is_empty(self) -> bool:
        return self._bundles.empty()

    def put(self, messages: Sequence[Incoming], patience_s: float) -> bool:
        """Whether there was room for all, or came to be within `patience_s`."""
        until = self._clock.mono() + patience_s
        while messages:
            room = self._room_by(until)
            if room <= 0:
                return False
            bundle, messages = messages[:room], messages[room:]
            self._put += len(bundle)
            self._bundles.put(bundle)
        return True

    def take(self, patience_s: float = _NOW) -> Sequence[Incoming]:
        """The next messages, at least one.

        Raises:
            queue.Empty: none came within `patience_s`.
        """
        bundle = self._bundles.get(timeout=patience_s)
        self._taken += len(bundle)
        if not self._room.is_set():
            self._room.set()
        return bundle

    def _room_by(self, until: float) -> int:
        """For how many messages there is room, at that time at the latest."""
        if self._room_now() <= 0:
            self._room.clear()
            # Looked at again: who took some meanwhile may have done so before that line.
            if self._room_now() <= 0:
                self._room.wait(max(_NOW, until - self._clock.mono()))
        return self._room_now()

    def _room_now(self) -> int:
        return self._bound - (self._put - self._taken)
