"""One account's short connection to a broker, for trying out; the worker has its own."""

import contextlib
import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

from paho.mqtt.client import Client, ConnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from cloud.broker.address import BrokerAddress, Login

TRY_S: Final = 1.0
_LOST: Final = 1  # seconds until paho tries again; by then the caller has given up
_QOS: Final = 1


class Caller:
    """Calls while its block runs; `answered` at all, and `admitted` or not."""

    def __init__(
        self,
        address: BrokerAddress,
        login: Login,
        will: tuple[str, bytes] | None = None,
        patience_s: float = TRY_S,
    ) -> None:
        self.admitted = self.answered = False
        self.heard: list[tuple[str, bytes]] = []
        self._address, self._patience_s = address, patience_s
        self._news = threading.Condition()
        self._confirmed = 0
        self._client = Client(CallbackAPIVersion.VERSION2, client_id=login.name)
        self._client.username_pw_set(login.name, login.password)
        if will is not None:
            self._client.will_set(*will, qos=_QOS)
        if address.tls:
            self._client.tls_set()
        self._client.on_connect = self._connected
        self._client.on_message = self._arrived
        self._client.on_subscribe = lambda *_words: self._confirm()
        self._client.reconnect_delay_set(_LOST, _LOST)

    def __enter__(self) -> Self:
        self._client.connect_async(self._address.host, self._address.port)
        self._client.loop_start()
        self.wait_for(lambda: self.answered)
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def listen(self, *filters: str) -> None:
        """Ask for these, one by one: a broker that refuses one may grant the next."""
        before = self._confirmed
        for one in filters:
            self._client.subscribe(one, _QOS)
        self.wait_for(lambda: self._confirmed - before == len(filters))

    def say(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        self._client.publish(topic, payload, _QOS, retain)

    def hears(self, payload: bytes) -> bool:
        """Whether this arrives in time."""
        return self.wait_for(lambda: any(one == payload for _topic, one in self.heard))

    def wait_for(self, condition: Callable[[], bool]) -> bool:
        with self._news:
            return self._news.wait_for(condition, self._patience_s)

    def break_off(self) -> None:
        """Gone without a goodbye, so that the broker carries out the last will."""
        self._client.loop_stop()
        line = self._client.socket()
        if isinstance(line, socket.socket):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def _connected(
        self,
        _client: Client,
        _userdata: object,
        _flags: ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        with self._news:
            self.admitted, self.answered = not reason.is_failure, True
            self._news.notify_all()

    def _arrived(self, _client: Client, _userdata: object, message: MQTTMessage) -> None:
        with self._news:
            self.heard.append((message.topic, bytes(message.payload)))
            self._news.notify_all()

    def _confirm(self) -> None:
        with self._news:
            self._confirmed += 1
            self._news.notify_all()
