"""All devices of one hardware file, claimed together: outputs first and off, then inputs."""

import warnings
from contextlib import ExitStack
from dataclasses import dataclass

import gpiozero

from edge.config import Hardware
from edge.errors import HardwareError
from edge.hardware.devices import AnalogProbe, FlowCounter, PinFactory, Relay, TankSwitch
from edge.hardware.factory import machine_pins


@dataclass(frozen=True)
class Board:
    """The devices; closing it leaves every pin an input."""

    valves: dict[str, Relay]
    pump: Relay | None
    flow: FlowCounter | None
    tank: TankSwitch | None
    probes: dict[str, AnalogProbe]

    def close(self) -> None:
        """Release all pins, even where one refuses."""
        with ExitStack() as releases:
            for device in (self.tank, self.flow, *self.probes.values()):
                if device is not None:
                    releases.callback(device.close)
            for relay in (*self.valves.values(), self.pump):
                if relay is not None:
                    releases.callback(relay.close)
                    releases.callback(relay.off)


def claim(hardware: Hardware, pin_factory: PinFactory) -> Board:
    """Claim every pin of the file.

    A bit-banged converter bus is refused: it means that the kernel's SPI is switched off, and
    readings would be unreliable.

    Raises:
        HardwareError: a pin or the bus is not available.
    """
    gpiozero.Device.pin_factory = pin_factory  # its software SPI asks only for the default one
    with ExitStack() as undo, warnings.catch_warnings():
        warnings.simplefilter("error", category=gpiozero.SPISoftwareFallback)
        try:
            board = _claim(hardware, pin_factory, undo)
        except gpiozero.SPISoftwareFallback as fallback:
            raise HardwareError("SPI is off: add dtparam=spi=on to config.txt") from fallback
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


def _claim(hardware: Hardware, pin_factory: PinFactory, undo: ExitStack) -> Board:
    pump = flow = tank = None
    if hardware.pump is not None:
        pump = Relay(hardware.pump.pin, pin_factory, active_high=hardware.pump.active_high)
        undo.callback(pump.close)
    valves = {}
    for zone in hardware.zones:
        valves[zone.key] = Relay(zone.pin, pin_factory, active_high=zone.active_high)
        undo.callback(valves[zone.key].close)
    if hardware.flow is not None:
        per_litre = hardware.flow.pulses_per_litre
        flow = FlowCounter(hardware.flow.pin, per_litre, pin_factory)
        undo.callback(flow.close)
    if hardware.tank is not None:
        tank = TankSwitch(hardware.tank.pin, pin_factory)
        undo.callback(tank.close)
    probes = {}
    for probe in hardware.probes:
        probes[probe.key] = AnalogProbe(probe.channel, pin_factory)
        undo.callback(probes[probe.key].close)
    return Board(valves, pump, flow, tank, probes)
