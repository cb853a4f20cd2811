"""One MQTT session with one broker, from connect to its first failure; never reconnected.

paho's network thread dies of an exception in a callback while `is_connected` stays true, so the
callbacks only put signals into a queue. Whoever owns the session replaces it.
"""

import queue
import ssl
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import urlsplit

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from edge.errors import LinkError
from wire.codec import MAX_PAYLOAD
from wire.identity import Identity
from wire.topics import Up, down_filter, up

KEEPALIVE_S: Final = 60
CONNECT_S: Final = 5.0
"""How long a broker may take to answer before the next one is tried."""
WINDOW: Final = 64
"""paho's own queue: beyond it `publish` refuses, for the rows are safer on the card."""
PORTS: Final = {"mqtt": 1883, "mqtts": 8883}


@dataclass(frozen=True, slots=True)
class Connected:
    """The broker accepted the session and what it wants to hear."""


@dataclass(frozen=True, slots=True)
class Lost:
    """The session is over, or never began."""

    why: str


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The broker took a message."""

    message: int


@dataclass(frozen=True, slots=True)
class Received:
    """A message came in."""

    topic: str
    payload: bytes


Signal = Connected | Lost | Confirmed | Received
Signals = queue.SimpleQueue[tuple[int, Signal] | None]
"""Signals with the generation of the session that sent them; None only wakes the reader."""


class Link(Protocol):
    """A session as its owner uses it; what happens in it comes as signals."""

    def publish(self, kind: Up, payload: bytes) -> int | None: ...

    def farewell(self, payload: bytes, seconds: float) -> None: ...

    def close(self) -> None: ...


Dial = Callable[[str, Identity, bytes, Signals, int], Link]
"""Begins a session: the broker's address, who speaks, the will, where to signal, and as which."""


class Session:
    """Connects in the background; everything that happens arrives as a signal.

    Raises:
        LinkError: the address or the authority of the identity cannot be used.
    """

    def __init__(
        self, url: str, identity: Identity, will: bytes, signals: Signals, generation: int
    ) -> None:
        self._device, self._signals, self._generation = identity.device, signals, generation
        host, port, context = _way(url, identity.ca)
        self._client = client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=identity.device,
            clean_session=False,
            protocol=MQTTProtocolVersion.MQTTv311,
            reconnect_on_failure=False,
        )
        client.connect_timeout = CONNECT_S
        client.max_inflight_messages_set(WINDOW)
        client.max_queued_messages_set(WINDOW)
        client.username_pw_set(identity.device, identity.secret)
        client.will_set(up(identity.device, Up.WILL), will, qos=1)
        if context is not None:
            client.tls_set_context(context)
        client.on_connect, client.on_connect_fail = self._on_connect, self._on_connect_fail
        client.on_disconnect, client.on_publish = self._on_disconnect, self._on_publish
        client.on_subscribe, client.on_message = self._on_subscribe, self._on_message
        client.connect_async(host, port, KEEPALIVE_S)
        client.loop_start()

    def publish(self, kind: Up, payload: bytes) -> int | None:
        """Hand a message to paho; its number, or None when it would have to be queued."""
        sent = self._client.publish(up(self._device, kind), payload, qos=1)
        return sent.mid if sent.rc is MQTTErrorCode.MQTT_ERR_SUCCESS else None

    def farewell(self, payload: bytes, seconds: float) -> None:
        """Say goodbye on the will's topic; the broker forgets the will of an orderly leave."""
        sent = self._client.publish(up(self._device, Up.WILL), payload, qos=1)
        if sent.rc is MQTTErrorCode.MQTT_ERR_SUCCESS:
            sent.wait_for_publish(seconds)

    def close(self) -> None:
        """End the session and its thread."""
        self._client.disconnect()
        self._client.loop_stop()

    def _signal(self, signal: Signal) -> None:
        self._signals.put((self._generation, signal))

    def _on_connect(
        self,
        client: Client,
        _data: object,
        _flags: ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._signal(Lost(f"refused: {reason}"))
            return
        client.subscribe(down_filter(self._device), qos=1)

    def _on_subscribe(
        self,
        _client: Client,
        _data: object,
        _mid: int,
        reasons: list[ReasonCode],
        _properties: Properties | None,
    ) -> None:
        """Only who can hear is connected: the answer to a birth must not be missed."""
        if any(reason.is_failure for reason in reasons):
            self._signal(Lost("the broker lets this device hear nothing"))
        else:
            self._signal(Connected())

    def _on_connect_fail(self, _client: Client, _data: object) -> None:
        self._signal(Lost(_why(sys.exception())))

    def _on_disconnect(
        self,
        _client: Client,
        _data: object,
        _flags: DisconnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        self._signal(Lost(str(reason)))

    def _on_publish(
        self, _client: Client, _data: object, mid: int, _reason: ReasonCode, _p: Properties
    ) -> None:
        self._signal(Confirmed(mid))

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        if len(message.payload) <= MAX_PAYLOAD:
            self._signal(Received(message.topic, bytes(message.payload)))


def trust(ca: str | None) -> ssl.SSLContext:
    """The installation's own authority where the identity names one, else the system's."""
    if ca is None:
        return ssl.create_default_context()
    if ca.startswith("-----BEGIN"):
        return ssl.create_default_context(cadata=ca)
    return ssl.create_default_context(cafile=ca)


def _way(url: str, ca: str | None) -> tuple[str, int, ssl.SSLContext | None]:
    """Host, port and, where the way is encrypted, whom to trust."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        host.encode("idna")  # a name nobody can ask for would kill paho's thread unseen
        context = trust(ca) if parts.scheme == "mqtts" else None
    except KeyError:
        raise LinkError(f"{url} is no address of a broker: write mqtts://HOST") from None
    except (OSError, ValueError) as error:
        raise LinkError(f"cannot prepare a session: {error}") from None
    return host, port, context


def _why(error: BaseException | None) -> str:
    """What paho was handling when it gave up; it tells its callback no reason."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the broker's certificate is not trusted: {error.verify_message}"
    if isinstance(error, ssl.SSLError | ConnectionResetError):
        return f"no encrypted session: {error}. Does this port of the broker speak mqtts?"
    return "no broker answers" if error is None else f"no broker answers: {error}"
