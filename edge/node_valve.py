"""A zone's valve on a node: an output like a relay, whose orders go through the farm's broker.

It opens for no longer than the lease that stands behind it has left, and believes only what the
node says fresh; the wired pump or master valve before it shuts whatever the node does.
"""

from collections.abc import Callable, Mapping
from threading import Lock
from typing import Final

from edge import node_order
from edge.bus_reader import Mono
from edge.config_nodes import ValveNode
from edge.node_hub import Hub
from edge.node_link import Message
from edge.node_order import HOLD_S
from edge.node_payload import word
from edge.node_profiles import filled, node_profile
from wire.codes import Fault


class NodeValve:
    """Ordered by the bank from any thread, heard by the control loop."""

    def __init__(self, table: ValveNode, hub: Hub, mono: Mono) -> None:
        self._table, self._hub, self._mono = table, hub, mono
        self._words = node_profile(table.profile).valve
        self._there = node_profile(table.profile).availability
        self._left_s: Callable[[], float] = lambda: 0.0
        self._lock = Lock()
        self._is_online = True
        self._order = node_order.begun(mono())
        hub.listen(self._filled(self._words.state.topic), self._hear_state)
        hub.listen(self._filled(self._there.topic), self._hear_whether_there)

    def within(self, left_s: Callable[[], float]) -> None:
        """Seconds that the zone's lease has left; without one nothing opens."""
        self._left_s = left_s

    def on(self) -> None:
        seconds = int(min(HOLD_S, self._left_s()))
        with self._lock:
            now = self._ordered(to_open=True)
            if seconds >= self._words.least_s and node_order.is_due(self._order, now):
                timer = str(self._words.timer_from + seconds)
                self._say(self._words.open_topic, self._words.open, timer)
                self._order = node_order.sent(self._order, now, seconds)

    def off(self) -> None:
        with self._lock:
            now = self._ordered(to_open=False)
            if node_order.is_due(self._order, now):
                self._say(self._words.close_topic, self._words.close)
                self._order = node_order.sent(self._order, now)

    def trouble(self) -> Fault | None:
        """Why the zone must not be watered through it."""
        with self._lock:
            return node_order.trouble(self._order, self._mono())

    def may_be_open(self) -> bool:
        """Whether water that flows for others may flow here too."""
        with self._lock:
            return node_order.may_be_open(self._order, self._mono())

    def _ordered(self, *, to_open: bool) -> float:
        now = self._mono()
        is_there = self._is_online and self._hub.trouble is None
        order = node_order.ordered(self._order, now, to_open=to_open)
        self._order = node_order.reached(order, now, is_there=is_there)
        return now

    def _hear_state(self, message: Message) -> None:
        """What the broker had kept is no answer to anything."""
        path = self._words.state.path
        said = word(message.payload, None if path is None else self._filled(path))
        if message.retained or said not in {self._words.on, self._words.off}:
            return
        with self._lock:
            self._is_online = True
            is_open = said == self._words.on
            self._order = node_order.heard(self._order, message.at, is_open=is_open)

    def _hear_whether_there(self, message: Message) -> None:
        said = word(message.payload, self._there.path)
        with self._lock:
            self._is_online = said != self._there.offline

    def _say(self, topic: str, payload: str, timer: str = "") -> None:
        self._hub.say(self._filled(topic), self._filled(payload, timer))

    def _filled(self, template: str, timer: str = "") -> str:
        output = self._table.output_name
        return filled(template, node=self._table.node, output=output, timer=timer)


class NodeValves:
    """All of a house, by zone."""

    def __init__(self, valves: Mapping[str, NodeValve]) -> None:
        self._valves = valves

    def trouble(self, zone: str) -> Fault | None:
        valve = self._valves.get(zone)
        return None if valve is None else valve.trouble()

    def may_be_open(self) -> frozenset[str]:
        """Zones through which water may flow, whoever opened them."""
        return frozenset(zone for zone, valve in self._valves.items() if valve.may_be_open())


NO_NODE_VALVES: Final = NodeValves({})
