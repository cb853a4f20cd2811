"""The sensors on nodes: heard when they speak, named when they are silent for too long.

Nobody asks them anything, so a silent one is never a bus that hangs. A reading that the broker
had kept is refused: it may be of last week.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from edge.bus_reader import Mono
from edge.config import Hardware
from edge.config_nodes import NodeAir, NodeProbe
from edge.node_hub import Hub
from edge.node_link import Message
from edge.node_payload import Unread, number, word
from edge.node_profiles import UNITS, filled, node_profile
from edge.readings import Answer, Failure, Quantity, Reading, Receipt
from wire.codes import SensorFault

MINUTE_S: Final = 60.0
AIR: Final = ((Quantity.AIR_C, 1.0), (Quantity.RH, 100.0))
"""What the two spots of an air sensor are, and how many of the node's units make one of ours."""
OnSensorNode = NodeProbe | NodeAir
FULL_BATTERY: Final = 100.0


@dataclass
class _Ear:
    table: OnSensorNode
    patience_s: float
    heard_at: float
    battery: float | None = None
    """Per cent, as last told."""
    is_offline: bool = False
    unread: Counter[Unread] = field(default_factory=Counter)
    """Messages since the last reading that said nothing."""


class NodeReader:
    """A bus reader that is spoken to."""

    def __init__(self, hardware: Hardware, hub: Hub, mono: Mono) -> None:
        self._hub, self._mono = hub, mono
        self._ears = {
            table.key: _Ear(table, patience_s, mono()) for table, patience_s in _patience(hardware)
        }
        self._receipts: list[Receipt] = []
        for ear in self._ears.values():
            self._attach(ear)

    @property
    def sensors(self) -> frozenset[str]:
        return frozenset(self._ears)

    def ask(self) -> None:
        """Nobody can be asked; but whoever is silent for too long is missed now."""
        self._hub.start()
        self._hub.carry()
        now = self._mono()
        for key, ear in self._ears.items():
            if now - ear.heard_at > ear.patience_s:
                failure = Failure(SensorFault.SILENT, self._why(ear, now))
                self._receipts.append(Receipt(key, now, failure))

    def take(self) -> list[Receipt]:
        self._hub.carry()
        receipts, self._receipts = self._receipts, []
        return receipts

    def charge(self) -> float | None:
        """A node that never told its charge has mains, or does not know it."""
        told = [ear.battery for ear in self._ears.values() if ear.battery is not None]
        return min(told, default=None)

    def close(self) -> None:
        self._hub.close()

    def _attach(self, ear: _Ear) -> None:
        table, profile = ear.table, node_profile(ear.table.profile)
        for topic in {spot.topic for spot in table.spots}:
            self._hub.listen(topic, partial(self._hear, ear))
        there = profile.availability
        self._hub.listen(
            filled(there.topic, node=table.node), partial(self._hear_whether_there, ear)
        )
        if profile.battery is not None:
            topic = filled(profile.battery.topic, node=table.node)
            self._hub.listen(topic, partial(self._hear_battery, ear))

    def _hear(self, ear: _Ear, message: Message) -> None:
        said = reading(ear.table, message)
        if isinstance(said, Unread):
            ear.unread[said] += 1
            return
        ear.heard_at, ear.is_offline = message.at, False
        ear.unread.clear()
        self._receipts.append(Receipt(ear.table.key, message.at, said))

    def _hear_whether_there(self, ear: _Ear, message: Message) -> None:
        there = node_profile(ear.table.profile).availability
        ear.is_offline = word(message.payload, there.path) == there.offline

    def _hear_battery(self, ear: _Ear, message: Message) -> None:
        place = node_profile(ear.table.profile).battery
        level = number(message.payload, None if place is None else place.path)
        if not isinstance(level, Unread) and 0.0 <= level <= FULL_BATTERY:
            ear.battery = level

    def _why(self, ear: _Ear, now: float) -> str:
        minutes = (now - ear.heard_at) / MINUTE_S
        parts = [f"node {ear.table.node}: no reading for {minutes:.0f} minutes"]
        if self._hub.trouble is not None:
            parts.append(self._hub.trouble)
        if ear.is_offline:
            parts.append("the broker has lost it")
        if ear.battery is not None:
            parts.append(f"battery {ear.battery:.0f} %")
        parts += [f"{count} messages {why}" for why, count in sorted(ear.unread.items())]
        return "; ".join(parts)


def _patience(hardware: Hardware) -> Iterator[tuple[OnSensorNode, float]]:
    """Each sensor, and for how long it may be silent."""
    for probe in hardware.node_probes:
        yield probe, hardware.zone(probe.zone).tuning.stale_s
    for air in hardware.node_air:
        yield air, air.least_patience_s


def reading(table: OnSensorNode, message: Message) -> Answer | Unread:
    """What a message says of a sensor's soil or air."""
    if message.retained:
        return Unread.RETAINED
    return told(table, message.topic, message.payload)


def told(table: OnSensorNode, topic: str, payload: bytes) -> Answer | Unread:
    """The same without a word on its age."""
    if isinstance(table, NodeAir):
        return _told_of_air(table, topic, payload)
    (spot,) = table.spots
    value, unit = number(payload, spot.path), UNITS[table.unit_name]
    if isinstance(value, Unread):
        return value
    if not unit.least <= value <= unit.most:
        return Unread.OUT_OF_RANGE
    return {Quantity.MOISTURE: Reading(round(value * unit.per_unit), value)}


def _told_of_air(table: NodeAir, topic: str, payload: bytes) -> Answer | Unread:
    """One of the two is enough: not every node measures both, or tells both at once."""
    answer: dict[Quantity, Reading] = {}
    why = Unread.NO_FIELD
    for spot, (quantity, units) in zip(table.spots, AIR, strict=True):
        if spot.topic != topic:
            continue
        value = number(payload, spot.path)
        if isinstance(value, Unread):
            why = value
        else:
            answer[quantity] = Reading(round(value), value / units)
    return answer or why
