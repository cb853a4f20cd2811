"""A place on the way between an agent's courier and the broker, where a mistake can sit."""

import json
import queue
from collections.abc import Iterator
from typing import Final

from edge.uplink import Dial, Link, Received, Signal, Signals
from tests.sim.house import House
from wire import backfill, codec
from wire.backfill import Backfill
from wire.identity import Identity
from wire.messages import MAX_SEQ, Ack, Go
from wire.topics import Down, Up, down

ROWS: Final = frozenset({Up.LIVE, Up.EVENT, Up.BACKFILL})


class Tap:
    """Of one house; lets everything pass, until a mistake changes a method."""

    def __init__(self, house: House, beyond: Dial) -> None:
        self.house, self._beyond = house, beyond
        self._signals, self.generation = Signals(), 0

    def dial(
        self, url: str, identity: Identity, will: bytes, signals: Signals, generation: int
    ) -> Link:
        self._signals, self.generation = signals, generation
        pipe = _Pipe()
        pipe.tap = self
        return _Tapped(self, self._beyond(url, identity, will, pipe, generation))

    def heard(self, signal: Signal, generation: int) -> None:
        self._signals.put((generation, signal))

    def said(self, link: Link, kind: Up, payload: bytes) -> int | None:
        return link.publish(kind, payload)

    def forge_ack(self, epoch: str, upto: int) -> None:
        ack = Ack(e=epoch, n=MAX_SEQ, upto=upto, have=(), now=0)
        self._forge(Down.ACK, codec.encode(ack))

    def forge_go(self, command: str, nonce: str) -> None:
        identity = self.house.site.identity
        topic = down(identity.device, Down.GO)
        go = codec.sign(Go(id=command, nonce=nonce), topic, bytes.fromhex(identity.command_key))
        self._forge(Down.GO, codec.encode(go))

    def _forge(self, kind: Down, payload: bytes) -> None:
        topic = down(self.house.device, kind)
        self._signals.put((self.generation, Received(topic, payload)))
        self.house.wake()


class _Pipe(queue.SimpleQueue[tuple[int, Signal] | None]):
    """What the session beyond signals into."""

    tap: Tap

    def put(
        self,
        item: tuple[int, Signal] | None,
        block: bool = True,  # noqa: FBT001, FBT002 - the queue's own signature
        timeout: float | None = None,
    ) -> None:
        del block, timeout
        if item is not None:
            self.tap.heard(item[1], item[0])


class _Tapped:
    """What the courier speaks into."""

    def __init__(self, tap: Tap, link: Link) -> None:
        self._tap, self._link = tap, link

    def publish(self, kind: Up, payload: bytes) -> int | None:
        return self._tap.said(self._link, kind, payload)

    def farewell(self, payload: bytes, seconds: float) -> None:
        self._link.farewell(payload, seconds)

    def close(self) -> None:
        self._link.close()


def numbers(kind: Up, payload: bytes) -> Iterator[tuple[str, int]]:
    """Epoch and number of each row in a message of rows."""
    chunk = kind is Up.BACKFILL
    packed = (
        backfill.unpack(codec.decode(Backfill, payload)) if chunk else codec.split_rows(payload)
    )
    for octets in packed:
        body = json.loads(octets)
        yield str(body["e"]), int(body["s"])
