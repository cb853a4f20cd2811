"""What a device has really produced and done, row by row, to hold the cloud's record against."""

import json
from dataclasses import dataclass
from typing import Final

from edge.store import Store
from tests.sim.agenda import Agenda
from tests.sim.rests import Rests
from tests.sim.tally import Tally
from wire.codes import EventKind

PAGE: Final = 1_000

Row = tuple[int, int, str | None]
"""Uptime, wall time and zone: enough to know a row again."""
Key = tuple[str, int]
"""Epoch and number."""


@dataclass(frozen=True, slots=True)
class Done:
    """A command that was taken up, and when in true time."""

    id: str
    at: float


class Books:
    """Read from the card after every pass; what the card forgets stays here."""

    def __init__(self, device: str, agenda: Agenda, tally: Tally) -> None:
        self.device = device
        self.unseen: dict[Key, Row] = {}
        """Produced, and not yet found in the cloud."""
        self.last: dict[str, int] = {}
        """The highest number by epoch."""
        self.born: dict[Key, float] = {}
        self.given_up: set[Key] = set()
        self.accepted: list[Done] = []
        self.stops: set[int] = set()
        self.rests = Rests()
        self._agenda, self._tally = agenda, tally

    def read(self, store: Store) -> None:
        """All rows since the last look."""
        epoch = store.origin.epoch
        seen = self.last.get(epoch, 0)
        while seen < store.last:
            for row in store.rows(seen + 1, store.last, PAGE):
                self._take(epoch, row.seq, json.loads(row.payload))
                seen = row.seq
        self.last[epoch] = seen

    def _take(self, epoch: str, seq: int, body: dict[str, object]) -> None:
        key = (epoch, seq)
        self.unseen[key] = (_whole(body["u"]), _whole(body["t"]), _text(body.get("z")))
        self.born[key] = self._agenda.now
        self._tally.seen["rows"] += 1
        kind = body.get("k")
        if kind is None:
            return
        facts = body["d"]
        assert isinstance(facts, dict)
        self._tally.note(f"{self.device[:4]} {seq} {kind} {body.get('z')}")
        self._tally.seen[str(kind)] += 1
        self.rests.hear(str(kind), facts, self._agenda.now)
        if kind == EventKind.COMMAND_ACCEPTED:
            self.accepted.append(Done(str(facts["id"]), self._agenda.now))
        elif kind == EventKind.STOPPED and isinstance(facts.get("n"), int):
            self.stops.add(facts["n"])
        elif kind == EventKind.ROWS_DROPPED:
            gone = range(_whole(facts["from"]), _whole(facts["to"]) + 1)
            self.given_up.update((epoch, number) for number in gone)


def _whole(value: object) -> int:
    assert isinstance(value, int)
    return value


def _text(value: object) -> str | None:
    assert value is None or isinstance(value, str)
    return value
