"""Whatever sparks make of an answer, no driver takes a wrong value for a right one, or crashes."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.errors import SensorError
from edge.hardware.ds18b20 import Ds18b20
from edge.hardware.i2c import I2cBus
from edge.hardware.modbus import ModbusLine, ModbusSensor
from edge.hardware.sht31 import Sht31
from edge.readings import Quantity
from edge.register_maps import register_map
from firmware_sim.i2c import Sht31Chip, SimI2c
from firmware_sim.modbus import Device, Port
from firmware_sim.one_wire import w1_slave

RIGHT = {0: 271, 1: 3560, 2: 1840}
MAP = register_map("infwin")


class NoisyPort(Port):
    """A line on which every answer is damaged in the same way."""

    def __init__(self, flips: dict[int, int], lost: int = 0) -> None:
        super().__init__("noisy", {1: Device(RIGHT)}.get)
        self._flips, self._lost = flips, lost

    def write(self, request: bytes) -> int:
        length = super().write(request)
        damaged = bytearray(self._answer)
        for place, bits in self._flips.items():
            damaged[place % len(damaged)] ^= bits
        self._answer = bytes(damaged[: len(damaged) - self._lost])
        return length


def moisture(port: Port) -> int:
    sensor = ModbusSensor(ModbusLine("noisy", 9600, lambda _port, _baud: port), 1, MAP)
    return sensor.read()[Quantity.MOISTURE].raw


@settings(max_examples=150, deadline=None)
@given(place=st.integers(0, 10), first=st.integers(0, 7), length=st.integers(1, 16))
def test_a_burst_of_up_to_16_bits_in_a_modbus_answer_is_noticed(
    place: int, first: int, length: int
) -> None:
    start = min(place * 8 + first, 88 - length)
    flips: dict[int, int] = {}
    for bit in (start, start + length - 1) if length > 1 else (start,):
        flips[bit // 8] = flips.get(bit // 8, 0) ^ 0x80 >> bit % 8
    with pytest.raises(SensorError):
        moisture(NoisyPort(flips))


@settings(max_examples=60, deadline=None)
@given(flips=st.dictionaries(st.integers(0, 10), st.integers(1, 255), max_size=11),
       lost=st.integers(0, 11))  # fmt: skip
def test_any_damage_of_a_modbus_answer_ends_in_an_answer_or_a_sensor_error(
    flips: dict[int, int], lost: int
) -> None:
    with suppress(SensorError):
        moisture(NoisyPort(flips, lost))


class NoisyChip(Sht31Chip):
    """A sensor of which one bit of every answer arrives flipped."""

    def __init__(self, bit: int) -> None:
        super().__init__(lambda: (31.5, 0.72))
        self._bit = bit

    def read(self, length: int) -> bytes:
        damaged = bytearray(super().read(length))
        damaged[self._bit // 8] ^= 1 << self._bit % 8
        return bytes(damaged)


@pytest.mark.parametrize("bit", range(48))
def test_every_single_bit_of_an_air_sensors_answer_is_guarded(bit: int) -> None:
    bus = I2cBus(1, lambda _number: SimI2c({0x44: NoisyChip(bit)}))
    with pytest.raises(SensorError):
        Sht31(bus, 0x44, lambda _seconds: None).read()


@given(text=st.text(max_size=120) | st.just(w1_slave(31.5)), cut=st.integers(0, 120))
def test_any_text_of_the_kernel_is_a_temperature_or_a_sensor_error(text: str, cut: int) -> None:
    with suppress(SensorError):
        answer = Ds18b20("28-0123456789ab", lambda _device: text[:cut]).read()
        assert set(answer) == {Quantity.AIR_C}
