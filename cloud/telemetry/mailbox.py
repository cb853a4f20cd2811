"""The worker's connection to the broker: messages in through a bounded queue, answers out.

Acknowledges nothing by itself. A message that is not acknowledged comes again.
"""

import contextlib
import logging
import queue
import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from cloud.broker.address import Access
from cloud.clock import Clock
from cloud.telemetry.bundling import BundlingClient
from cloud.telemetry.inbox import Inbox
from cloud.telemetry.packets import Delivery
from cloud.telemetry.reader import Incoming, Ticket
from cloud.telemetry.waiting import Receipts, Waiting
from wire import topics

LINGER_S: Final = 0.04
"""A batch waits this long for company; the phone does not notice."""
KEEPALIVE_S: Final = 60
FAREWELL_S: Final = 10.0
"""Until a broker that is there has let us in and taken our leave."""
_RETRY_S: Final = (1, 10)
_RECEIVE_BUFFER: Final = 2 << 20  # a backlog arrives faster than one thread parses it

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Bounds:
    """How much may wait here, and how long the broker waits for room before we leave it.

    Several batches; the broker keeps the rest. Longer than a third of the keepalive would stop
    the pings, and the broker would throw us out.
    """

    messages: int = 2_000
    patience_s: float = KEEPALIVE_S / 3


class Mailbox:
    """One persistent session at the broker; `leaves` takes what it holds, and nothing new."""

    def __init__(
        self, access: Access, clock: Clock, *, leaves: bool = False, bounds: Bounds | None = None
    ) -> None:
        self._access = access
        self._leaves = leaves
        self._clock = clock
        self._bounds = bounds or Bounds()
        self._inbox = Inbox(self._bounds.messages, clock)
        self._waiting = Waiting()
        self._receipts = Receipts()
        self._generation = 0
        self._overflowed = threading.Event()
        self._mentions: list[tuple[str, bytes]] = []
        self._client = self._make_client()

    @property
    def name(self) -> str:
        return self._access.login.name

    @property
    def connected(self) -> bool:
        return self._client.is_connected()

    def open(self) -> None:
        """Connect in the background, again and again, also to a broker that is not there yet."""
        address = self._access.address
        self._client.connect_async(address.host, address.port, KEEPALIVE_S)
        self._client.loop_start()

    def close(self) -> None:
        self._mention()
        self._client.disconnect()
        self._client.loop_stop()

    def forget(self) -> bool:
        """Have the broker delete the session; whether it did. For a mailbox that is closed."""
        client, done = self._bare_client(clean_session=True), threading.Event()

        def connected(client: Client, *_rest: object) -> None:
            client.disconnect()  # a session that begins clean ends with the connection

        client.on_connect = connected
        client.on_disconnect = lambda *_args: done.set()
        address = self._access.address
        client.connect_async(address.host, address.port, KEEPALIVE_S)
        client.loop_start()
        is_done = done.wait(FAREWELL_S)
        client.loop_stop()
        return is_done

    def gather(self, patience_s: float) -> list[Incoming]:
        """The next batch; empty when nothing came within `patience_s`."""
        self._mention()
        with contextlib.suppress(queue.Empty):
            if not self._waiting:
                self._await(patience_s)
            deadline = self._clock.mono() + LINGER_S
            self._take_what_is_there()
            while not self._waiting.is_enough:
                self._await(max(0.0, deadline - self._clock.mono()))
                self._take_what_is_there()
        batch = self._waiting.take()
        self._return_when_drained()
        return batch

    def acknowledge(self, tickets: Sequence[Ticket]) -> None:
        """Tell the broker that messages are durable here, each once all before it are.

        The identifier of an older connection means another message by now: it is dropped, and
        the broker delivers again what it speaks of.
        """
        durable = self._receipts.durable(tickets)
        self._client.confirm(
            one.mid for one in durable if one.generation == self._generation and one.qos
        )

    def send(self, topic: str, payload: bytes, qos: int, *, retain: bool = False) -> None:
        """At once; at level 0, when the next batch is gathered, all in one write."""
        if qos:
            self._client.publish(topic, payload, qos, retain)
        else:
            self._mentions.append((topic, payload))

    def _mention(self) -> None:
        mentions, self._mentions = self._mentions, []
        self._client.mention(mentions)

    def _make_client(self) -> BundlingClient:
        client = self._bare_client(clean_session=False)
        client.on_connect = self._connected
        client.on_disconnect = self._disconnected
        client.deliver_to(self._arrived)
        client.on_socket_open = _widen
        return client

    def _bare_client(self, *, clean_session: bool) -> BundlingClient:
        login = self._access.login
        client = BundlingClient(
            CallbackAPIVersion.VERSION2,
            client_id=login.name,
            clean_session=clean_session,
            manual_ack=True,
        )
        client.username_pw_set(login.name, login.password)
        client.reconnect_delay_set(*_RETRY_S)
        if self._access.address.tls:
            client.tls_set()
        return client

    def _connected(
        self,
        client: Client,
        _userdata: object,
        _flags: ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            _log.error("the broker refuses the worker: %s", reason)
            return
        self._generation += 1
        wanted = topics.SHARED_FILTER if self._access.shared else topics.UP_FILTER
        unwanted = {topics.SHARED_FILTER, topics.UP_FILTER} - {wanted}
        if self._leaves:
            unwanted.add(wanted)
        else:
            client.subscribe(wanted, qos=1)
        client.unsubscribe(sorted(unwanted))  # what an earlier life of this session had asked for

    def _disconnected(
        self,
        _client: Client,
        _userdata: object,
        _flags: DisconnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            _log.warning("the broker is away: %s", reason)

    def _arrived(self, deliveries: Sequence[Delivery]) -> None:
        """Queue messages; where there is no room for long, leave until there is."""
        if self._overflowed.is_set():
            return  # the broker keeps them, and brings them when we are back
        received, generation = self._clock.mono(), self._generation
        arrived = [
            Incoming(topic, payload, Ticket(mid, qos, generation), received)
            for topic, payload, mid, qos in deliveries
        ]
        if not self._inbox.put(arrived, self._bounds.patience_s):
            _log.warning("the database is too slow: leaving the broker until the queue is empty")
            self._overflowed.set()
            self._client.disconnect()

    def _await(self, patience_s: float) -> None:
        for message in self._inbox.take(patience_s):
            self._receipts.came(message.ticket)
            self._waiting.put(message)

    def _take_what_is_there(self) -> None:
        """More than a batch where there is more: somebody may ask among them."""
        while not self._inbox.is_empty and len(self._waiting) < self._bounds.messages:
            self._await(0.0)

    def _return_when_drained(self) -> None:
        if self._overflowed.is_set() and self._inbox.is_empty and not self._waiting:
            self._client.loop_stop()
            self._client = self._make_client()  # paho would leak the sockets of one opened twice
            self._overflowed.clear()
            self.open()


def _widen(_client: Client, _userdata: object, connection: object) -> None:
    if isinstance(connection, socket.socket):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
