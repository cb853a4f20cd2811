"""What hangs on which pin and the hard bounds nobody can raise from afar: hardware.toml's shape.

Knows the relations between keys as well as each key; reading the file is `edge.config_file`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

MAX_LEASE_S: Final = 600
"""No valve stays open longer in one lease: a burst pipe costs one pulse, not a night."""
MAX_PROBES: Final = 4
"""Probes of one zone: the wire has `vwc_1` to `vwc_4`."""
SPI_PINS: Final = frozenset({8, 9, 10, 11})
"""SPI0 with chip select 0, where the MCP3008 sits."""

Gpio = Annotated[int, Field(ge=0, le=27, description="BCM number of a pin on the 40-pin header")]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,15}$")]
Raw = Annotated[int, Field(ge=0, le=1023, description="counts of the 10-bit converter")]
Positive = Annotated[float, Field(gt=0)]

Loc = tuple[int | str, ...]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)


class Pump(_Section):
    """The pump or master valve: runs exactly while a zone is open."""

    pin: Gpio
    active_high: bool = True


class FlowMeter(_Section):
    """A pulse meter behind the pump; calibrate `pulses_per_litre` with a bucket."""

    pin: Gpio
    pulses_per_litre: Positive = 450.0


class Tank(_Section):
    """A float switch wired normally closed: a cut wire reads as an empty tank."""

    pin: Gpio


class Zone(_Section):
    """One valve and the bounds of every dose through it."""

    key: Key
    pin: Gpio
    active_high: bool = True
    flow_lph: Positive
    plants: Annotated[int, Field(ge=1, le=100_000)]
    max_lease_s: Annotated[float, Field(gt=0, le=MAX_LEASE_S)] = float(MAX_LEASE_S)
    max_lease_l: Positive
    day_budget_l: Positive
    medium: Literal["soil", "coir"] = "coir"


class Probe(_Section):
    """One capacitive probe: its counts in dry and in water-saturated substrate."""

    key: Key
    zone: Key
    kind: Literal["mcp3008"] = "mcp3008"
    channel: Annotated[int, Field(ge=0, le=7)]
    dry_raw: Raw
    wet_raw: Raw
    dry_vwc: Annotated[float, Field(ge=0, lt=1)] = 0.0
    wet_vwc: Annotated[float, Field(gt=0, le=1)] = 0.5


class Hardware(_Section):
    """The whole board."""

    board: Literal["raspberry-pi"] = "raspberry-pi"
    max_open: Annotated[int, Field(ge=1, le=8)] = 1
    pump: Pump | None = None
    flow: FlowMeter | None = None
    tank: Tank | None = None
    zones: Annotated[tuple[Zone, ...], Field(min_length=1, max_length=16)]
    probes: Annotated[tuple[Probe, ...], Field(max_length=8)] = ()

    def zone(self, key: str) -> Zone:
        return next(zone for zone in self.zones if zone.key == key)

    def probes_of(self, zone: str) -> tuple[Probe, ...]:
        return tuple(probe for probe in self.probes if probe.zone == zone)


@dataclass(frozen=True)
class Problem:
    """A relation between keys that cannot be: where, why and what to do."""

    loc: Loc
    reason: str
    fix: str


def problems(hardware: Hardware) -> Iterator[Problem]:
    """Everything wrong with a file whose single keys are all right."""
    yield from _repeated_pins(hardware)
    yield from _zone_problems(hardware)
    yield from _probe_problems(hardware)


def pins(hardware: Hardware) -> Iterator[tuple[Loc, int]]:
    """Every claimed pin and the key that claims it."""
    for name, device in (
        ("pump", hardware.pump),
        ("flow", hardware.flow),
        ("tank", hardware.tank),
    ):
        if device is not None:
            yield (name, "pin"), device.pin
    for number, zone in enumerate(hardware.zones):
        yield ("zones", number, "pin"), zone.pin


def _repeated_pins(hardware: Hardware) -> Iterator[Problem]:
    seen: dict[int, Loc] = {}
    for loc, pin in pins(hardware):
        if pin in seen:
            other = ".".join(map(str, seen[pin]))
            yield Problem(loc, f"pin {pin} is already used by {other}", "wire it to another pin")
        if hardware.probes and pin in SPI_PINS:
            yield Problem(loc, f"pin {pin} belongs to the probes' converter", "use another pin")
        seen[pin] = loc


def _zone_problems(hardware: Hardware) -> Iterator[Problem]:
    if hardware.max_open > len(hardware.zones):
        yield Problem(("max_open",), "is more than there are zones", "set it to 1")
    keys = [zone.key for zone in hardware.zones]
    for number, zone in enumerate(hardware.zones):
        if zone.key in keys[:number]:
            yield Problem(("zones", number, "key"), f"{zone.key} is used twice", "rename one")
        if zone.max_lease_l > zone.day_budget_l:
            reason = f"{zone.max_lease_l} L in one dose is more than the day's {zone.day_budget_l}"
            yield Problem(("zones", number, "max_lease_l"), reason, "lower it to day_budget_l")
        probes = len(hardware.probes_of(zone.key))
        if probes > MAX_PROBES:
            reason = f"{probes} probes in {zone.key}, at most {MAX_PROBES}"
            yield Problem(("zones", number, "key"), reason, "split the zone")


def _probe_problems(hardware: Hardware) -> Iterator[Problem]:
    zones = {zone.key for zone in hardware.zones}
    for number, probe in enumerate(hardware.probes):
        before = hardware.probes[:number]
        here: Loc = ("probes", number)
        if probe.key in {other.key for other in before}:
            yield Problem((*here, "key"), f"{probe.key} is used twice", "rename one")
        if probe.channel in {other.channel for other in before}:
            yield Problem((*here, "channel"), f"{probe.channel} is used twice", "use a free one")
        if probe.zone not in zones:
            known = ", ".join(sorted(zones))
            yield Problem((*here, "zone"), f"there is no zone {probe.zone}", f"use one of {known}")
        if probe.dry_raw == probe.wet_raw:
            reason = "dry_raw and wet_raw are the same"
            yield Problem((*here, "wet_raw"), reason, "calibrate: read it in air, then in water")
        if probe.dry_vwc >= probe.wet_vwc:
            reason = "dry_vwc must be below wet_vwc"
            yield Problem((*here, "dry_vwc"), reason, "swap the two")
