"""Sensors in hardware.toml: each kind has its keys, and a wrong one is named with line and fix."""

from pathlib import Path

import pytest

from edge.config import Hardware
from edge.config_buses import CONVERTERS, ModbusProbe
from edge.config_file import load
from edge.errors import ConfigError
from edge.probes import RAIL_HIGH, RAIL_LOW, Calibration
from tests.edge.fakes import BOARD

SENSORS = """
[[rs485]]
key = "line1"
port = "/dev/ttyUSB0"

[[probes]]
key = "p3"
zone = "z2"
kind = "ads1115"
address = 0x49
channel = 1
dry_raw = 18400
wet_raw = 7200
wet_vwc = 0.55

[[probes]]
key = "p4"
zone = "z2"
kind = "modbus"
rs485 = "line1"
profile = "jxct"

[[probes]]
key = "p5"
zone = "z2"
kind = "modbus"
rs485 = "line1"
address = 5
profile = "generic"
moisture_register = 0x0102
counts_per_percent = 100.0

[[air]]
key = "shade"
kind = "sht31"

[[air]]
key = "roof"
kind = "ds18b20"
id = "28-0123456789ab"

[[air]]
key = "door"
kind = "modbus"
rs485 = "line1"
address = 6
profile = "xy_md02"

[radiation]
channel = 7
dark_raw = 0
bright_raw = 900

[level]
kind = "ads1115"
channel = 3
empty_raw = 4000
full_raw = 20000
least = 0.1
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "hardware.toml"
    path.write_text(BOARD + SENSORS, encoding="utf-8")
    return path


@pytest.fixture
def hardware(file: Path) -> Hardware:
    return load(file)


def points(hardware: Hardware, key: str) -> Calibration:
    return next(probe.calibration for probe in hardware.probes if probe.key == key)


def test_every_kind_of_sensor_has_its_table(hardware: Hardware) -> None:
    assert [probe.kind for probe in hardware.probes_of("z2")] == ["ads1115", "modbus", "modbus"]
    assert [sensor.kind for sensor in hardware.air] == ["sht31", "ds18b20", "modbus"]


def test_counts_are_judged_by_the_rails_of_their_own_converter(hardware: Hardware) -> None:
    assert points(hardware, "p1") == Calibration(700, 300, 0.0, 0.5, RAIL_LOW, RAIL_HIGH)
    assert points(hardware, "p3") == Calibration(18_400, 7_200, 0.0, 0.55, 4_000, 23_200)


@pytest.mark.parametrize(("kind", "full_scale"), [("mcp3008", 3.3), ("ads1115", 4.096)])
def test_the_rails_are_half_a_volt_and_2_9(kind: str, full_scale: float) -> None:
    converter = CONVERTERS[kind]
    low, high = (raw / converter.top * full_scale for raw in converter.rails)
    assert low == pytest.approx(0.5, abs=0.002)
    assert high == pytest.approx(2.9, abs=0.001)


def test_a_digital_probe_comes_calibrated(hardware: Hardware) -> None:
    assert points(hardware, "p4") == Calibration(0, 1000, 0.0, 1.0, 10, 750)


def test_a_generic_probe_is_described_in_the_file(hardware: Hardware) -> None:
    (probe,) = [p for p in hardware.probes if p.key == "p5"]
    assert isinstance(probe, ModbusProbe)
    assert [(r.number, r.per_count) for r in probe.registers.registers] == [(0x102, 0.0001)]


# what is wrong: text replaced, its replacement, the key that is told, the line that is told
WRONG = {
    "no such kind": ('kind = "sht31"', 'kind = "dht22"', "air.0", "[[air]]"),
    "no such probe": ('kind = "ads1115"\naddress', 'kind = "hx711"\naddress', "probes.2", "[["),
    "key of another kind": ('key = "shade"', 'key = "shade"\nid = "x"', "air.0.id", 'id = "x"'),
    "no such line": ('rs485 = "line1"', 'rs485 = "line2"', "probes.3.rs485", "line2"),
    "no such profile": ('"jxct"', '"jxtc"', "probes.3.profile", "jxtc"),
    "an address twice": ("address = 5", "address = 1", "probes.4.address", "address = 1"),
    "an address across tables": ("address = 6", "address = 5", "air.2.address", "address = 5"),
    "a key twice": ('key = "shade"', 'key = "p4"', "air.0.key", 'key = "p4"'),
    "a channel twice": ("channel = 7", "channel = 0", "radiation.channel", "channel = 0"),
    "a channel too high": ("channel = 3", "channel = 4", "level.channel", "channel = 4"),
    "counts too high": ("bright_raw = 900", "bright_raw = 1024", "radiation.bright_raw", "1024"),
    "points the same": ("full_raw = 20000", "full_raw = 4000", "level.full_raw", "full_raw"),
    "generic unfinished": ("counts_per_percent = 100.0", "", "probes.4.profile", "generic"),
    "profile overruled": ('"jxct"', '"jxct"\nmoisture_register = 3', "probes.3.profile", "jxct"),
    "two speeds": ('"jxct"', '"zts3001"', "rs485.0.key", "line1"),
    "a pin of the bus": ("pin = 5", "pin = 2", "pump.pin", "pin = 2"),
    "one point only": ('"jxct"', '"jxct"\ndry_raw = 80', "probes.3.key", 'key = "p4"'),
    "both points one": (
        '"jxct"',
        '"jxct"\ndry_raw = 80\nwet_raw = 80',
        "probes.3.wet_raw",
        "wet_raw = 80",
    ),
    "not an id": ("28-0123", "10-0123", "air.1.id", "10-0123"),
    "not an address": ("address = 0x49", "address = 0x50", "probes.2.address", "0x50"),
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_wrong_key_names_file_line_key_and_fix(fault: str, file: Path) -> None:
    old, new, key, line = WRONG[fault]
    text = (BOARD + SENSORS).replace(old, new, 1)
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as refusal:
        load(file)
    told = str(refusal.value)
    assert told.startswith(f"{file}:{refusal.value.line}: {key}: ")
    assert line in text.splitlines()[(refusal.value.line or 0) - 1]
    assert "Fix: " in told


def test_a_line_with_a_speed_of_its_own_may_carry_probes_of_all_kinds(file: Path) -> None:
    text = (
        (BOARD + SENSORS).replace('"jxct"', '"zts3001"').replace("port =", "baud = 9600\nport =")
    )
    file.write_text(text, encoding="utf-8")
    assert load(file).rs485[0].baud == 9600
