"""All devices of one hardware file, claimed together: outputs first and off, then inputs."""

from contextlib import ExitStack
from dataclasses import dataclass

import gpiozero

from edge.config import Hardware, wired
from edge.errors import HardwareError
from edge.hardware.devices import FlowCounter, PinFactory, Relay, TankSwitch
from edge.hardware.factory import machine_pins
from edge.hardware.sensors import LOCK_STEP, Buses, Workshop
from edge.readings import Sensor


@dataclass(frozen=True)
class Board:
    """The devices; closing it leaves every pin an input."""

    valves: dict[str, Relay]
    pump: Relay | None
    flow: FlowCounter | None
    tank: TankSwitch | None
    sensors: dict[str, dict[str, Sensor]]
    """By the name of their bus, then by their own."""

    def close(self) -> None:
        """Release all pins, even where one refuses."""
        with ExitStack() as releases:
            for bus in self.sensors.values():
                for sensor in bus.values():
                    releases.callback(sensor.close)
            for device in (self.tank, self.flow):
                if device is not None:
                    releases.callback(device.close)
            for relay in (*self.valves.values(), self.pump):
                if relay is not None:
                    releases.callback(relay.close)
                    releases.callback(relay.off)


def claim(hardware: Hardware, pin_factory: PinFactory, buses: Buses = LOCK_STEP) -> Board:
    """Claim every pin of the file; other buses are opened when their sensors are asked.

    Raises:
        HardwareError: a pin or the bus is not available.
    """
    gpiozero.Device.pin_factory = pin_factory  # its software SPI asks only for the default one
    with ExitStack() as undo:
        try:
            sensors = Workshop(hardware, pin_factory, buses)
            board = _claim(hardware, pin_factory, sensors, undo)
        except gpiozero.GPIOZeroError as error:
            raise HardwareError(f"the board refuses a pin: {error}") from error
        undo.pop_all()
        return board


def default_pins() -> PinFactory:
    """The pins of the machine, or those that GPIOZERO_PIN_FACTORY names.

    Raises:
        HardwareError: this machine has no pins.
    """
    try:
        return machine_pins()
    except gpiozero.BadPinFactory as error:
        raise HardwareError(
            "this machine has no pins that gpiozero can use; install the extra `pi` on a "
            "Raspberry Pi, or set GPIOZERO_PIN_FACTORY=mock to try without"
        ) from error


def _claim(
    hardware: Hardware, pin_factory: PinFactory, workshop: Workshop, undo: ExitStack
) -> Board:
    pump = flow = tank = None
    if hardware.pump is not None:
        pump = Relay(hardware.pump.pin, pin_factory, active_high=hardware.pump.active_high)
        undo.callback(pump.close)
    valves = {}
    for zone, at in hardware.valve_pins.items():
        valves[zone] = Relay(at.pin, pin_factory, active_high=at.active_high)
        undo.callback(valves[zone].close)
    if hardware.flow is not None:
        per_litre = hardware.flow.pulses_per_litre
        flow = FlowCounter(hardware.flow.pin, per_litre, pin_factory)
        undo.callback(flow.close)
    if hardware.tank is not None:
        tank = TankSwitch(hardware.tank.pin, pin_factory)
        undo.callback(tank.close)
    sensors: dict[str, dict[str, Sensor]] = {}
    for _, table in wired(hardware):
        sensor = workshop.sensor(table)
        undo.callback(sensor.close)
        sensors.setdefault(table.bus, {})[table.key] = sensor
    return Board(valves, pump, flow, tank, sensors)
