"""`vuonso edge pin`: asks twice for a new PIN of the local page, and keeps its hash."""

import argparse
from collections.abc import Callable, Sequence
from getpass import getpass
from pathlib import Path

from edge import pin
from edge.doctor import DATA
from edge.errors import PinError


def main(argv: Sequence[str], say: Callable[[str], object]) -> int:
    choose(_parser().parse_args(argv).data, getpass)
    say("the new PIN counts from now on")
    return 0


def choose(data: Path, ask: Callable[[str], str]) -> None:
    """Ask, check, write down.

    Raises:
        PinError: what is wrong with it; the old one still counts.
    """
    chosen = ask(f"New PIN, {pin.LEAST_DIGITS} to {pin.MOST_DIGITS} digits: ").strip()
    if not pin.is_pin(chosen):
        raise PinError(f"a PIN has {pin.LEAST_DIGITS} to {pin.MOST_DIGITS} digits, nothing else")
    if ask("Again: ").strip() != chosen:
        raise PinError("the two are not the same; nothing was changed")
    try:
        pin.save(pin.lock(chosen), data / pin.FILE)
    except OSError as error:
        raise PinError(f"cannot write into {data} ({error}): run with sudo") from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="vuonso edge pin", description=__doc__)
    parser.add_argument(
        "--data", type=Path, default=DATA, help=f"store's folder (default: {DATA})"
    )
    return parser
