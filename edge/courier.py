"""Carries rows to the cloud and words from it, over one session after another.

A row counts as delivered by the cloud's own ack alone, never by the broker's. A session that
fails, or owes a confirmation too long, is replaced by one with the next broker of the list.
"""

import logging
import queue
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from edge import backoff
from edge.clock import Timekeeper
from edge.drain import ACK_S, MAX_ACK_S, Drain, Parcel, spans
from edge.errors import LinkError
from edge.office import Dropped, Inbox
from edge.parcels import payloads
from edge.store import Store
from edge.upkeep import ROTTEN
from edge.uplink import Confirmed, Connected, Dial, Link, Lost, Received, Signal, Signals
from wire import backfill, codec
from wire.backfill import Form
from wire.errors import WireError
from wire.identity import Identity, random_id
from wire.messages import Ack, Ask, Birth, Command, Desired, Go, Reads, Will
from wire.topics import Down, Up, parse

CONFIRM_S: Final = 30.0
"""A live connection that owes a confirmation this long is a dead one."""
GREETING_S: Final = 20.0
"""A broker that has not greeted by then never will; longer than TCP and TLS may take."""
STEADY_S: Final = 60.0
"""A session that lasted this long was a good one; shorter ones count as failures, or two agents
with one identity would throw each other out as fast as they can."""
MAX_INBOX: Final = 256
"""Words that wait for the control loop; what a flood brings beyond is not heard."""
PASS_S: Final = 1.0
"""How often time-outs are looked after when nothing happens."""
NONCE_S: Final = 10.0
"""An ack that answers a birth younger than this may correct the clock."""
FAREWELL_S: Final = 1.0
"""How long leaving may take: the valves are shut already and the process must end."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Route:
    """Who speaks, to whom and over what, and how a birth is made for a nonce."""

    identity: Identity
    birth: Callable[[str], Birth]
    jitter: random.Random
    dial: Dial


class Courier:
    """One worker thread; everyone else only leaves notes for it."""

    def __init__(self, route: Route, store: Store, keeper: Timekeeper, inbox: Inbox) -> None:
        self._route, self._store, self._keeper, self._inbox = route, store, keeper, inbox
        self._signals: Signals = queue.SimpleQueue()
        self._asks: queue.SimpleQueue[Ask] = queue.SimpleQueue()
        self._woken, self._stop = threading.Event(), threading.Event()
        self._worker: threading.Thread | None = None
        self._session: Link | None = None
        self._generation, self._failures, self._retry_at = 0, 0, 0.0
        self._connected, self._since = False, 0.0
        """Whether the broker has greeted, and since when that is so."""
        self._nonce: tuple[str, float] = ("", 0.0)
        """The birth the cloud has not answered, and since when; empty once it has."""
        self._birth_wait_s = ACK_S
        self._newest_ack = 0
        """The number of the newest ack: several workers of the cloud may speak at once."""
        self._form: Form = backfill.OLDEST
        """Of chunks: what the cloud read when it last answered a birth."""
        self._told_form: Form = backfill.OLDEST
        """What it says to read since we last connected; an older cloud says nothing."""
        self._drain = self._new_drain()
        self.news = threading.Event()
        """Set whenever a message for the control loop has come in."""

    @property
    def is_connected(self) -> bool:
        return self._connected

    @property
    def _url(self) -> str:
        urls = self._route.identity.brokers
        return urls[self._failures % len(urls)]

    def start(self) -> None:
        """Begin, or begin again where the worker died of an error of its own."""
        if self._worker is None or not self._worker.is_alive():
            self._worker = threading.Thread(target=self._work, name="courier", daemon=True)
            self._worker.start()

    def close(self) -> None:
        """Leave, in order if that is quick."""
        self._stop.set()
        self._signals.put(None)
        if self._worker is None:
            self._hang_up()
        else:
            self._worker.join(FAREWELL_S + PASS_S)

    def rows_waiting(self) -> None:
        """New rows are on the card."""
        if not self._woken.is_set():
            self._woken.set()
            self._signals.put(None)

    def ask(self, ask: Ask) -> None:
        """Send a question as soon as possible."""
        self._asks.put(ask)
        self._signals.put(None)

    def step(self, patience_s: float) -> None:
        """One pass of the worker: wait so long for something to happen, then see to everything."""
        self._connect_if_due()
        self._hear(patience_s)
        self._woken.clear()
        self._look_after_time_outs()
        self._send()

    def _work(self) -> None:
        try:
            while not self._stop.is_set():
                self.step(PASS_S)
        finally:
            self._hang_up()

    def _connect_if_due(self) -> None:
        if self._session is not None or self._keeper.net() < self._retry_at:
            return
        identity = self._route.identity
        self._since = self._keeper.net()
        will = codec.encode(Will(session=self._store.session))
        try:
            self._session = self._route.dial(
                self._url, identity, will, self._signals, self._generation
            )
        except LinkError as error:
            self._replace(str(error))

    def _hear(self, patience_s: float) -> None:
        """Wait for a signal, then take all there are."""
        try:
            note = self._signals.get(timeout=patience_s)
            while True:
                if note is not None and note[0] == self._generation:
                    self._heed(note[1])
                note = self._signals.get_nowait()
        except queue.Empty:
            return

    def _heed(self, signal: Signal) -> None:
        match signal:
            case Connected():
                self._greet()
            case Lost(why):
                self._replace(why)
            case Confirmed(message):
                self._drain.confirmed(message, self._keeper.net())
            case Received(topic, payload):
                self._receive(topic, payload)

    def _greet(self) -> None:
        """A new session: all that has no ack is to be sent again."""
        self._connected, self._since = True, self._keeper.net()
        self._drain = self._new_drain()
        self._birth_wait_s, self._told_form = ACK_S, backfill.OLDEST
        self._announce()

    def _new_drain(self) -> Drain:
        store = self._store
        return Drain(store.acked, store.last, store.recent_from())

    def _announce(self) -> None:
        self._nonce = (random_id(), self._keeper.net())
        self._publish(Up.BIRTH, codec.encode(self._route.birth(self._nonce[0])))

    def _replace(self, why: str) -> None:
        _log.warning("session with %s over: %s", self._url, why)
        was_good = self._connected and self._keeper.net() - self._since >= STEADY_S
        self._hang_up()
        self._failures = 1 if was_good else self._failures + 1
        brokers = len(self._route.identity.brokers)
        wait_s = backoff.wait_s(self._failures, brokers, self._route.jitter.random())
        self._retry_at = self._keeper.net() + wait_s

    def _hang_up(self) -> None:
        session, self._session = self._session, None
        self._generation += 1  # a session that is over may say so twice: only the first counts
        connected, self._connected = self._connected, False
        if session is not None:
            if connected and self._stop.is_set():
                session.farewell(codec.encode(Will(session=self._store.session)), FAREWELL_S)
            session.close()

    def _look_after_time_outs(self) -> None:
        now = self._keeper.net()
        if self._connected and self._drain.silent_s(now) > CONFIRM_S:
            self._replace("the broker confirms nothing")
        if self._session and not self._connected and now - self._since > GREETING_S:
            self._replace("the broker does not greet")
        self._drain.expire(now)
        nonce, born = self._nonce
        if self._connected and nonce and now - born >= self._birth_wait_s:
            self._birth_wait_s = min(2 * self._birth_wait_s, MAX_ACK_S)
            self._announce()

    def _send(self) -> None:
        while self._connected and not self._asks.empty():
            self._publish(Up.ASK, codec.encode(self._asks.get_nowait()))
        while self._connected:
            parcel = self._drain.next(self._store.last)
            if parcel is None or not self._send_parcel(parcel):
                return

    def _send_parcel(self, parcel: Parcel) -> bool:
        first, last = parcel.span
        rows = self._store.rows(first, last, last - first + 1)
        here = {row.seq for row in rows}
        for span in spans(seq for seq in range(first, last + 1) if seq not in here):
            self._drain.lose(span)  # an event has told so
        for span in spans(row.seq for row in rows if not row.sound):
            self._drain.lose(span)
            self._inbox.put(Dropped(*span, ROTTEN))
        sound = [row for row in rows if row.sound]
        sent = [self._publish(kind, body) for kind, body in payloads(parcel, sound, self._form)]
        confirmed = [message for message in sent if message is not None]
        self._drain.sent(parcel, confirmed, self._keeper.net())
        return len(confirmed) == len(sent)

    def _publish(self, kind: Up, payload: bytes) -> int | None:
        return None if self._session is None else self._session.publish(kind, payload)

    def _receive(self, topic: str, payload: bytes) -> None:
        try:
            address = parse(topic)
            match address.kind:
                case Down.ACK:
                    self._acked(codec.decode(Ack, payload))
                case Down.CMD:
                    self._deliver(codec.decode(Command, payload))
                case Down.GO:
                    self._deliver(codec.decode(Go, payload))
                case Down.DESIRED:
                    self._deliver(codec.decode(Desired, payload))
                case Down.READS:
                    newest = codec.decode(Reads, payload).h
                    self._told_form = backfill.NEWEST if newest > 1 else backfill.OLDEST
                case Up():
                    _log.warning("ignored a message on %s: not for a device", topic)
        except WireError as error:
            _log.warning("ignored a message on %s: %s", topic, error)

    def _deliver(self, message: Command | Go | Desired) -> None:
        if self._inbox.qsize() < MAX_INBOX:
            self._inbox.put(message)
        self.news.set()

    def _acked(self, ack: Ack) -> None:
        nonce, born = self._nonce
        is_answer = bool(nonce) and ack.nonce == nonce
        if ack.e != self._store.origin.epoch or (ack.n < self._newest_ack and not is_answer):
            return  # of another store, or overtaken on the way: not a cloud that forgot
        self._newest_ack = ack.n
        last = self._store.last
        have = [(first, min(until, last)) for first, until in ack.have]
        self._drain.acked(min(ack.upto, last), have)  # a row not yet written cannot be had
        self._store.ack(ack.upto)
        if not is_answer:
            return
        self._nonce, self._form = ("", 0.0), self._told_form
        if self._keeper.net() - born < NONCE_S:
            self._keeper.discipline(ack.now)
