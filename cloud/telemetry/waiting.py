"""Messages that wait for their batch: who waits for an answer first, rows of old last. Pure.

Of one device and one kind they keep their order. Between kinds no order means anything: a broker
promises none, and rows count once in any.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Final

from cloud.telemetry.reader import Incoming, Ticket
from wire import backfill, topics
from wire.errors import TopicError
from wire.topics import Up

BATCH_SIZE: Final = 1_000
"""At most half of the broker's window of 2,000, else it would wait for us and we for it."""
BATCH_ROWS: Final = 1_000
"""Two whole chunks, some tenths of a second: so long a birth waits when all boxes come back."""

_ROW_OCTETS: Final = 400  # of a live row with all its metrics
_BIRTH_ROWS: Final = 40  # rows that are stored in the time in which a birth is written down
_FIRST: Final = frozenset({Up.BIRTH, Up.WILL, Up.ASK, Up.EVENT})
"""A device waits for the answer, or a person for what became of a wish."""


_Weighed = tuple[Incoming, int]
"""A message with about how many rows it costs."""


class Waiting:
    """Three queues, of which every batch takes: no flood of one starves the others."""

    def __init__(self) -> None:
        self._first: deque[_Weighed] = deque()
        self._live: deque[_Weighed] = deque()
        self._old: deque[_Weighed] = deque()
        self._rows = 0

    def __len__(self) -> int:
        return len(self._first) + len(self._live) + len(self._old)

    @property
    def is_enough(self) -> bool:
        """Whether there is a whole batch."""
        return len(self) >= BATCH_SIZE or self._rows >= BATCH_ROWS

    def put(self, message: Incoming) -> None:
        kind = _kind(message)
        rows = _rows(message, kind)
        self._queue_of(kind).append((message, rows))
        self._rows += rows

    def take(self) -> list[Incoming]:
        """The next batch: at least one message of each queue, then by rank as far as it goes."""
        queues = [queue for queue in (self._first, self._live, self._old) if queue]
        left = BATCH_ROWS - sum(queue[0][1] for queue in queues)
        batch: list[_Weighed] = []
        for place, queue in enumerate(queues, 1):
            batch.append(queue.popleft())
            room = BATCH_SIZE - len(queues) + place
            while queue and len(batch) < room and (left := left - queue[0][1]) >= 0:
                batch.append(queue.popleft())
        self._rows -= sum(rows for _message, rows in batch)
        return [message for message, _rows in batch]

    def _queue_of(self, kind: Up | topics.Down | None) -> "deque[_Weighed]":
        if kind is Up.BACKFILL:
            return self._old
        return self._first if kind in _FIRST else self._live


class Receipts:
    """Confirms messages in the order in which they came, as MQTT wants it [MQTT-4.6.0-2]."""

    def __init__(self) -> None:
        self._open: deque[Ticket] = deque()
        self._durable: set[Ticket] = set()

    def came(self, ticket: Ticket) -> None:
        self._open.append(ticket)

    def durable(self, tickets: Iterable[Ticket]) -> Iterator[Ticket]:
        """What may be confirmed now that these messages are durable too."""
        self._durable.update(tickets)
        while self._open and self._open[0] in self._durable:
            first = self._open.popleft()
            self._durable.remove(first)
            yield first


def _kind(message: Incoming) -> Up | topics.Down | None:
    try:
        return topics.parse(message.topic).kind
    except TopicError:
        return None


def _rows(message: Incoming, kind: Up | topics.Down | None) -> int:
    """About how many rows a message costs, without reading it."""
    if kind is Up.BACKFILL:
        return backfill.promised(message.payload)
    if kind is Up.BIRTH:
        return _BIRTH_ROWS
    return 1 + len(message.payload) // _ROW_OCTETS
