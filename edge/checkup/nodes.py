"""The nodes: whether the farm's broker lets us in, and what it knows of each of them.

Battery nodes sleep: one that says nothing while the doctor listens is told, not blamed.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from typing import Final

from edge.checkup.finding import Finding, look, off, ok
from edge.checkup.sensors import spoken
from edge.config import Hardware
from edge.config_nodes import NodeAir, ValveNode
from edge.gauges import is_plausible
from edge.node_link import Link, Message, OpenLink
from edge.node_payload import Unread, word
from edge.node_profiles import filled, node_profile
from edge.node_reader import OnSensorNode, told
from edge.readings import Answer, Quantity

LOOKS: Final = 20
EVERY_S: Final = 0.25
"""Five seconds: what a broker has kept comes in the first of them."""

Wait = Callable[[float], object]


def heard(
    hardware: Hardware, open_link: OpenLink, mono: Callable[[], float], wait: Wait
) -> Iterator[Finding]:
    """The broker, then each sensor by the newest message about it."""
    if hardware.nodes is None:
        return
    sensors: tuple[OnSensorNode, ...] = (*hardware.node_probes, *hardware.node_air)
    topics = {topic for sensor in sensors for topic in (*_topics(sensor), _there(sensor))}
    topics |= {_there(valve) for valve in hardware.node_valves.values()}
    with closing(open_link(hardware.nodes, mono)) as link:
        newest = _listen(link, frozenset(topics), wait)
        trouble = link.trouble
    if trouble is not None:
        yield look("nodes_broker_away", url=hardware.nodes.url, why=trouble)
        return
    yield ok("nodes_broker", url=hardware.nodes.url)
    for sensor in sensors:
        yield _judged(sensor, newest)
    for zone, valve in hardware.node_valves.items():
        yield _valve(zone, valve, newest)


def _listen(link: Link, topics: frozenset[str], wait: Wait) -> dict[str, Message]:
    newest: dict[str, Message] = {}
    for _ in range(LOOKS):
        link.start(topics)
        wait(EVERY_S)
        newest |= {message.topic: message for message in link.take()}
        if newest.keys() >= topics:
            break
    return newest


def _judged(sensor: OnSensorNode, newest: Mapping[str, Message]) -> Finding:
    facts = {"sensor": sensor.key, "node": sensor.node}
    messages = [newest[topic] for topic in _topics(sensor) if topic in newest]
    topic = ", ".join(_topics(sensor))
    if _is_there(sensor, newest) is False:
        return look("node_offline", **facts)
    if not messages:
        return off("node_quiet", every=f"{sensor.every_s / 60:g}", topic=topic, **facts)
    answers = [told(sensor, message.topic, message.payload) for message in messages]
    unread = next((answer for answer in answers if isinstance(answer, Unread)), None)
    if unread is not None:
        return look("node_unread", topic=topic, why=unread.value, **facts)
    readings = {q: r for a in answers if not isinstance(a, Unread) for q, r in a.items()}
    says = _says(sensor, readings)
    if not _is_likely(sensor, readings):
        return look("node_strange", says=says, **facts)
    code = "node_said" if any(message.retained for message in messages) else "node_says"
    raw = ", ".join(str(reading.raw) for reading in readings.values())
    return ok(code, says=says, raw=raw, **facts)


def _is_likely(sensor: OnSensorNode, readings: Answer) -> bool:
    if isinstance(sensor, NodeAir):
        return all(is_plausible(quantity, said.value) for quantity, said in readings.items())
    rails = sensor.calibration
    return rails.low_raw <= readings[Quantity.MOISTURE].raw <= rails.high_raw


def _topics(sensor: OnSensorNode) -> list[str]:
    return list(dict.fromkeys(spot.topic for spot in sensor.spots))


def _valve(zone: str, valve: ValveNode, newest: Mapping[str, Message]) -> Finding:
    facts = {"zone": zone, "node": valve.node}
    is_there = _is_there(valve, newest)
    if is_there is None:
        return off("valve_node_unknown", topic=_there(valve), **facts)
    return ok("valve_node", **facts) if is_there else look("valve_node_offline", **facts)


def _is_there(table: OnSensorNode | ValveNode, newest: Mapping[str, Message]) -> bool | None:
    """What the broker knows of its being there; None where it was told nothing."""
    message = newest.get(_there(table))
    words = node_profile(table.profile).availability
    return None if message is None else word(message.payload, words.path) != words.offline


def _says(sensor: OnSensorNode, readings: Answer) -> str:
    if isinstance(sensor, NodeAir):
        return spoken({quantity: said.value for quantity, said in readings.items()})
    value = readings[Quantity.MOISTURE].value
    if sensor.unit_name == "percent":
        return spoken({Quantity.MOISTURE: value / 100.0})
    return f"{value:g} {sensor.unit_name}"


def _there(table: OnSensorNode | ValveNode) -> str:
    return filled(node_profile(table.profile).availability.topic, node=table.node)
