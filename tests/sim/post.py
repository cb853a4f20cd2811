"""The worker's end of the broker: a window of messages that stay there until acknowledged."""

from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from cloud.telemetry.reader import Incoming, Ticket
from cloud.telemetry.waiting import BATCH_SIZE
from tests.sim.broker import Broker, Message
from wire import codec
from wire.messages import Go
from wire.topics import Down, Up, parse

URGENT: Final = frozenset({Up.BIRTH, Up.ASK})
"""Whoever asks waits for the answer; rows can wait for company."""


class SimPost:
    """One session of the worker; a new worker, or a new broker, makes another generation."""

    def __init__(self, broker: Broker, is_due: Callable[[bool], None]) -> None:
        self.connected = False
        self.confirmed: set[str] = set()
        """Commands that the cloud has said yes to."""
        self._broker, self._is_due = broker, is_due
        self._generation, self._mid = 0, 0
        self._inbox: deque[Message] = deque()
        self._unacked: dict[int, Message] = {}
        broker.arrived, broker.began_anew = self._arrive, self._lose

    def open(self) -> None:
        """The broker delivers again whatever is not acknowledged."""
        self._generation += 1
        self._inbox.clear()
        self._unacked.clear()
        self.connected = True
        self._broker.redeliver()

    def close(self) -> None:
        self.connected = False

    def gather(self, _patience_s: float) -> list[Incoming]:
        batch: list[Incoming] = []
        while self._inbox and len(batch) < BATCH_SIZE:
            message = self._inbox.popleft()
            self._mid += 1
            self._unacked[self._mid] = message
            batch.append(self._incoming(message))
        return batch

    def acknowledge(self, tickets: Sequence[Ticket]) -> None:
        for ticket in tickets:
            if ticket.generation != self._generation:
                continue
            message = self._unacked.pop(ticket.mid, None)
            if message is not None:
                self._broker.held.remove(message)
                self._broker.forget(message)

    def send(self, topic: str, payload: bytes, qos: int, *, retain: bool = False) -> None:
        """A broker that retains nothing: what it should have kept is told again at a birth."""
        del retain
        if parse(topic).kind is Down.GO:
            self.confirmed.add(codec.decode(Go, payload).id)
        self._broker.say(Message(topic, payload, qos))

    def _incoming(self, message: Message) -> Incoming:
        return Incoming(message.topic, message.payload, Ticket(self._mid, 1, self._generation))

    def _arrive(self, message: Message) -> None:
        if self.connected:
            self._inbox.append(message)
            self._is_due(parse(message.topic).kind in URGENT)

    def _lose(self) -> None:
        """The broker is gone, and with it all that it knew."""
        self._generation += 1
        self._inbox.clear()
        self._unacked.clear()
