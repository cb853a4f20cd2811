"""The converter and the pins as gpiozero's own devices meet them."""

import warnings
from collections.abc import Iterator

import gpiozero
import pytest

from firmware_sim.pins import Mcp3008, SimFactory, SimPin

ONE_CHANNEL_EACH = {channel: 17 + 111 * channel for channel in range(8)}


@pytest.fixture
def factory() -> Iterator[SimFactory]:
    made = SimFactory(ONE_CHANNEL_EACH.__getitem__)
    yield made
    made.close()


def test_every_channel_reads_its_own_counts(factory: SimFactory) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a bit-banged fallback would warn
        chips = [gpiozero.MCP3008(channel, pin_factory=factory) for channel in range(8)]
    assert [chip.raw_value for chip in chips] == list(ONE_CHANNEL_EACH.values())
    for chip in chips:
        chip.close()


@pytest.mark.parametrize("counts", [0, 1, 511, 512, 1022, 1023])
def test_all_ten_bits_arrive(counts: int) -> None:
    factory = SimFactory(lambda _channel: counts)
    with gpiozero.MCP3008(3, pin_factory=factory) as chip:
        assert chip.raw_value == counts


def test_the_datasheets_own_conversation() -> None:
    """Start, single-ended, channel 5; then a sampling clock, a null bit, ten bits of result."""
    chip = Mcp3008({5: 0b1011001110}.__getitem__)
    said = [chip.clock(bit) for bit in (0, 0, 1, 1, 1, 0, 1)]
    heard = [chip.clock(0) for _ in range(12)]
    assert said == [0] * 7
    assert heard == [0, 0, 1, 0, 1, 1, 0, 0, 1, 1, 1, 0]


def test_a_new_selection_forgets_half_a_command() -> None:
    chip = Mcp3008({0: 1023}.__getitem__)
    for bit in (1, 1, 0):
        chip.clock(bit)
    chip.select()
    assert [chip.clock(0) for _ in range(16)] == [0] * 16


def test_an_output_is_driven_only_at_its_active_level(factory: SimFactory) -> None:
    pin = factory.pin(17)
    assert isinstance(pin, SimPin)
    assert not pin.driven(active_high=True)
    with gpiozero.OutputDevice(17, active_high=False, pin_factory=factory) as relay:
        assert not pin.driven(active_high=False)
        relay.on()
        assert pin.driven(active_high=False)
    assert not pin.driven(active_high=False)


def test_pulses_are_counted_one_by_one(factory: SimFactory) -> None:
    seen: list[int] = []

    def count() -> None:
        seen.append(1)

    with gpiozero.DigitalInputDevice(6, pull_up=True, pin_factory=factory) as meter:
        meter.when_activated = count
        factory.pin(6).pulses(37)
    assert len(seen) == 37


def test_a_level_from_outside_leaves_a_driven_pin_alone(factory: SimFactory) -> None:
    with gpiozero.OutputDevice(13, initial_value=True, pin_factory=factory):
        factory.pin(13).level(high=False)
        assert factory.pin(13).driven(active_high=True)
