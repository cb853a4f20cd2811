"""All sensors of a hardware file on their buses; a simulation replaces the buses one by one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Event
from typing import Final

from edge.bus_reader import LockStepReader, MakeReader, ThreadedReader
from edge.config import Hardware, wired
from edge.config_buses import (
    SPI,
    AnalogueProbe,
    Ds18b20,
    Level,
    ModbusAir,
    ModbusProbe,
    Radiation,
    Rs485,
    Sht31,
    Wired,
)
from edge.hardware import ads1115, ds18b20, sht31
from edge.hardware.devices import Mcp3008, PinFactory
from edge.hardware.i2c import I2cBus, OpenI2c, open_i2c
from edge.hardware.modbus import ModbusLine, ModbusSensor, OpenSerial, open_serial
from edge.node_link import OpenLink
from edge.node_session import NodeSession
from edge.readings import Quantity, Sensor
from edge.uplink import Dial, Session


@dataclass(frozen=True)
class Buses:
    """The ways out of the board beyond the pins, and how they are waited for."""

    i2c: OpenI2c = open_i2c
    serial: OpenSerial = open_serial
    one_wire: ds18b20.KernelText = ds18b20.read_w1_slave
    pause: Callable[[float], object] = Event().wait
    reader: MakeReader = ThreadedReader
    nodes: OpenLink = NodeSession
    dial: Dial = Session


LOCK_STEP: Final = Buses(reader=LockStepReader)
"""Whoever calls `tick` also reads: for clocks that are moved by hand."""

MEASURES: Final = {
    AnalogueProbe: Quantity.MOISTURE,
    Radiation: Quantity.RADIATION,
    Level: Quantity.LEVEL,
}
"""What a channel of a converter stands for."""


class Workshop:
    """Makes the drivers of one file; devices on one bus share it."""

    def __init__(self, hardware: Hardware, pins: PinFactory, buses: Buses) -> None:
        self._pins, self._buses = pins, buses
        self._i2c: dict[int, I2cBus] = {}
        self._lines = {
            line.key: ModbusLine(line.port, baud, buses.serial) for line, baud in bauds(hardware)
        }

    def sensor(self, table: Wired) -> Sensor:
        """The driver of one table; nothing but an MCP3008 is touched yet."""
        match table:
            case ModbusProbe() | ModbusAir():
                return ModbusSensor(self._lines[table.rs485], table.address, table.registers)
            case Sht31():
                bus = self._bus(table.i2c_bus)
                return sht31.Sht31(bus, table.address, self._buses.pause)
            case Ds18b20():
                return ds18b20.Ds18b20(table.id, self._buses.one_wire)
            case AnalogueProbe() | Radiation() | Level():
                return self._on_converter(table, MEASURES[type(table)])

    def _on_converter(
        self, table: AnalogueProbe | Radiation | Level, quantity: Quantity
    ) -> Sensor:
        if table.bus == SPI:
            return Mcp3008(table.channel, self._pins, quantity)
        bus = self._bus(table.i2c_bus)
        return ads1115.Ads1115(bus, table.address, table.channel, quantity, self._buses.pause)

    def _bus(self, number: int) -> I2cBus:
        return self._i2c.setdefault(number, I2cBus(number, self._buses.i2c))


def bauds(hardware: Hardware) -> Iterator[tuple[Rs485, int]]:
    """Every serial line and its speed: its own word, else what its sensors come with."""
    for line in hardware.rs485:
        on_it = [
            table.registers.baud
            for _, table in wired(hardware)
            if isinstance(table, ModbusProbe | ModbusAir) and table.rs485 == line.key
        ]
        if on_it:
            yield line, line.baud or on_it[0]
