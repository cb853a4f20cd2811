"""The session with the farm's own broker; paho connects it again by itself.

Callbacks only put messages into a short queue: an exception in one would end paho's thread.
"""

from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from edge.config_nodes import Nodes
from edge.node_link import Message
from edge.node_payload import MOST_BYTES
from edge.uplink import PORTS, trust

KEEPALIVE_S: Final = 30
"""The broker is in the same house: a minute of silence is a lost one."""
MOST_WAITING: Final = 256
"""Messages between two ticks; of a node that floods the oldest go."""
LONGEST_PAUSE_S: Final = 60


class NodeSession:
    """Forgets what was said while it was away: a reading that waited would look fresh."""

    def __init__(self, nodes: Nodes, mono: Callable[[], float]) -> None:
        self._nodes, self._mono = nodes, mono
        self._messages: deque[Message] = deque(maxlen=MOST_WAITING)
        self._topics: frozenset[str] = frozenset()
        self._trouble: str | None = "not connected yet"
        self._client: Client | None = None

    @property
    def trouble(self) -> str | None:
        return self._trouble

    def start(self, topics: frozenset[str]) -> None:
        if self._client is not None:
            return
        self._topics = topics
        try:
            client = self._configured()
        except OSError as error:
            self._trouble = f"the broker's login cannot be read: {error}"
            return
        parts = urlsplit(self._nodes.url)
        port = parts.port or PORTS[parts.scheme]
        client.connect_async(parts.hostname or "", port, KEEPALIVE_S)
        client.loop_start()
        self._client = client

    def take(self) -> list[Message]:
        return [self._messages.popleft() for _ in range(len(self._messages))]

    def publish(self, topic: str, payload: bytes) -> None:
        """Never with a promise of delivery, which would bring an old order after an outage."""
        if self._client is not None and self._client.is_connected():
            self._client.publish(topic, payload, qos=0, retain=False)

    def close(self) -> None:
        if self._client is not None:
            self._client.disconnect()
            self._client.loop_stop()
            self._client = None

    def _configured(self) -> Client:
        nodes = self._nodes
        client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv311)
        client.reconnect_delay_set(1, LONGEST_PAUSE_S)
        if nodes.username is not None:
            client.username_pw_set(nodes.username, _password(nodes.password_file))
        if urlsplit(nodes.url).scheme == "mqtts":
            client.tls_set_context(trust(nodes.ca_file))
        client.on_connect, client.on_connect_fail = self._on_connect, self._on_connect_fail
        client.on_disconnect, client.on_message = self._on_disconnect, self._on_message
        return client

    def _on_connect(
        self,
        client: Client,
        _data: object,
        _flags: ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._trouble = f"the broker refuses the login: {reason}"
            return
        self._trouble = None
        for topic in sorted(self._topics):
            client.subscribe(topic, qos=1)

    def _on_connect_fail(self, _client: Client, _data: object) -> None:
        self._trouble = "the broker does not answer"

    def _on_disconnect(
        self,
        _client: Client,
        _data: object,
        _flags: DisconnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        self._trouble = self._trouble or f"the connection is lost: {reason}"

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        payload = bytes(message.payload[: MOST_BYTES + 1])
        heard = Message(message.topic, payload, self._mono(), retained=message.retain)
        self._messages.append(heard)


def _password(file: str | None) -> str | None:
    return None if file is None else Path(file).read_text(encoding="utf-8").strip()
