"""Pins and a converter that are not there, behind gpiozero's own devices.

The agent's drivers run unchanged; only what lies beyond the header is ours.
"""

from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from gpiozero.pins.mock import MockFactory, MockPin

HISTORY: Final = 16
"""The stock mock pin keeps every state for ever: 838 MB in a simulated hour of pulses."""

CHANNELS: Final = 8
RESULT_BITS: Final = 10
COMMAND_BITS: Final = 5
"""Start bit, single-ended bit, three bits of channel."""

Convert = Callable[[int], int]
"""Counts of a channel now."""


class SimPin(MockPin):
    """A mock pin that forgets old states."""

    def clear_states(self) -> None:
        super().clear_states()
        self.states: deque[object] = deque(maxlen=HISTORY)

    def driven(self, *, active_high: bool) -> bool:
        """Whether the program drives this output to its active level."""
        return self._function == "output" and bool(self._state) is active_high

    def pulses(self, count: int) -> None:
        """An open collector pulls the line low `count` times."""
        for _ in range(count):
            self.drive_low()
            self.drive_high()

    def level(self, *, high: bool) -> None:
        """A switch outside holds an input at a level."""
        if self._function != "input":
            return
        if high:
            self.drive_high()
        else:
            self.drive_low()


class Mcp3008:
    """The converter's shift register, bit by bit as in its datasheet (figure 5-1)."""

    def __init__(self, convert: Convert) -> None:
        self._convert = convert
        self.select()

    def select(self) -> None:
        """Chip select falls: forget the last conversation."""
        self._command: list[int] = []
        self._answer: list[int] = []

    def clock(self, bit: int) -> int:
        """One clock: take a bit, give a bit."""
        if self._answer:
            return self._answer.pop()
        if bit or self._command:
            self._command.append(bit)
        if len(self._command) == COMMAND_BITS:
            channel = self._command[2] << 2 | self._command[3] << 1 | self._command[4]
            counts = self._convert(channel) if self._command[1] else 0
            bits = [counts >> place & 1 for place in range(RESULT_BITS)]
            # one clock of sampling and a null bit come before the result, highest bit first
            self._answer = [*bits, 0, 0]
            self._command = []
        return 0


class SimSpi:
    """A bus with one converter on it, as gpiozero's SPI devices use it."""

    bits_per_word = 8

    def __init__(self, chip: Mcp3008) -> None:
        self._chip = chip

    def transfer(self, words: Sequence[int]) -> list[int]:
        """Shift the words out and as many in, highest bit first."""
        self._chip.select()
        return [self._shift(word) for word in words]

    def close(self) -> None:
        """Leave the bus; the chip stays."""

    def _shift(self, word: int) -> int:
        received = 0
        for place in range(self.bits_per_word - 1, -1, -1):
            received = received << 1 | self._chip.clock(word >> place & 1)
        return received


class SimFactory(MockFactory):
    """A board with simulated pins and an MCP3008 on its bus."""

    def __init__(self, convert: Convert) -> None:
        super().__init__(pin_class=SimPin)
        self._chip = Mcp3008(convert)

    def spi(self, **_wiring: object) -> SimSpi:
        return SimSpi(self._chip)
