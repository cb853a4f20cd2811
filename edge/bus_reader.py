"""Asks the sensors of one bus without ever keeping the control loop waiting.

A bus that hangs keeps its own thread and nobody else: its sensors are not heard any more, and
what they said last grows old.
"""

import logging
from collections.abc import Callable, Mapping
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Final, Protocol

from edge.errors import SensorError
from edge.readings import Failure, Receipt, Sensor
from wire.codes import SensorFault

LEAVE_S: Final = 0.5
"""How long the agent, with its valves shut, waits at its end for a bus to finish a reading."""

log = logging.getLogger(__name__)

Mono = Callable[[], float]
Sensors = Mapping[str, Sensor]


class BusReader(Protocol):
    """The sensors of one bus as the control loop sees them: wishes in, receipts out."""

    @property
    def sensors(self) -> frozenset[str]:
        """The keys of all its sensors."""
        ...

    def ask(self) -> None:
        """Wish for a fresh answer of every sensor; returns at once, also while the bus hangs."""
        ...

    def take(self) -> list[Receipt]:
        """What has arrived since the last call."""
        ...

    def charge(self) -> float | None:
        """The weakest battery of its sensors, per cent; None where none tells it."""
        ...

    def close(self) -> None:
        """Ask nothing more."""
        ...


MakeReader = Callable[[str, Sensors, Mono], BusReader]
"""Name of the bus, its sensors and the clock that receipts are dated by."""


class LockStepReader:
    """Answers within `ask`, in order: under a virtual clock every run must be the same."""

    def __init__(self, name: str, sensors: Sensors, mono: Mono) -> None:
        self.name, self._sensors, self._mono = name, sensors, mono
        self._receipts: list[Receipt] = []

    @property
    def sensors(self) -> frozenset[str]:
        return frozenset(self._sensors)

    def ask(self) -> None:
        for key, sensor in self._sensors.items():
            self._receipts.append(receipt(key, sensor, self._mono))

    def take(self) -> list[Receipt]:
        receipts, self._receipts = self._receipts, []
        return receipts

    def charge(self) -> None:
        """A bus feeds its sensors."""

    def close(self) -> None:
        self._receipts.clear()


class ThreadedReader:
    """Answers when the bus does: one thread, born with the first wish and fed by an event."""

    def __init__(self, name: str, sensors: Sensors, mono: Mono) -> None:
        self._sensors, self._mono = sensors, mono
        self._wished, self._over = Event(), Event()
        self._receipts: SimpleQueue[Receipt] = SimpleQueue()
        self._thread = Thread(target=self._work, name=f"bus {name}", daemon=True)

    @property
    def sensors(self) -> frozenset[str]:
        return frozenset(self._sensors)

    def ask(self) -> None:
        self._wished.set()
        if self._thread.ident is None:
            self._thread.start()

    def take(self) -> list[Receipt]:
        receipts: list[Receipt] = []
        while True:
            try:
                receipts.append(self._receipts.get_nowait())
            except Empty:
                return receipts

    def charge(self) -> None:
        """A bus feeds its sensors."""

    def close(self) -> None:
        self._over.set()
        self._wished.set()
        if self._thread.ident is not None:
            self._thread.join(LEAVE_S)

    def _work(self) -> None:
        while self._wished.wait() and not self._over.is_set():
            self._wished.clear()
            for key, sensor in self._sensors.items():
                if self._over.is_set():
                    return
                self._receipts.put(receipt(key, sensor, self._mono))


def receipt(key: str, sensor: Sensor, mono: Mono) -> Receipt:
    """Ask one sensor; whatever goes wrong in its driver is that sensor's fault alone."""
    try:
        answer = sensor.read()
    except SensorError as error:
        return Receipt(key, mono(), Failure(error.fault, str(error)))
    except Exception as error:
        log.exception("the driver of %s failed", key)
        return Receipt(key, mono(), Failure(SensorFault.INTERNAL, repr(error)))
    return Receipt(key, mono(), answer)
