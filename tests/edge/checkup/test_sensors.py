"""What the doctor says of every sensor on a bus."""

from pathlib import Path

import pytest

from edge.checkup import sensors
from edge.checkup.finding import Finding, Level
from edge.config import Hardware
from edge.config_buses import Wired
from edge.config_file import load
from edge.errors import SensorError
from edge.readings import Answer, Quantity, Reading
from tests.edge.fakes import BOARD
from wire.codes import SensorFault

MORE = """
[[rs485]]
key = "line1"

[[probes]]
key = "p3"
zone = "z2"
kind = "modbus"
rs485 = "line1"
profile = "jxct"

[[air]]
key = "air"
kind = "sht31"

[level]
kind = "ads1115"
channel = 0
empty_raw = 4000
full_raw = 20000
"""
GOOD: dict[str, Answer] = {
    "p1": {Quantity.MOISTURE: Reading(500, 1.61)},
    "p2": {Quantity.MOISTURE: Reading(400, 1.29)},
    "p3": {Quantity.MOISTURE: Reading(356, 0.356), Quantity.SOIL_C: Reading(271, 27.1)},
    "air": {Quantity.AIR_C: Reading(26_000, 24.4), Quantity.RH: Reading(40_000, 0.61)},
    "level": {Quantity.LEVEL: Reading(12_000, 1.5)},
}


class Device:
    """A sensor that says one thing, and notices that it was let go."""

    closed = 0

    def __init__(self, answer: Answer | SensorFault) -> None:
        self._answer = answer

    def read(self) -> Answer:
        if isinstance(self._answer, SensorFault):
            raise SensorError(self._answer, "nobody there")
        return self._answer

    def close(self) -> None:
        Device.closed += 1


@pytest.fixture
def hardware(tmp_path: Path) -> Hardware:
    (tmp_path / "hardware.toml").write_text(BOARD + MORE, encoding="utf-8")
    return load(tmp_path / "hardware.toml")


def heard(
    hardware: Hardware, *, agent_runs: bool = False, **changed: Answer | SensorFault
) -> dict[str, Finding]:
    answers = {**GOOD, **changed}

    def driver(table: Wired) -> Device:
        return Device(answers[table.key])

    keys = [*GOOD]
    return dict(zip(keys, sensors.heard(hardware, driver, agent_runs=agent_runs), strict=True))


def test_every_sensor_is_asked_and_let_go(hardware: Hardware) -> None:
    Device.closed = 0
    assert {finding.level for finding in heard(hardware).values()} == {Level.OK}
    assert Device.closed == len(GOOD)


def test_an_analogue_probe_is_told_in_percent_and_volts(hardware: Hardware) -> None:
    assert heard(hardware)["p1"].en == "p1: 25 % water, 1.61 V, counts 500."


@pytest.mark.parametrize("raw", [3, 1020])
def test_a_cut_or_shorted_probe_is_impossible(hardware: Hardware, raw: int) -> None:
    finding = heard(hardware, p1={Quantity.MOISTURE: Reading(raw, raw / 310)})["p1"]
    assert finding.code == "probe_impossible"


def test_a_digital_probe_tells_all_that_its_profile_knows(hardware: Hardware) -> None:
    assert heard(hardware)["p3"].en == "p3: 35.6 %, 27.1 °C (profile jxct)."


def test_a_value_beyond_the_device_casts_doubt_on_the_profile(hardware: Hardware) -> None:
    moist = Reading(356, 0.356)
    strange = {Quantity.MOISTURE: moist, Quantity.SOIL_C: Reading(3_000, 300.0)}
    finding = heard(hardware, p3=strange)["p3"]
    assert (finding.code, finding.level) == ("profile_doubtful", Level.LOOK)
    assert "300.0 °C" in finding.vi
    assert "jxct" in finding.vi


def test_a_level_is_told_as_a_share_of_the_tank(hardware: Hardware) -> None:
    assert heard(hardware)["level"].en == "level: 50 %, raw 12000."


def test_air_that_cannot_be_is_looked_at(hardware: Hardware) -> None:
    cold = {Quantity.AIR_C: Reading(0, -45.0), Quantity.RH: Reading(0, 0.0)}
    assert heard(hardware, air=cold)["air"].code == "sensor_strange"


@pytest.mark.parametrize(
    "fault", sorted(set(SensorFault) - {SensorFault.BUS_HUNG, SensorFault.INTERNAL})
)
def test_every_fault_of_a_driver_has_its_advice(hardware: Hardware, fault: SensorFault) -> None:
    finding = heard(hardware, air=fault)["air"]
    assert finding.level is Level.LOOK
    assert finding.vi.startswith("air: ")
    assert "nobody there" in finding.en


def test_a_serial_line_is_left_to_the_running_agent(hardware: Hardware) -> None:
    found = heard(hardware, agent_runs=True)
    assert [key for key, f in found.items() if f.code == "line_in_use"] == ["p3"]
    assert found["p3"].level is Level.OFF
