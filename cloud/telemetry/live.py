"""Who waits for news of a greenhouse: a version that grows, and a way to wait for the next.

Threads wait here, never the event loop: a stream asks through a worker thread.
"""

import threading
from collections import Counter
from collections.abc import Iterable


class Hub:
    """Versions of greenhouses; the ingest worker raises them after each commit."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._versions: Counter[int] = Counter()

    def version(self, greenhouse_id: int) -> int:
        with self._changed:
            return self._versions[greenhouse_id]

    def announce(self, greenhouse_ids: Iterable[int]) -> None:
        with self._changed:
            self._versions.update(set(greenhouse_ids))
            self._changed.notify_all()

    def wait(self, greenhouse_id: int, seen: int, timeout: float) -> int:
        """The version as soon as it is not the one seen, or the same after `timeout` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._versions[greenhouse_id] != seen, timeout)
            return self._versions[greenhouse_id]
