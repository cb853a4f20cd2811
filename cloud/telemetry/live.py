"""Whether there is news of a greenhouse: a version that the ingest worker raises."""

import threading
from collections import Counter
from collections.abc import Iterable


class Hub:
    """Versions of greenhouses; the ingest worker raises them after each commit."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._versions: Counter[int] = Counter()

    def version(self, greenhouse_id: int) -> int:
        with self._lock:
            return self._versions[greenhouse_id]

    def announce(self, greenhouse_ids: Iterable[int]) -> None:
        with self._lock:
            self._versions.update(set(greenhouse_ids))
