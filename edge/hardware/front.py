"""The front of the box on gpiozero: contacts to ground, a lamp, a buzzer; no rule of its own."""

from collections import deque
from collections.abc import Callable
from contextlib import ExitStack, closing
from typing import Final

import gpiozero

from edge.config import Hardware
from edge.errors import HardwareError
from edge.hardware.devices import PinFactory, Relay
from edge.panel import Edge

MOST_EDGES: Final = 64
"""A contact that chatters for ever must not fill the memory."""


class StopContact:
    """The emergency stop's second contact: closed to ground while all is well.

    Raises:
        HardwareError: the pin is not available.
    """

    def __init__(self, pin: int, pin_factory: PinFactory) -> None:
        try:
            self._device = gpiozero.DigitalInputDevice(pin, pull_up=True, pin_factory=pin_factory)
        except gpiozero.GPIOZeroError as error:
            raise HardwareError(f"the board refuses GPIO{pin}: {error}") from error

    def is_open(self) -> bool:
        return not self._device.is_active

    def close(self) -> None:
        self._device.close()


def is_closed(pin: int, pin_factory: PinFactory) -> bool:
    """One look at a contact to ground.

    Raises:
        HardwareError: the pin is not available.
    """
    with closing(StopContact(pin, pin_factory)) as contact:
        return not contact.is_open()


class Push:
    """A push button to ground; its edges wait with their times until they are taken."""

    def __init__(self, pin: int, pin_factory: PinFactory, mono: Callable[[], float]) -> None:
        self._mono = mono
        self._edges: deque[Edge] = deque(maxlen=MOST_EDGES)
        self._device = gpiozero.DigitalInputDevice(pin, pull_up=True, pin_factory=pin_factory)
        self.closed_at_start = bool(self._device.is_active)
        self._device.when_activated = self._closes
        self._device.when_deactivated = self._opens

    def take(self) -> list[Edge]:
        """The edges since the last call."""
        return [self._edges.popleft() for _ in range(len(self._edges))]

    def close(self) -> None:
        self._device.close()

    def _closes(self) -> None:
        self._edges.append(Edge(closed=True, at=self._mono()))

    def _opens(self) -> None:
        self._edges.append(Edge(closed=False, at=self._mono()))


class Front:
    """All of it, claimed together.

    Raises:
        HardwareError: a pin is not available; none is kept.
    """

    def __init__(
        self, hardware: Hardware, pin_factory: PinFactory, mono: Callable[[], float]
    ) -> None:
        self.stop: StopContact | None = None
        self.resume: Push | None = None
        self.water: list[tuple[Push, str, float]] = []
        """Button, its zone, seconds of a press."""
        self.lamp: Relay | None = None
        self.buzzer: Relay | None = None
        self._releases = ExitStack()
        with ExitStack() as undo:
            undo.callback(self.close)
            try:
                self._claim(hardware, pin_factory, mono)
            except gpiozero.GPIOZeroError as error:
                raise HardwareError(f"the board refuses a pin of its front: {error}") from error
            undo.pop_all()

    def close(self) -> None:
        """Release all pins, even where one refuses."""
        self._releases.close()

    def _claim(self, board: Hardware, pins: PinFactory, mono: Callable[[], float]) -> None:
        keep = self._releases.callback
        if board.emergency_stop is not None:
            self.stop = StopContact(board.emergency_stop.pin, pins)
            keep(self.stop.close)
        if board.resume_button is not None:
            self.resume = Push(board.resume_button.pin, pins, mono)
            keep(self.resume.close)
        for button in board.buttons:
            push = Push(button.pin, pins, mono)
            keep(push.close)
            self.water.append((push, button.zone, float(button.seconds)))
        if board.lamp is not None:
            self.lamp = Relay(board.lamp.pin, pins, active_high=board.lamp.active_high)
            keep(self.lamp.close)
        if board.buzzer is not None:
            self.buzzer = Relay(board.buzzer.pin, pins, active_high=board.buzzer.active_high)
            keep(self.buzzer.close)
