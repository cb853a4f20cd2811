"""Every sensor of a hardware file in the simulated greenhouse, at the far end of its own bus.

The agent's drivers run unchanged; only the bus itself, chip or slave, is ours.
"""

from collections.abc import Callable
from typing import Final, Protocol

from edge.bus_reader import BusReader, LockStepReader, Mono, Sensors
from edge.config import Hardware, wired
from edge.config_buses import (
    AnalogueProbe,
    Level,
    ModbusAir,
    ModbusProbe,
    OnConverter,
    OnModbus,
    Radiation,
    Sht31,
)
from edge.hardware.i2c import I2c
from edge.hardware.modbus import SerialPort
from edge.hardware.sensors import Buses
from edge.readings import Quantity, Receipt
from firmware_sim.climate import Air
from firmware_sim.farm_broker import FarmBroker
from firmware_sim.i2c import Ads1115Chip, Chip, Sht31Chip, SimI2c
from firmware_sim.modbus import Device, Port
from firmware_sim.one_wire import w1_slave
from firmware_sim.probes import SUPPLY_V, TOP_COUNT, Probe

VOLTS_PER_COUNT: Final = {"mcp3008": SUPPLY_V / TOP_COUNT, "ads1115": 4.096 / 32_768}
OPEN_INPUT: Final = 0
"""Counts of a channel with nothing on it but its pull-down."""
SUBSTRATE_EC: Final = 1800.0
SUBSTRATE_PH: Final = 6.0
WORD: Final = 0xFFFF


class Greenhouse(Protocol):
    """What of the world the sensors feel."""

    @property
    def air(self) -> Air: ...

    @property
    def tank_share(self) -> float: ...

    @property
    def farm(self) -> FarmBroker: ...

    def probe(self, key: str) -> Probe: ...


class HangingReader:
    """A bus that can hang: nobody on it answers then, and nobody waits for it."""

    def __init__(self, reader: BusReader, is_hung: Callable[[], bool]) -> None:
        self._reader, self._is_hung = reader, is_hung

    @property
    def sensors(self) -> frozenset[str]:
        return self._reader.sensors

    def ask(self) -> None:
        if not self._is_hung():
            self._reader.ask()

    def take(self) -> list[Receipt]:
        return self._reader.take()

    def charge(self) -> float | None:
        return self._reader.charge()

    def close(self) -> None:
        self._reader.close()


class SimBuses:
    """Conversions and answers as of the moment they are asked for."""

    def __init__(self, hardware: Hardware, house: Greenhouse) -> None:
        self._house = house
        self._tables = tuple(table for _, table in wired(hardware))
        self._lines = {line.port: line.key for line in hardware.rs485}
        self.i2c: dict[int, SimI2c] = {}
        """Buses that the agent has opened, for faults to be put on them."""
        self.hung: set[str] = set()
        """Names of the buses whose driver does not come back."""

    def buses(self) -> Buses:
        """In place of a machine's own."""
        return Buses(
            i2c=self._open_i2c,
            serial=self._open_serial,
            one_wire=lambda _device: w1_slave(self._house.air.celsius),
            pause=lambda _seconds: None,
            reader=self._reader,
            nodes=self._house.farm.open,
        )

    def convert(self, channel: int) -> int:
        """Counts of the MCP3008."""
        for table in self._tables:
            if isinstance(table, OnConverter) and table.place == ("spi0", None, channel):
                if isinstance(table, AnalogueProbe):
                    return self._house.probe(table.key).raw()
                return max(0, min(TOP_COUNT, round(self._counts(table))))
        return OPEN_INPUT

    def _reader(self, name: str, sensors: Sensors, mono: Mono) -> BusReader:
        return HangingReader(LockStepReader(name, sensors, mono), lambda: name in self.hung)

    def _open_i2c(self, number: int) -> I2c:
        return self.i2c.setdefault(number, SimI2c(self._chips(number)))

    def _chips(self, number: int) -> dict[int, Chip]:
        bus = f"i2c-{number}"
        chips: dict[int, Chip] = {}
        for table in self._tables:
            if isinstance(table, Sht31) and table.bus == bus:
                chips[table.address] = Sht31Chip(lambda: (self._air.celsius, self._air.rh))
            elif isinstance(table, OnConverter) and table.bus == bus:
                chips[table.address] = Ads1115Chip(self._channels(bus, table.address), 0)
        return chips

    def _channels(self, bus: str, address: int) -> Callable[[int], float]:
        def volts(channel: int) -> float:
            for table in self._tables:
                if isinstance(table, OnConverter) and table.place == (bus, address, channel):
                    return self._volts(table)
            return 0.0

        return volts

    def _volts(self, table: OnConverter) -> float:
        if isinstance(table, AnalogueProbe):
            return self._house.probe(table.key).volts()
        return self._counts(table) * VOLTS_PER_COUNT[table.kind]

    def _counts(self, table: OnConverter) -> float:
        """A linear sensor shows its two points' own line."""
        if isinstance(table, Radiation):
            share = self._air.radiation / table.bright_w_m2
            return table.dark_raw + share * (table.bright_raw - table.dark_raw)
        if isinstance(table, Level):
            return table.empty_raw + self._house.tank_share * (table.full_raw - table.empty_raw)
        return 0.0

    def _open_serial(self, port: str, _baud: int) -> SerialPort:
        line = self._lines[port]
        tables = {
            table.address: table
            for table in self._tables
            if isinstance(table, OnModbus) and table.rs485 == line
        }

        def find(address: int) -> Device | None:
            table = tables.get(address)
            return None if table is None else self._slave(table)

        return Port(port, find)

    def _slave(self, table: ModbusProbe | ModbusAir) -> Device:
        felt = {
            Quantity.AIR_C: self._air.celsius,
            Quantity.RH: self._air.rh,
            Quantity.RADIATION: self._air.radiation,
            Quantity.SOIL_C: self._air.celsius,
            Quantity.EC: SUBSTRATE_EC,
            Quantity.PH: SUBSTRATE_PH,
        }
        if isinstance(table, ModbusProbe):
            felt[Quantity.MOISTURE] = max(0.0, self._house.probe(table.key).vwc())
        counts = {
            place.number: round(felt[place.quantity] / place.per_count) & WORD
            for place in table.registers.registers
        }
        return Device(counts, table.registers.function)

    @property
    def _air(self) -> Air:
        return self._house.air
