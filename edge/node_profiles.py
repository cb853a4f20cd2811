"""What each kind of node says on which topic: data in `node_profiles.toml`, checked when read."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter

FILE: Final = Path(__file__).with_name("node_profiles.toml")

PLACES: Final = re.compile(r"\{(node|field|output|timer)\}")

NodeKind = Literal["tasmota", "esphome", "zigbee2mqtt"]
UnitName = Literal["percent", "counts", "volts"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A way in which nodes tell moisture, and what it becomes as whole counts."""

    per_unit: float
    """Counts that one of it makes."""
    least: float
    most: float
    """What a message may say at all."""
    rails: tuple[int, int]
    """Counts outside of these come from no living probe in soil."""
    whole: int | None = None
    """Counts of pure water, where the maker has calibrated; else two points are needed."""


UNITS: Final[Mapping[UnitName, Unit]] = {
    "percent": Unit(10.0, 0.0, 100.0, (10, 750), whole=1000),
    "counts": Unit(1.0, 0.0, 65_535.0, (40, 4_050)),
    "volts": Unit(1000.0, 0.0, 5.0, (50, 3_250)),
}
"""Counts are a node's own converter of 10 or 12 bits; volts become millivolts."""


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Place(_Data):
    """One value: its topic and, in a JSON payload, its path."""

    topic: str
    path: str | None = None


class Availability(Place):
    """Where a broker tells whether a node is there, and in which words."""

    online: str
    offline: str


class AirFields(_Data):
    """Which of its readings are those of the air."""

    temperature: str
    """°C."""
    humidity: str
    """Per cent."""


class ValveWords(_Data):
    """How a valve is opened for a time, shut, and heard."""

    output: str
    """Which of the node's outputs, where nobody says it."""
    open_topic: str
    open: str
    close_topic: str
    close: str
    timer_from: int = 0
    """What the node's own timer counts seconds from."""
    least_s: int = 1
    state: Place
    on: str
    off: str


class Profile(_Data):
    """One kind of firmware."""

    device: str
    source: str
    topic: str
    payload: Literal["number", "json"]
    field: str
    unit: UnitName
    air: AirFields
    battery: Place | None = None
    """Per cent."""
    availability: Availability
    valve: ValveWords


def filled(template: str, **values: str) -> str:
    """A topic or payload with its places filled; what fills them may hold anything."""
    return PLACES.sub(lambda place: values.get(place[1], place[0]), template)


def node_profile(kind: NodeKind) -> Profile:
    return node_profiles()[kind]


@cache
def node_profiles() -> Mapping[NodeKind, Profile]:
    """All profiles that are shipped."""
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return TypeAdapter(dict[NodeKind, Profile]).validate_python(table)
