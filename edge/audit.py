"""Whether the rows on a card are those that were written: checksums, numbers, chain, signatures.

Reads only, and says in a sentence what is broken and where.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from edge.day_sums import sums
from edge.drain import spans
from edge.history import StoredRow, walk
from wire import codec, rows
from wire.codes import EventKind
from wire.errors import WireError
from wire.messages import Event, Sample

Fetch = Callable[[int, int, int], Sequence[StoredRow]]
"""As `Store.rows`."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """What the store says of its rows beside the rows themselves."""

    epoch: str
    kept_from: int
    """No number from here on has been forgotten."""
    last: int
    chain: str
    """The hash of the newest event."""


@dataclass
class Audit:
    """Takes every row in order; `findings` has the sentences after `end`."""

    ledger: Ledger
    fetch: Fetch
    key: Ed25519PublicKey
    findings: list[str] = field(default_factory=list)
    samples: int = 0
    events: int = 0
    summaries: int = 0
    _seen: list[int] = field(default_factory=list)
    _changed: list[int] = field(default_factory=list)
    _dropped: set[int] = field(default_factory=set)
    _event: tuple[int, str | None] = (0, None)
    """Number and hash of the event before; no hash where it has been forgotten."""

    def run(self) -> list[str]:
        """Look at all that is there."""
        if self.ledger.kept_from <= 1:
            self._event = (0, codec.GENESIS)
        for row in walk(self.fetch, self.ledger.kept_from, self.ledger.last):
            self._seen.append(row.seq)
            self._take(row)
        self._end()
        return self.findings

    def _take(self, row: StoredRow) -> None:
        if not row.sound:
            self._changed.append(row.seq)
            return
        try:
            found = codec.decode(Event if row.kind == "event" else Sample, row.payload)
            rows.check(found)
        except WireError as error:
            self.findings.append(f"Row {row.seq} is not what was written: {error}.")
            return
        if (found.e, found.s) != (self.ledger.epoch, row.seq):
            self.findings.append(f"Row {row.seq} holds what belongs at {found.e}/{found.s}.")
        if isinstance(found, Event):
            self._take_event(found)
        else:
            self.samples += 1

    def _take_event(self, event: Event) -> None:
        self.events += 1
        before, previous = self._event
        if previous is not None and rows.link(event, previous) != event.h:
            self.findings.append(
                f"Event {event.s} is not bound to the one before it, {before or 'the beginning'}: "
                "one of the two was changed, or an event between them is gone."
            )
        self._event = (event.s, event.h)
        if event.k is EventKind.DAY_SUMMARY:
            self.summaries += 1
            self.findings += summary_faults(event, previous, self.key, self.fetch)
        elif event.k is EventKind.ROWS_DROPPED:
            self._dropped.update(_numbers(event))

    def _end(self) -> None:
        ledger = self.ledger
        missing = set(range(ledger.kept_from, ledger.last + 1)) - set(self._seen) - self._dropped
        self.findings += [f"{_rows(*span)} missing." for span in spans(sorted(missing))]
        self.findings += [
            f"{_rows(*span)} no longer what was written: the card changed them."
            for span in spans(self._changed)
        ]
        number, newest = self._event
        if newest is not None and newest != ledger.chain:
            self.findings.append(
                f"Event {number} is the last one, but the store's note tells of a later one: "
                "the end is cut off."
            )


def summary_faults(
    summary: Event, previous: str | None, key: Ed25519PublicKey, fetch: Fetch
) -> Iterator[str]:
    """What is wrong with a day's summary: its signature, its place in the chain, its sums."""
    facts = summary.d
    which = f"The summary of day {facts.get('day')} for zone {summary.z} (row {summary.s})"
    if not is_signed(summary, key):
        yield f"{which} is not signed by this device."
    if previous is not None and facts.get(rows.CHAIN) != previous:
        yield f"{which} names another event before it than the card has."
    first, last, day = (facts.get(name) for name in ("first", "last", "day"))
    if not (isinstance(first, int) and isinstance(last, int) and isinstance(day, int)):
        yield f"{which} does not say which rows it is made of."
        return
    found = list(walk(fetch, first, last))
    if [row.seq for row in found if row.sound] != list(range(first, last + 1)):
        return  # told of by number already, or forgotten after a month
    added_up = sums(found, day).get(summary.z or "", {})
    wrong = [name for name, value in added_up.items() if facts.get(name) != value]
    if wrong or not added_up:
        yield f"{which} does not fit rows {first} to {last}: {', '.join(wrong) or 'no such zone'}."


def is_signed(summary: Event, key: Ed25519PublicKey) -> bool:
    """Whether the device of this key signed exactly this row."""
    try:
        key.verify(bytes.fromhex(str(summary.d.get(rows.SIGNATURE))), rows.signed(summary))
    except (InvalidSignature, ValueError):
        return False
    return True


def _numbers(dropped: Event) -> Iterable[int]:
    first, last = dropped.d.get("from"), dropped.d.get("to")
    return range(first, last + 1) if isinstance(first, int) and isinstance(last, int) else ()


def _rows(first: int, last: int) -> str:
    return f"Row {first} is" if first == last else f"Rows {first} to {last} are"
