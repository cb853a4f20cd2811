"""Sensors in hardware.toml: soil probes, air, light and tank level, and the buses they hang on.

Knows which keys a kind of sensor needs and which two sensors cannot be in one place.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import Discriminator, Field, StringConstraints, Tag

from edge.config_nodes import NodeAir, NodeProbe
from edge.config_section import Key, Loc, Positive, Problem, Section
from edge.probes import Calibration
from edge.readings import Quantity
from edge.register_maps import GENERIC, RegisterMap, register_map

SPI: Final = "spi0"
ONE_WIRE: Final = "one-wire"

Profile = Literal["jxct", "zts3001", "zts3000_ecws", "infwin", "epcb", "generic"]
Address = Annotated[int, Field(ge=1, le=247, description="Modbus address of the device")]
Fraction = Annotated[float, Field(ge=0, le=1)]


@dataclass(frozen=True)
class Converter:
    """An analogue converter: its channels, its top count and what a living sensor never leaves."""

    channels: int
    top: int
    rails: tuple[int, int]
    """Counts at 0.5 V and 2.9 V: below a broken wire on its pull-down, above a short."""


CONVERTERS: Final = {
    "mcp3008": Converter(8, 1023, (155, 899)),
    "ads1115": Converter(4, 32_767, (4_000, 23_200)),
}
"""The MCP3008 at 3.3 V; the ADS1115 at ±4.096 V, 0.125 mV a count."""


class Rs485(Section):
    """A serial line with Modbus probes; two wires, one pair for all of them."""

    key: Key
    port: str = "/dev/ttyUSB0"
    baud: Literal[2400, 4800, 9600, 19200, 38400, 57600, 115200] | None = None
    """Left out: what the probes' profile has from the factory."""


class OnConverter(Section):
    """What any sensor on an analogue converter has."""

    kind: Literal["mcp3008", "ads1115"] = "mcp3008"
    channel: Annotated[int, Field(ge=0, le=7)]
    i2c_bus: Annotated[int, Field(ge=0, le=20)] = 1
    address: Annotated[int, Field(ge=0x48, le=0x4B, description="I²C address, 72 to 75")] = 0x48

    @property
    def bus(self) -> str:
        return SPI if self.kind == "mcp3008" else f"i2c-{self.i2c_bus}"

    @property
    def place(self) -> tuple[object, ...]:
        """Two sensors cannot share it."""
        address = None if self.kind == "mcp3008" else self.address
        return self.bus, address, self.channel


class AnalogueProbe(OnConverter):
    """One capacitive probe: its counts in dry and in water-saturated substrate."""

    key: Key
    zone: Key
    dry_raw: Annotated[int, Field(ge=0, le=32_767, description="counts of the converter")]
    wet_raw: Annotated[int, Field(ge=0, le=32_767, description="counts of the converter")]
    dry_vwc: Annotated[float, Field(ge=0, lt=1)] = 0.0
    wet_vwc: Annotated[float, Field(gt=0, le=1)] = 0.5

    @property
    def calibration(self) -> Calibration:
        """As the file has it."""
        rails = CONVERTERS[self.kind].rails
        return Calibration(self.dry_raw, self.wet_raw, self.dry_vwc, self.wet_vwc, *rails)


class ModbusProbe(Section):
    """One digital probe on RS-485; a profile knows its registers, `generic` wants them here."""

    key: Key
    zone: Key
    kind: Literal["modbus"]
    rs485: Key
    address: Address = 1
    profile: Profile
    moisture_register: Annotated[int, Field(ge=0, le=0xFFFF)] | None = None
    counts_per_percent: Positive | None = None
    dry_raw: Annotated[int, Field(ge=0, le=0xFFFF)] | None = None
    wet_raw: Annotated[int, Field(ge=0, le=0xFFFF)] | None = None
    dry_vwc: Annotated[float, Field(ge=0, lt=1)] = 0.0
    wet_vwc: Annotated[float, Field(gt=0, le=1)] = 0.5
    """Left out, both counts, the maker's own calibration holds."""

    @property
    def bus(self) -> str:
        return self.rs485

    @property
    def place(self) -> tuple[object, ...]:
        return self.rs485, self.address

    @property
    def registers(self) -> RegisterMap:
        """Where to read what."""
        known = register_map(self.profile)
        if self.moisture_register is None or self.counts_per_percent is None:
            return known
        return known.with_moisture(self.moisture_register, 0.01 / self.counts_per_percent)

    @property
    def calibration(self) -> Calibration:
        """As it was measured; else the maker's, whose register counts water content straight."""
        place = self.registers.of(Quantity.MOISTURE)
        whole = round(1.0 / place.per_count)
        rails = round(place.least * whole), round(place.most * whole)
        if self.dry_raw is None or self.wet_raw is None:
            return Calibration(0, whole, 0.0, 1.0, *rails)
        return Calibration(self.dry_raw, self.wet_raw, self.dry_vwc, self.wet_vwc, *rails)


class Sht31(Section):
    """Air temperature and humidity on I²C; hang it in a white, ventilated shield."""

    key: Key
    kind: Literal["sht31"]
    i2c_bus: Annotated[int, Field(ge=0, le=20)] = 1
    address: Literal[0x44, 0x45] = 0x44

    @property
    def bus(self) -> str:
        return f"i2c-{self.i2c_bus}"

    @property
    def place(self) -> tuple[object, ...]:
        return self.bus, self.address


class Ds18b20(Section):
    """Air temperature by one wire; `id` as the kernel names it in /sys/bus/w1/devices."""

    key: Key
    kind: Literal["ds18b20"]
    id: Annotated[str, StringConstraints(pattern=r"^28-[0-9a-f]{12}$")]

    @property
    def bus(self) -> str:
        return ONE_WIRE

    @property
    def place(self) -> tuple[object, ...]:
        return self.bus, self.id


class ModbusAir(Section):
    """A weather transmitter on RS-485: temperature, humidity, radiation, whatever it has."""

    key: Key
    kind: Literal["modbus"]
    rs485: Key
    address: Address = 1
    profile: Literal["xy_md02", "rs_tbq"]

    @property
    def bus(self) -> str:
        return self.rs485

    @property
    def place(self) -> tuple[object, ...]:
        return self.rs485, self.address

    @property
    def registers(self) -> RegisterMap:
        return register_map(self.profile)


class Radiation(OnConverter):
    """A pyranometer on a converter: counts in the dark and at a known radiation."""

    key: Key = "radiation"
    dark_raw: Annotated[int, Field(ge=0, le=32_767)]
    bright_raw: Annotated[int, Field(ge=0, le=32_767)]
    bright_w_m2: Annotated[float, Field(gt=0, le=2000)] = 1000.0


class Level(OnConverter):
    """A pressure or ultrasonic sensor in the tank: counts when empty and when full."""

    key: Key = "level"
    empty_raw: Annotated[int, Field(ge=0, le=32_767)]
    full_raw: Annotated[int, Field(ge=0, le=32_767)]
    least: Annotated[Fraction, Field(description="share of the tank below which it is empty")] = (
        0.05
    )


def _kind(section: object) -> str:
    """The tag of a table, before it is validated and after."""
    if isinstance(section, dict):
        return str(section.get("kind", "mcp3008"))
    return str(getattr(section, "kind", "mcp3008"))


KINDS: Final = frozenset({*CONVERTERS, "modbus", "mqtt", "sht31", "ds18b20"})

Probe = Annotated[
    Annotated[AnalogueProbe, Tag("mcp3008")]
    | Annotated[AnalogueProbe, Tag("ads1115")]
    | Annotated[ModbusProbe, Tag("modbus")]
    | Annotated[NodeProbe, Tag("mqtt")],
    Discriminator(_kind),
]
"""A soil probe."""

Air = Annotated[Sht31 | Ds18b20 | ModbusAir | NodeAir, Field(discriminator="kind")]
"""A sensor of the air in the house."""

OnModbus = ModbusProbe | ModbusAir
Wired = AnalogueProbe | ModbusProbe | Sht31 | Ds18b20 | ModbusAir | Radiation | Level
"""Any sensor on a wire."""


def bus_problems(
    sensors: Sequence[tuple[Loc, Wired]], lines: Sequence[Rs485]
) -> Iterator[Problem]:
    """Sensors that cannot be where they are said to be."""
    yield from _repeated_keys(sensors, lines)
    yield from _repeated_places(sensors)
    for loc, sensor in sensors:
        if isinstance(sensor, OnModbus):
            yield from _modbus_problems(loc, sensor, lines)
        elif isinstance(sensor, OnConverter):
            yield from _converter_problems(loc, sensor)
    yield from _line_problems(sensors, lines)


def _repeated_keys(
    sensors: Sequence[tuple[Loc, Wired]], lines: Sequence[Rs485]
) -> Iterator[Problem]:
    named = [(loc, sensor.key) for loc, sensor in sensors]
    for own in (named, [(("rs485", n), line.key) for n, line in enumerate(lines)]):
        seen: set[str] = set()
        for loc, key in own:
            if key in seen:
                yield Problem((*loc, "key"), f"{key} is used twice", "rename one")
            seen.add(key)


def _repeated_places(sensors: Sequence[tuple[Loc, Wired]]) -> Iterator[Problem]:
    seen: dict[tuple[object, ...], str] = {}
    for loc, sensor in sensors:
        if sensor.place in seen:
            last = {ONE_WIRE: "id"}.get(sensor.bus, "address")
            key = "channel" if isinstance(sensor, OnConverter) else last
            reason = f"{sensor.place[-1]} is used twice, by {seen[sensor.place]} as well"
            yield Problem((*loc, key), reason, "use a free one")
        seen[sensor.place] = sensor.key


def _converter_problems(loc: Loc, sensor: OnConverter) -> Iterator[Problem]:
    converter = CONVERTERS[sensor.kind]
    if sensor.channel >= converter.channels:
        reason = f"{sensor.kind} has channels 0 to {converter.channels - 1}"
        yield Problem((*loc, "channel"), reason, "use one of them")
    points = {key: raw for key, raw in sensor if key.endswith("_raw")}
    for key, raw in points.items():
        if raw > converter.top:
            reason = f"{raw} is more than {sensor.kind} counts, {converter.top} at most"
            yield Problem((*loc, key), reason, "calibrate it on this converter")
    if len(set(points.values())) < len(points):
        reason = f"{' and '.join(points)} are the same"
        yield Problem((*loc, [*points][-1]), reason, "calibrate: read it at both points")


def _modbus_problems(loc: Loc, sensor: OnModbus, lines: Sequence[Rs485]) -> Iterator[Problem]:
    known = ", ".join(line.key for line in lines)
    if sensor.rs485 not in {line.key for line in lines}:
        fix = f"use one of {known}" if known else "add an [[rs485]] table with this key"
        yield Problem((*loc, "rs485"), f"there is no line {sensor.rs485}", fix)
    if not isinstance(sensor, ModbusProbe):
        return
    if (sensor.dry_raw is None) is not (sensor.wet_raw is None):
        yield Problem((*loc, "key"), "one of dry_raw and wet_raw is missing", "give both or none")
    elif sensor.dry_raw is not None and sensor.dry_raw == sensor.wet_raw:
        reason = "dry_raw and wet_raw are the same"
        yield Problem((*loc, "wet_raw"), reason, "calibrate: read it at both points")
    own = (sensor.moisture_register, sensor.counts_per_percent)
    if sensor.profile == GENERIC and None in own:
        reason = "a generic probe needs moisture_register and counts_per_percent"
        yield Problem((*loc, "profile"), reason, "take both from its manual")
    if sensor.profile != GENERIC and own != (None, None):
        reason = f"profile {sensor.profile} knows moisture_register and counts_per_percent"
        yield Problem((*loc, "profile"), reason, 'remove both keys, or use profile = "generic"')


def _line_problems(
    sensors: Sequence[tuple[Loc, Wired]], lines: Sequence[Rs485]
) -> Iterator[Problem]:
    for number, line in enumerate(lines):
        on_it = [s for _, s in sensors if isinstance(s, OnModbus) and s.rs485 == line.key]
        bauds = {sensor.registers.baud for sensor in on_it}
        if line.baud is None and len(bauds) > 1:
            reason = f"its sensors come with {' and '.join(map(str, sorted(bauds)))} baud"
            fix = "set all sensors to one, and write it here as baud"
            yield Problem(("rs485", number, "key"), reason, fix)
