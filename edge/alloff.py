"""Shuts every valve and the pump, alone: for systemd before a start and after any end.

Standard library and gpiozero only, and of all files only hardware.toml, read leniently: a wrong
key elsewhere in it must not keep a valve open.
"""

import argparse
import sys
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from gpiozero import GPIOZeroError, OutputDevice

from edge.hardware.factory import machine_pins

SUMMARY = "drive every valve and the pump off, then exit"


def main(argv: Sequence[str], say: Callable[[str], object] = print) -> int:
    parser = argparse.ArgumentParser(prog="vuonso edge alloff", description=SUMMARY)
    parser.add_argument("--config", type=Path, required=True, help="hardware.toml")
    failures = shut(parser.parse_args(argv).config)
    for failure in failures:
        say(failure)
    return 1 if failures else 0


def shut(config: Path) -> list[str]:
    """Drive all outputs of the file off; the sentences tell what could not be."""
    try:
        document = tomllib.loads(config.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return [f"{config} cannot be read, no pin was touched: {error}"]
    try:
        pins = machine_pins()
    except GPIOZeroError as error:
        return [f"this machine has no pins: {error}"]
    failures = []
    for pin, active_high in outputs(document):
        try:
            OutputDevice(
                pin, active_high=active_high, initial_value=False, pin_factory=pins
            ).close()
        except (GPIOZeroError, OSError) as error:
            failures.append(f"pin {pin} could not be driven off: {error}")
    return failures


def outputs(document: dict[str, object]) -> Iterator[tuple[int, bool]]:
    """Every output of a hardware file, valves before the pump, and its polarity."""
    zones = document.get("zones", [])
    for table in [*(zones if isinstance(zones, list) else []), document.get("pump")]:
        with suppress(AttributeError):
            pin, active_high = table.get("pin"), table.get("active_high", True)
            if type(pin) is int and type(active_high) is bool:
                yield pin, active_high


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
