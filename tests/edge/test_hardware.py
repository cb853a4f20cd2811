"""Production drivers on mock pins."""

from collections.abc import Iterator
from pathlib import Path

import gpiozero
import pytest
from gpiozero.pins.mock import MockFactory

from edge.config import Hardware, Tank
from edge.config_file import load
from edge.errors import HardwareError, SensorError
from edge.hardware.board import Board, claim
from edge.hardware.devices import Mcp3008
from edge.readings import Quantity, Reading
from wire.codes import SensorFault

PUMP, FLOW, Z1, Z2, TANK = 5, 6, 17, 27, 23


@pytest.fixture
def pins() -> Iterator[MockFactory]:
    factory = MockFactory()
    yield factory
    factory.reset()


@pytest.fixture
def hardware(board_file: Path) -> Hardware:
    return load(board_file).model_copy(update={"tank": Tank(pin=TANK)})


@pytest.fixture
def board(hardware: Hardware, pins: MockFactory) -> Iterator[Board]:
    board = claim(hardware, pins)
    yield board
    board.close()


def test_every_output_is_driven_off_when_claimed(board: Board, pins: MockFactory) -> None:
    assert set(board.valves) == {"z1", "z2"}
    for pin in (PUMP, Z1, Z2):
        assert (pins.pin(pin).function, pins.pin(pin).state) == ("output", 0)


def test_an_active_low_relay_is_claimed_high(hardware: Hardware, pins: MockFactory) -> None:
    zones = tuple(zone.model_copy(update={"active_high": False}) for zone in hardware.zones)
    board = claim(hardware.model_copy(update={"zones": zones}), pins)
    assert pins.pin(Z1).state == 1
    board.valves["z1"].on()
    assert pins.pin(Z1).state == 0
    board.close()


def test_the_meter_counts_falling_edges(board: Board, pins: MockFactory) -> None:
    for _ in range(900):
        pins.pin(FLOW).drive_low()
        pins.pin(FLOW).drive_high()
    assert board.flow is not None
    assert board.flow.litres() == 2.0


def test_a_cut_wire_reads_as_an_empty_tank(board: Board, pins: MockFactory) -> None:
    assert board.tank is not None
    assert not board.tank.has_water()  # the pull-up alone holds the pin
    pins.pin(TANK).drive_low()
    assert board.tank.has_water()


def test_a_probe_tells_counts_and_volts(board: Board) -> None:
    assert board.sensors["spi0"]["p1"].read() == {Quantity.MOISTURE: Reading(0, 0.0)}


def test_closing_leaves_every_pin_an_input(hardware: Hardware, pins: MockFactory) -> None:
    board = claim(hardware, pins)
    board.valves["z1"].on()
    board.close()
    assert {pins.pin(pin).function for pin in (PUMP, Z1, Z2)} == {"input"}


def test_a_taken_pin_is_refused_and_the_others_released(
    hardware: Hardware, pins: MockFactory
) -> None:
    first = claim(hardware, pins)
    with pytest.raises(HardwareError, match="refuses a pin"):
        claim(hardware, pins)
    first.close()
    claim(hardware, pins).close()


def test_a_bit_banged_converter_is_refused(hardware: Hardware, pins: MockFactory) -> None:
    def spi_class(shared: object, *, hardware: bool) -> type:
        raise OSError(f"no /dev/spidev0.0 for {shared}, {hardware}")

    pins._get_spi_class = spi_class
    with pytest.raises(HardwareError, match="dtparam=spi=on"):
        claim(hardware, pins)


class DeadBus:
    """SPI whose kernel device fails."""

    bits_per_word = 8

    def transfer(self, words: list[int]) -> list[int]:
        raise OSError(f"{len(words)} words went nowhere")

    def close(self) -> None:
        """Nothing to let go of."""


def test_a_converter_whose_bus_fails_is_silent(pins: MockFactory) -> None:
    pins.spi = lambda **_wiring: DeadBus()
    gpiozero.Device.pin_factory = pins
    probe = Mcp3008(0, pins, Quantity.MOISTURE)
    with pytest.raises(SensorError, match="does not answer") as refusal:
        probe.read()
    assert refusal.value.fault is SensorFault.SILENT
    probe.close()
