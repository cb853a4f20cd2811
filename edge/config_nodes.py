"""Nodes on the farm's own broker in hardware.toml: the broker, and probes that speak by radio.

Knows how long a node may be silent before nobody believes it, and refuses a zone that cannot wait.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Final, Literal, NamedTuple
from urllib.parse import urlsplit

from pydantic import Field

from edge.config_section import Key, Loc, Problem, Section
from edge.node_profiles import UNITS, NodeKind, UnitName, filled, node_profile
from edge.probes import Calibration

SCHEMES: Final = frozenset({"mqtt", "mqtts"})
WILD: Final = frozenset("+#\0")
"""What a topic of one node cannot hold."""
LOST_ALLOWED: Final = 2.2
"""Reports of a node that must fit into `stale_s`: one of them lost, and a sleeper's clock late."""


class Nodes(Section):
    """The farm's own broker; its password lies in a file of its own."""

    url: str = "mqtt://127.0.0.1:1883"
    username: str | None = None
    password_file: str | None = None
    ca_file: str | None = None


class Spot(NamedTuple):
    """Where a node says one thing."""

    topic: str
    path: str | None
    """Inside a message of that topic; none: it is the message."""


FieldName = Annotated[
    str | None, Field(min_length=1, max_length=64, description="none: the profile's")
]


class OnNode(Section):
    """A sensor on a Tasmota, ESPHome or Zigbee node, which reports when it wakes."""

    key: Key
    kind: Literal["mqtt"]
    profile: NodeKind
    node: Annotated[
        str, Field(min_length=1, max_length=64, description="topic, prefix or friendly name")
    ]
    every_s: Annotated[float, Field(ge=10, le=900, description="s between two reports")]

    @property
    def least_patience_s(self) -> float:
        """One lost report must not silence it."""
        return LOST_ALLOWED * self.every_s

    def spot(self, field: str) -> Spot:
        """Where its readings of a field arrive."""
        profile = node_profile(self.profile)
        topic = filled(profile.topic, node=self.node, field=field)
        return Spot(topic, field if profile.payload == "json" else None)


class NodeAir(OnNode):
    """Air temperature in °C and humidity in per cent, or one of them, from a node."""

    temperature: FieldName = None
    humidity: FieldName = None

    @property
    def field_names(self) -> tuple[str, str]:
        usual = node_profile(self.profile).air
        return self.temperature or usual.temperature, self.humidity or usual.humidity

    @property
    def spots(self) -> tuple[Spot, Spot]:
        """Where temperature and humidity arrive."""
        temperature, humidity = self.field_names
        return self.spot(temperature), self.spot(humidity)


class NodeProbe(OnNode):
    """A soil probe on a node."""

    zone: Key
    field: FieldName = None
    unit: Annotated[UnitName | None, Field(description="none: the profile's")] = None
    dry_raw: Annotated[int | None, Field(ge=0, le=0xFFFF)] = None
    wet_raw: Annotated[int | None, Field(ge=0, le=0xFFFF)] = None
    dry_vwc: Annotated[float, Field(ge=0, lt=1)] = 0.0
    wet_vwc: Annotated[float, Field(gt=0, le=1)] = 0.5
    """Both counts left out, the maker's own calibration holds: only of per cent."""

    @property
    def field_name(self) -> str:
        return self.field or node_profile(self.profile).field

    @property
    def unit_name(self) -> UnitName:
        return self.unit or node_profile(self.profile).unit

    @property
    def field_names(self) -> tuple[str, ...]:
        return (self.field_name,)

    @property
    def spots(self) -> tuple[Spot, ...]:
        """Where its readings arrive."""
        return (self.spot(self.field_name),)

    @property
    def calibration(self) -> Calibration:
        """As it was measured, else the maker's."""
        unit = UNITS[self.unit_name]
        if self.dry_raw is not None and self.wet_raw is not None:
            points = self.dry_raw, self.wet_raw, self.dry_vwc, self.wet_vwc
            return Calibration(*points, *unit.rails)
        return Calibration(0, unit.whole or 1, 0.0, 1.0, *unit.rails)


class ValveNode(Section):
    """A zone's valve on a node, behind a wired pump or master valve."""

    profile: NodeKind
    node: Annotated[
        str, Field(min_length=1, max_length=64, description="topic, prefix or friendly name")
    ]
    output: Annotated[
        str | None, Field(max_length=32, description="which of the node's; none: the profile's")
    ] = None

    @property
    def output_name(self) -> str:
        usual = node_profile(self.profile).valve.output
        return usual if self.output is None else self.output


def valve_problems(
    zones: Sequence[tuple[Loc, ValveNode]], nodes: Nodes | None, *, has_pump: bool
) -> Iterator[Problem]:
    """Valves on nodes that nothing would shut, or that nobody hears."""
    seen: set[tuple[str, str, str]] = set()
    for loc, valve in zones:
        if not has_pump:
            reason = f"nothing wired stands before {valve.node}, which may be out of reach"
            fix = "add [pump], a pump or master valve on a pin, or wire this valve to a pin"
            yield Problem((*loc, "valve"), reason, fix)
        if nodes is None:
            fix = "add a [nodes] table with the url of the farm's broker"
            yield Problem((*loc, "valve"), "there is no [nodes]: nobody hears it", fix)
        for key, text in (("node", valve.node), ("output", valve.output_name)):
            if WILD & set(text):
                yield Problem((*loc, "valve", key), "+ and # stand for many nodes", "name one")
        place = valve.profile, valve.node, valve.output_name
        if place in seen:
            reason = f"{valve.node} opens another zone already"
            yield Problem((*loc, "valve"), reason, "name another node, or another output of it")
        seen.add(place)


def node_problems(
    sensors: Sequence[tuple[Loc, NodeProbe | NodeAir]],
    nodes: Nodes | None,
    stale_s: Mapping[str, float],
) -> Iterator[Problem]:
    """Nodes that cannot be heard; `stale_s` is each zone's patience with a silent probe."""
    if nodes is not None:
        yield from _broker_problems(nodes)
    seen: dict[Spot, str] = {}
    for loc, sensor in sensors:
        if nodes is None:
            fix = "add a [nodes] table with the url of the farm's broker"
            yield Problem((*loc, "kind"), "there is no [nodes]: nobody hears it", fix)
        if any(WILD & set(text) for text in (sensor.node, *sensor.field_names)):
            yield Problem((*loc, "node"), "+ and # stand for many nodes", "name one")
        for spot in sensor.spots:
            if spot in seen:
                reason = f"{sensor.node} is used twice, by {seen[spot]} as well"
                yield Problem((*loc, "node"), reason, "name another node, or another field of it")
            seen[spot] = sensor.key
        if isinstance(sensor, NodeProbe):
            yield from _probe_problems(loc, sensor)
            yield from _patience_problems(loc, sensor, stale_s.get(sensor.zone))


def _broker_problems(nodes: Nodes) -> Iterator[Problem]:
    if not _is_address(nodes.url):
        reason = f"{nodes.url} is no broker's address"
        yield Problem(("nodes", "url"), reason, "write mqtt://127.0.0.1:1883, or mqtts://")
    elif "@" in nodes.url:
        reason = "a login has no place in an address"
        fix = "use username, and password_file for a file that holds the password"
        yield Problem(("nodes", "url"), reason, fix)
    if nodes.password_file is not None and nodes.username is None:
        reason = "a password needs a username"
        yield Problem(("nodes", "password_file"), reason, "add username")


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number
        return False


def _probe_problems(loc: Loc, probe: NodeProbe) -> Iterator[Problem]:
    if (probe.dry_raw is None) is not (probe.wet_raw is None):
        yield Problem((*loc, "key"), "one of dry_raw and wet_raw is missing", "give both or none")
    elif probe.dry_raw is None and UNITS[probe.unit_name].whole is None:
        reason = f"{probe.unit_name} alone are no water content"
        fix = 'calibrate: give dry_raw and wet_raw, or unit = "percent" if it sends per cent'
        yield Problem((*loc, "kind"), reason, fix)
    elif probe.dry_raw is not None and probe.dry_raw == probe.wet_raw:
        reason = "dry_raw and wet_raw are the same"
        yield Problem((*loc, "wet_raw"), reason, "calibrate: read it at both points")


def _patience_problems(loc: Loc, probe: NodeProbe, stale_s: float | None) -> Iterator[Problem]:
    least = round(probe.least_patience_s)
    if stale_s is not None and stale_s < least:
        reason = (
            f"a report every {probe.every_s:g} s, and {probe.zone} believes nobody after "
            f"{stale_s:g} s: one lost report would silence it"
        )
        fix = f"set stale_s = {least:.1f} in [zones.tuning] of {probe.zone}, or report more often"
        yield Problem((*loc, "every_s"), reason, fix)
