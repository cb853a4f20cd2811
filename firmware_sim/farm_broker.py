"""The farm's own MQTT broker in one process: it keeps what is retained, and can be unplugged."""

from collections.abc import Callable

from edge.config_nodes import Nodes
from edge.node_link import Message

Hear = Callable[[str, bytes], None]


class FarmBroker:
    """Delivers at once, in order; what is said while it is unplugged nobody hears."""

    def __init__(self) -> None:
        self.is_gone = False
        self.said: list[tuple[str, bytes]] = []
        """All that passed through it, for tests."""
        self._kept: dict[str, bytes] = {}
        self.links: list[SimLink] = []
        self._devices: list[Hear] = []

    def open(self, _nodes: Nodes, mono: Callable[[], float]) -> "SimLink":
        """The agent's way in."""
        link = SimLink(self, mono)
        self.links.append(link)
        return link

    def plug(self, hear: Hear) -> None:
        """A device that listens."""
        self._devices.append(hear)

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        if self.is_gone:
            return
        self.said.append((topic, payload))
        if retain:
            self._kept[topic] = payload
        for link in self.links:
            link.hear(topic, payload, retained=False)
        for hear in self._devices:
            hear(topic, payload)

    def pull_plug(self) -> None:
        self.is_gone = True

    def restart(self) -> None:
        """It is back, with all that it had kept."""
        self.is_gone = False
        for link in self.links:
            self.greet(link)

    def greet(self, link: "SimLink") -> None:
        """Whoever subscribes is told first what was kept."""
        for topic, payload in self._kept.items():
            link.hear(topic, payload, retained=True)


class SimLink:
    """A session of the agent; it is connected whenever the broker is there."""

    def __init__(self, broker: FarmBroker, mono: Callable[[], float]) -> None:
        self._broker, self._mono = broker, mono
        self._topics: frozenset[str] | None = None
        self._messages: list[Message] = []
        self.heard_kept = 0
        """Messages that the broker had kept, and offered."""

    @property
    def trouble(self) -> str | None:
        return "the broker does not answer" if self._broker.is_gone else None

    def start(self, topics: frozenset[str]) -> None:
        if self._topics is None:
            self._topics = topics
            if not self._broker.is_gone:
                self._broker.greet(self)

    def hear(self, topic: str, payload: bytes, *, retained: bool) -> None:
        if self._topics is not None and topic in self._topics:
            self.heard_kept += retained
            self._messages.append(Message(topic, payload, self._mono(), retained=retained))

    def take(self) -> list[Message]:
        messages, self._messages = self._messages, []
        return messages

    def publish(self, topic: str, payload: bytes) -> None:
        self._broker.publish(topic, payload)

    def close(self) -> None:
        self._topics = frozenset()
