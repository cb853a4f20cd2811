"""Stands where the library lgpio would be; prints what is asked of the kernel's lines."""

import os
import sys

SET_PULL_NONE, SET_PULL_UP, SET_PULL_DOWN = 128, 32, 64
BOTH_EDGES, RISING_EDGE, FALLING_EDGE = 3, 1, 2
OUTPUT = 2
outputs: set[int] = set()
busy = {int(line) for line in os.environ.get("PRETENDED_BUSY", "").split()}
"""Lines that another program holds."""


class error(Exception):  # noqa: N801, N818 the library's own name
    pass


def gpiochip_open(_chip: int) -> int:
    return 1


def gpiochip_close(_handle: int) -> None:
    outputs.clear()


def gpio_claim_input(_handle: int, line: int, _flags: int = 0) -> None:
    if line in busy:
        raise error("GPIO busy")
    outputs.discard(line)
    sys.stdout.write(f"input {line}\n")


def gpio_claim_output(_handle: int, line: int, level: int = 0, _flags: int = 0) -> None:
    outputs.add(line)
    sys.stdout.write(f"output {line} {level}\n")


def gpio_write(_handle: int, line: int, level: int) -> None:
    sys.stdout.write(f"write {line} {int(level)}\n")


def gpio_get_mode(_handle: int, line: int) -> int:
    return OUTPUT if line in outputs else 0
