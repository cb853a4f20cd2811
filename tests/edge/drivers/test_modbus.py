"""Real minimalmodbus against devices at the far end of a pseudo-terminal."""

from collections.abc import Callable, Iterator

import pytest

from edge.errors import SensorError
from edge.hardware.modbus import ModbusLine, ModbusSensor, SerialPort, open_serial
from edge.readings import Answer, Quantity
from edge.register_maps import profiles, register_map
from firmware_sim.modbus import Device, Line, LineFault, crc16, reply
from wire.codes import SensorFault

# profile: registers as the maker's manual has them, and what they mean
PROBES: dict[str, tuple[dict[int, int], dict[Quantity, float]]] = {
    "jxct": (
        {0x06: 652, 0x12: 356, 0x13: 0xFFDD, 0x15: 1840},
        {
            Quantity.PH: 6.52,
            Quantity.MOISTURE: 0.356,
            Quantity.SOIL_C: -3.5,
            Quantity.EC: 1840,
        },
    ),
    "zts3001": (
        {0: 356, 1: 271, 2: 1840, 3: 65},
        {Quantity.MOISTURE: 0.356, Quantity.SOIL_C: 27.1, Quantity.EC: 1840, Quantity.PH: 6.5},
    ),
    "zts3000_ecws": (
        {0: 356, 1: 271, 2: 1840},
        {Quantity.MOISTURE: 0.356, Quantity.SOIL_C: 27.1, Quantity.EC: 1840},
    ),
    "infwin": (
        {0: 2710, 1: 3560, 2: 1840},
        {Quantity.MOISTURE: 0.356, Quantity.SOIL_C: 27.1, Quantity.EC: 1840},
    ),
    "epcb": (
        {0x12: 356, 0x13: 271, 0x15: 1840},
        {Quantity.MOISTURE: 0.356, Quantity.SOIL_C: 27.1, Quantity.EC: 1840},
    ),
    "xy_md02": ({1: 305, 2: 546}, {Quantity.AIR_C: 30.5, Quantity.RH: 0.546}),
    "rs_tbq": ({0: 873}, {Quantity.RADIATION: 873.0}),
}
Attach = Callable[[Device], ModbusSensor]


class Bench:
    """A line with devices and what the agent has at the near end."""

    def __init__(self) -> None:
        self.devices: dict[int, Device] = {}
        self.line = Line(self.devices.get)
        self.port = self.line.port
        self.near = ModbusLine(self.line.port, 9600, self.open)
        self.opened = 0

    def open(self, port: str, baud: int) -> SerialPort:
        self.opened += 1
        return open_serial(port if port == self.port else "/dev/nowhere", baud)

    def sensor(self, profile: str, address: int = 1, **device: object) -> ModbusSensor:
        known = register_map(profile)
        made = Device(dict(PROBES[profile][0]), known.function)
        for name, value in device.items():
            setattr(made, name, value)
        self.devices[address] = made
        return ModbusSensor(self.near, address, known)

    def close(self) -> None:
        self.near.close()
        self.line.close()


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    bench.close()


def fault_of(sensor: ModbusSensor) -> SensorFault:
    with pytest.raises(SensorError) as refusal:
        sensor.read()
    return refusal.value.fault


def values(answer: Answer) -> dict[Quantity, float]:
    return {quantity: reading.value for quantity, reading in answer.items()}


@pytest.mark.parametrize("profile", PROBES)
def test_every_profile_reads_its_device(bench: Bench, profile: str) -> None:
    assert values(bench.sensor(profile).read()) == pytest.approx(PROBES[profile][1])


def test_every_shipped_profile_has_its_device_here() -> None:
    assert profiles() == {*PROBES, "generic"}


def test_devices_share_a_line(bench: Bench) -> None:
    one, two = bench.sensor("jxct", 1), bench.sensor("infwin", 7)
    for _ in range(3):
        assert one.read()[Quantity.MOISTURE].raw == 356
        assert two.read()[Quantity.MOISTURE].raw == 3560
    assert bench.opened == 1


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (LineFault.SILENT, SensorFault.SILENT),
        (LineFault.CRC, SensorFault.GARBLED),
        (LineFault.OTHER_ADDRESS, SensorFault.GARBLED),
        (LineFault.CUT_SHORT, SensorFault.GARBLED),
    ],
)
def test_a_wrong_answer_is_told_by_its_kind_and_the_next_is_right(
    bench: Bench, fault: LineFault, told: SensorFault
) -> None:
    sensor = bench.sensor("zts3001", fault=fault)
    assert fault_of(sensor) is told
    bench.devices[1].fault = None
    assert sensor.read()[Quantity.MOISTURE].raw == 356


def test_an_answer_that_comes_too_late_is_not_taken_for_the_next_one(bench: Bench) -> None:
    sensor = bench.sensor("zts3000_ecws", fault=LineFault.LATE)
    assert fault_of(sensor) is SensorFault.SILENT
    bench.devices[1].fault = None
    bench.devices[1].registers[0] = 400
    bench.line.late.set()
    assert sensor.read()[Quantity.MOISTURE].raw == 400


def test_a_device_of_another_kind_refuses(bench: Bench) -> None:
    sensor = bench.sensor("jxct", registers={0: 356})
    with pytest.raises(SensorError, match="another profile") as refusal:
        sensor.read()
    assert refusal.value.fault is SensorFault.REFUSED


def test_nobody_at_the_address(bench: Bench) -> None:
    sensor = ModbusSensor(bench.near, 9, register_map("infwin"))
    assert fault_of(sensor) is SensorFault.SILENT


def test_an_adapter_that_is_plugged_in_again_is_opened_again(bench: Bench) -> None:
    sensor = bench.sensor("infwin")
    sensor.close()
    bench.port = "unplugged"
    assert fault_of(sensor) is SensorFault.BUS_MISSING
    bench.port = bench.line.port
    assert sensor.read()


def test_two_programs_on_one_line_are_kept_apart(bench: Bench) -> None:
    sensor = bench.sensor("infwin")
    sensor.read()
    other = ModbusSensor(ModbusLine(bench.line.port, 9600, open_serial), 1, register_map("infwin"))
    assert fault_of(other) is SensorFault.BUS_MISSING


def test_the_frames_are_those_of_the_manual() -> None:
    request = bytes.fromhex("01 03 00 00 00 02 C4 0B")
    assert crc16(request[:-2]) == request[-2:]
    device = Device({0: 356, 1: 0xFFDD})
    assert reply(request, {1: device}.get) == bytes.fromhex("01 03 04 01 64 FF DD 3B B9")
    assert reply(request[:-1] + b"\0", {1: device}.get) == b""
