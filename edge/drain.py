"""Which rows to send next, of those without the cloud's ack that are not on their way.

Live ones first; of a backlog the newest hour, because a farmer looks at now, then the oldest.

Pure book-keeping over row numbers; it knows no socket, no disk and no clock of its own.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from wire import backfill, codec

LIVE_ROWS: Final = codec.MAX_ROWS
CHUNK_ROWS: Final = backfill.MAX_ROWS
MAX_CHUNKS: Final = 2
"""Backfill on its way at once: a slow line must not fill the broker's queue."""
MAX_FLIGHTS: Final = 20
"""Messages on their way at once; the rest stays on the card, where a crash cannot reach it."""
ACK_S: Final = 10.0
"""What the broker has had this long without the cloud's ack is sent again: it may forget."""
MAX_ACK_S: Final = 640.0
"""The wait doubles up to this while the cloud says nothing: resending costs a farmer's data."""

Span = tuple[int, int]
"""First and last row number, both included."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """Rows to send together."""

    span: Span
    is_chunk: bool


@dataclass(slots=True)
class _Flight:
    parcel: Parcel
    since: float
    """When it was sent, and once the broker has it all, since when."""
    unconfirmed: set[int] = field(default_factory=set)
    """Message numbers the broker has not confirmed."""


class Drain:
    """Row numbers on their way to the cloud; `recent_from` is the first of the newest hour."""

    def __init__(self, upto: int, last: int, recent_from: int) -> None:
        self.upto = upto
        self._have: tuple[Span, ...] = ()
        self._lost: set[Span] = set()
        self._flights: list[_Flight] = []
        self._fresh_from, self._recent_from = last + 1, recent_from
        self._patience_s = ACK_S

    def next(self, last: int) -> Parcel | None:
        """The parcel to send now; None when all is sent or enough is on its way."""
        if len(self._flights) >= MAX_FLIGHTS:
            return None
        gaps = list(self._gaps(last))
        fresh = [span for span in gaps if span[1] >= self._fresh_from]
        if fresh and last - max(fresh[0][0], self._fresh_from) >= LIVE_ROWS:
            self._fresh_from, fresh = last + 1, []  # too many to be live: they join the backlog
            self._recent_from = max(self._recent_from, last + 1 - CHUNK_ROWS)
        if fresh:
            first = max(fresh[0][0], self._fresh_from)
            return Parcel((first, min(fresh[0][1], first + LIVE_ROWS - 1)), is_chunk=False)
        return self._backlog(gaps)

    def sent(self, parcel: Parcel, messages: Iterable[int], now: float) -> None:
        """The parcel left as these message numbers."""
        self._flights.append(_Flight(parcel, now, set(messages)))

    def confirmed(self, message: int, now: float) -> None:
        """The broker took a message; that says nothing of the cloud."""
        for flight in self._flights:
            if message in flight.unconfirmed:
                flight.unconfirmed.remove(message)
                flight.since = now

    def acked(self, upto: int, have: Iterable[Span]) -> None:
        """The cloud has all up to `upto`, and these spans above it. A lower `upto` is believed."""
        self.upto, self._have, self._patience_s = upto, tuple(have), ACK_S
        self._flights = [f for f in self._flights if not self._is_had(f.parcel.span)]

    def lose(self, span: Span) -> None:
        """These rows cannot be sent any more."""
        self._lost.add(span)

    def expire(self, now: float) -> None:
        """Take back what the broker has and the cloud did not ack in time."""
        late = [f for f in self._flights if self._is_late(f, now)]
        if late:
            self._patience_s = min(2 * self._patience_s, MAX_ACK_S)
            self._flights = [f for f in self._flights if f not in late]

    def silent_s(self, now: float) -> float:
        """For how long the broker has owed its oldest confirmation."""
        owed = [flight.since for flight in self._flights if flight.unconfirmed]
        return now - min(owed, default=now)

    def _backlog(self, gaps: list[Span]) -> Parcel | None:
        old = [(a, min(b, self._fresh_from - 1)) for a, b in gaps if a < self._fresh_from]
        if not old:
            return None
        recent = [(max(a, self._recent_from), b) for a, b in old if b >= self._recent_from]
        first, last = (recent or old)[0]
        if sum(b - a + 1 for a, b in old) <= LIVE_ROWS:
            return Parcel((first, last), is_chunk=False)
        if sum(flight.parcel.is_chunk for flight in self._flights) >= MAX_CHUNKS:
            return None
        return Parcel((first, min(last, first + CHUNK_ROWS - 1)), is_chunk=True)

    def _gaps(self, last: int) -> Iterator[Span]:
        taken = sorted([*self._have, *self._lost, *(f.parcel.span for f in self._flights)])
        at = self.upto + 1
        for first, until in taken:
            if first > at:
                yield at, min(first - 1, last)
            at = max(at, until + 1)
        if at <= last:
            yield at, last

    def _is_late(self, flight: _Flight, now: float) -> bool:
        return not flight.unconfirmed and now - flight.since >= self._patience_s

    def _is_had(self, span: Span) -> bool:
        return span[1] <= self.upto or any(a <= span[0] and span[1] <= b for a, b in self._have)


def spans(numbers: Iterable[int]) -> list[Span]:
    """Ascending numbers as spans without a gap."""
    found: list[Span] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found
