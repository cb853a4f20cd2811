"""The ADS1115 and the SHT31 on a bus that is right, and on one that is not."""

from dataclasses import dataclass, field

import pytest
import smbus2

from edge.errors import SensorError
from edge.hardware.ads1115 import Ads1115
from edge.hardware.i2c import I2cBus, open_i2c
from edge.hardware.sht31 import Sht31, crc8
from edge.readings import Answer, Quantity
from firmware_sim.i2c import Ads1115Chip, Sht31Chip, SimI2c
from wire.codes import SensorFault

ADS, SHT = 0x48, 0x44


@dataclass
class Wires:
    """One bus with both chips, and the drivers of both."""

    volts: dict[int, float] = field(default_factory=lambda: {0: 1.25, 1: 2.0, 2: -0.1, 3: 5.0})
    air: tuple[float, float] = (31.5, 0.72)
    opened: int = 0
    paused: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ads = Ads1115Chip(self.volts.__getitem__)
        self.sht = Sht31Chip(lambda: self.air)
        self.i2c = SimI2c({ADS: self.ads, SHT: self.sht})
        self.bus = I2cBus(1, self.open)

    def open(self, number: int) -> SimI2c:
        assert number == 1
        self.opened += 1
        return self.i2c

    def channel(self, number: int) -> Ads1115:
        return Ads1115(self.bus, ADS, number, Quantity.MOISTURE, self.paused.append)

    def thermometer(self) -> Sht31:
        return Sht31(self.bus, SHT, self.paused.append)

    def readers(self) -> tuple[Ads1115, Sht31]:
        return self.channel(0), self.thermometer()


@pytest.fixture
def wires() -> Wires:
    return Wires()


def fault_of(sensor: Ads1115 | Sht31) -> SensorFault:
    with pytest.raises(SensorError) as refusal:
        sensor.read()
    return refusal.value.fault


def volts(answer: Answer) -> float:
    return answer[Quantity.MOISTURE].value


def test_every_channel_of_a_converter_is_its_own(wires: Wires) -> None:
    one, two = wires.channel(0), wires.channel(1)
    assert one.read()[Quantity.MOISTURE].raw == 10_000
    assert volts(two.read()) == pytest.approx(2.0, abs=2e-4)
    assert volts(one.read()) == pytest.approx(1.25, abs=2e-4)


def test_a_floating_input_may_be_a_little_below_zero(wires: Wires) -> None:
    assert wires.channel(2).read()[Quantity.MOISTURE].raw == -800


def test_an_input_beyond_the_range_reads_as_its_end(wires: Wires) -> None:
    assert wires.channel(3).read()[Quantity.MOISTURE].raw == 32_767


def test_a_conversion_is_waited_for(wires: Wires) -> None:
    wires.ads.busy_reads = 3
    assert volts(wires.channel(0).read()) == pytest.approx(1.25, abs=2e-4)
    assert wires.paused == [0.008] * 4


def test_a_conversion_that_never_ends_is_given_up(wires: Wires) -> None:
    wires.ads.busy_reads = 1000
    assert fault_of(wires.channel(0)) is SensorFault.SILENT


def test_another_chip_at_the_address_is_noticed() -> None:
    class Stranger:
        def write(self, message: bytes) -> None:
            assert message

        def read(self, length: int) -> bytes:
            return b"\xff" * length

    bus = I2cBus(1, lambda _number: SimI2c({ADS: Stranger()}))
    driver = Ads1115(bus, ADS, 0, Quantity.MOISTURE, lambda _seconds: None)
    assert fault_of(driver) is SensorFault.GARBLED


@pytest.mark.parametrize("air", [(31.5, 0.72), (-5.25, 0.05), (60.0, 1.0)])
def test_air_is_told_in_celsius_and_as_a_fraction(wires: Wires, air: tuple[float, float]) -> None:
    wires.air = air
    answer = wires.thermometer().read()
    assert answer[Quantity.AIR_C].value == pytest.approx(air[0], abs=0.002)
    assert answer[Quantity.RH].value == pytest.approx(air[1], abs=1e-5)


def test_a_flipped_bit_is_not_believed(wires: Wires) -> None:
    wires.sht.garbled = True
    assert fault_of(wires.thermometer()) is SensorFault.GARBLED


def test_the_checksum_is_the_datasheets() -> None:
    assert crc8(b"\xbe\xef") == 0x92


def test_a_device_that_is_not_there_is_silent_and_the_bus_stays_open(wires: Wires) -> None:
    wires.i2c.absent = {ADS, SHT}
    for sensor in wires.readers():
        assert fault_of(sensor) is SensorFault.SILENT
    wires.i2c.absent = {ADS}
    assert wires.thermometer().read()
    assert wires.opened == 1


def test_a_bus_held_low_is_opened_anew_when_it_is_free(wires: Wires) -> None:
    wires.i2c.stuck = True
    for sensor in wires.readers():
        assert fault_of(sensor) is SensorFault.SILENT
    wires.i2c.stuck = False
    assert wires.thermometer().read()
    assert wires.opened == 3


def test_a_machine_without_the_bus_says_what_to_switch_on() -> None:
    driver = Sht31(I2cBus(99, open_i2c), SHT, lambda _seconds: None)
    with pytest.raises(SensorError, match="dtparam=i2c_arm=on") as refusal:
        driver.read()
    assert refusal.value.fault is SensorFault.BUS_MISSING
    driver.close()


def test_a_bus_that_fails_otherwise_is_not_there_and_is_opened_anew(wires: Wires) -> None:
    wires.thermometer().read()
    wires.i2c.unplugged = True
    for sensor in wires.readers():
        assert fault_of(sensor) is SensorFault.BUS_MISSING
    wires.i2c.unplugged = False
    assert wires.thermometer().read()
    assert wires.opened == 3


def test_two_devices_are_spoken_to_in_plain_writes_as_well(wires: Wires) -> None:
    message = smbus2.i2c_msg.write(ADS, [1])
    wires.i2c.i2c_rdwr(message)
    assert wires.ads.read(2) == (0x8583).to_bytes(2)
