"""The agent, or the minimal script, in a process of its own on pins that are not there.

Prints `mark NAME SECONDS` when all outputs are claimed off, and when the first probe is read.
"""

import sys
import time
from importlib import import_module

import gpiozero

from firmware_sim.pins import SimFactory, SimPin

OUTPUTS = 3
MOIST = 400
"""Counts of a probe that asks for no water."""


class Marks:
    """The first time that each thing happened, on the clock that all processes share."""

    def __init__(self) -> None:
        self._outputs: set[str] = set()
        self._said: set[str] = set()

    def output(self, pin: str) -> None:
        self._outputs.add(pin)
        if len(self._outputs) == OUTPUTS:
            self._say("off")

    def convert(self, _channel: int) -> int:
        self._say("read")
        return MOIST

    def _say(self, name: str) -> None:
        if name not in self._said:
            self._said.add(name)
            print(f"mark {name} {time.perf_counter()}", flush=True)


MARKS = Marks()


class MarkedPin(SimPin):
    def _set_function(self, value: str) -> None:
        super()._set_function(value)
        if value == "output":
            MARKS.output(self.info.name)


def main(program: str, *words: str) -> None:
    factory = SimFactory(MARKS.convert)
    factory.pin_class = MarkedPin
    gpiozero.Device.pin_factory = factory
    if program == "agent":
        import_module("edge.cli").main(["run", *words])
    else:
        import_module("bench.minimal").main(int(words[0]))


if __name__ == "__main__":
    main(*sys.argv[1:])
