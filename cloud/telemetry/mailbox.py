"""The worker's connection to the broker: messages in through a bounded queue, answers out.

Acknowledges nothing by itself. A message that is not acknowledged comes again.
"""

import contextlib
import logging
import queue
import socket
import threading
from typing import Final

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from cloud.broker.address import BrokerAddress, Login
from cloud.clock import Clock
from cloud.telemetry.reader import Incoming, Ticket
from wire import topics

QUEUE_SIZE: Final = 2_000  # several batches; the broker keeps the rest
BATCH_SIZE: Final = 500
"""At most half of the broker's window of 1,000, else it would wait for us and we for it."""
LINGER_S: Final = 0.05
"""A batch waits this long for company; the phone does not notice."""
KEEPALIVE_S: Final = 60
_RETRY_S: Final = (1, 10)
_RECEIVE_BUFFER: Final = 2 << 20  # a backlog arrives faster than one thread parses it

_log = logging.getLogger(__name__)


class Mailbox:
    """One persistent session at the broker."""

    def __init__(self, address: BrokerAddress, login: Login, clock: Clock) -> None:
        self._address = address
        self._clock = clock
        self._queue: queue.Queue[Incoming] = queue.Queue(QUEUE_SIZE)
        self._generation = 0
        self._overflowed = threading.Event()
        self._client = self._make_client(login)

    @property
    def connected(self) -> bool:
        return self._client.is_connected()

    def open(self) -> None:
        """Connect in the background, again and again, also to a broker that is not there yet."""
        self._client.connect_async(self._address.host, self._address.port, KEEPALIVE_S)
        self._client.loop_start()

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def gather(self, patience_s: float) -> list[Incoming]:
        """The next batch; empty when nothing came within `patience_s`."""
        batch: list[Incoming] = []
        with contextlib.suppress(queue.Empty):
            batch.append(self._queue.get(timeout=patience_s))
            deadline = self._clock.mono() + LINGER_S
            while len(batch) < BATCH_SIZE:
                left = max(0.0, deadline - self._clock.mono())
                batch.append(self._queue.get(timeout=left))
        self._return_when_drained()
        return batch

    def acknowledge(self, ticket: Ticket) -> None:
        """Tell the broker that a message is durable here.

        The identifier of an older connection means another message by now: it is dropped, and
        the broker delivers again what it speaks of.
        """
        if ticket.generation == self._generation:
            self._client.ack(ticket.mid, ticket.qos)

    def send(self, topic: str, payload: bytes, qos: int) -> None:
        self._client.publish(topic, payload, qos)

    def _make_client(self, login: Login) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=login.name,
            clean_session=False,
            manual_ack=True,
        )
        client.username_pw_set(login.name, login.password)
        client.reconnect_delay_set(*_RETRY_S)
        client.on_connect = self._connected
        client.on_disconnect = self._disconnected
        client.on_message = self._arrived
        client.on_socket_open = _widen
        if self._address.tls:
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
        client.subscribe(topics.UP_FILTER, qos=1)

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

    def _arrived(self, client: Client, _userdata: object, message: MQTTMessage) -> None:
        """Queue a message; blocking for long would stop the pings, so rather leave on purpose."""
        ticket = Ticket(message.mid, message.qos, self._generation)
        received = self._clock.mono()
        arrived = Incoming(message.topic, bytes(message.payload), ticket, received)
        try:
            self._queue.put(arrived, timeout=KEEPALIVE_S / 3)
        except queue.Full:
            self._overflowed.set()
            client.disconnect()

    def _return_when_drained(self) -> None:
        if self._overflowed.is_set() and self._queue.empty():
            self._client.loop_stop()
            self._overflowed.clear()
            self.open()


def _widen(_client: Client, _userdata: object, connection: object) -> None:
    if isinstance(connection, socket.socket):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
