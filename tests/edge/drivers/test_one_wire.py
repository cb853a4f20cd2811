"""The DS18B20 through files as the kernel writes them."""

from functools import partial
from pathlib import Path

import pytest

from edge.errors import SensorError
from edge.hardware.ds18b20 import Ds18b20, decode, read_w1_slave
from edge.readings import Quantity
from firmware_sim.one_wire import OneWire, crc8
from wire.codes import SensorFault

ID = "28-0123456789ab"


@pytest.fixture
def bus(tmp_path: Path) -> OneWire:
    return OneWire(tmp_path)


def sensor(bus: OneWire) -> Ds18b20:
    return Ds18b20(ID, partial(read_w1_slave, folder=bus.folder))


def fault_of(bus: OneWire) -> tuple[SensorFault, str]:
    with pytest.raises(SensorError) as refusal:
        sensor(bus).read()
    return refusal.value.fault, str(refusal.value)


@pytest.mark.parametrize("celsius", [31.5, 0.0, -10.125, 84.9375, 85.0625])
def test_a_temperature_is_told(bus: OneWire, celsius: float) -> None:
    bus.say(ID, celsius)
    thermometer = sensor(bus)
    assert thermometer.read()[Quantity.AIR_C].value == pytest.approx(celsius, abs=0.001)
    thermometer.close()


@pytest.mark.parametrize(("celsius", "advice"), [(85.0, "supply"), (-127.0, "wires")])
def test_a_value_that_means_a_fault_is_no_temperature(
    bus: OneWire, celsius: float, advice: str
) -> None:
    bus.say(ID, celsius)
    fault, why = fault_of(bus)
    assert fault is SensorFault.IMPLAUSIBLE
    assert advice in why


def test_a_short_to_ground_is_not_zero_degrees(bus: OneWire) -> None:
    bus.short(ID)
    assert "YES" in (bus.folder / ID / "w1_slave").read_text()
    assert fault_of(bus)[0] is SensorFault.IMPLAUSIBLE


def test_a_wrong_checksum_is_not_believed(bus: OneWire) -> None:
    bus.garble(ID)
    assert fault_of(bus)[0] is SensorFault.GARBLED


def test_half_a_file_is_not_believed() -> None:
    with pytest.raises(SensorError):
        decode("50 05 4b 46 7f ff 0c 10 1c : crc=1c YES\n")


def test_an_unplugged_sensor_is_silent(bus: OneWire) -> None:
    bus.say("28-ffffffffffff", 20.0)
    fault, why = fault_of(bus)
    assert fault is SensorFault.SILENT
    assert ID in why


def test_a_kernel_that_reads_nothing_is_silence(bus: OneWire) -> None:
    (bus.folder / ID / "w1_slave").mkdir(parents=True)  # reading a folder fails as a wire does
    assert fault_of(bus)[0] is SensorFault.SILENT


def test_a_machine_without_the_bus_says_what_to_switch_on(tmp_path: Path) -> None:
    fault, why = fault_of(OneWire(tmp_path / "none"))
    assert fault is SensorFault.BUS_MISSING
    assert "dtoverlay=w1-gpio" in why


def test_the_checksum_is_the_makers() -> None:
    assert crc8(bytes.fromhex("5005 4b46 7fff 0c10")) == 0x1C  # 85.0 °C of the datasheet
