"""`vuonso edge clear ZONE`: asks a person beside the valve, for a box without a resume button."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from edge import clearance, config_file
from edge.doctor import CONFIG, DATA
from edge.errors import ClearanceError


def main(argv: Sequence[str], say: Callable[[str], object]) -> int:
    args = _parser().parse_args(argv)
    zones = [zone.key for zone in config_file.load(args.config).zones]
    give_word(args.data, args.zone, zones, input)
    say("it counts from the agent's next start: sudo systemctl restart vuonso-edge")
    return 0


def give_word(data: Path, zone: str, zones: Sequence[str], ask: Callable[[str], str]) -> None:
    """Ask, then leave the word for the next start.

    Raises:
        ClearanceError: what stands against it; the fault stays.
    """
    if zone not in zones:
        raise ClearanceError(f"there is no zone {zone}; there are: {', '.join(zones)}")
    try:
        said = ask(
            "Only eyes can judge this, and only here. If you stand beside the valve and\n"
            f"no water comes out of it, type the zone's key, {zone}: "
        )
    except EOFError:
        said = ""
    if said.strip() != zone:
        raise ClearanceError("that is not the key; the fault stays")
    try:
        clearance.leave(data, zone)
    except OSError as error:
        raise ClearanceError(f"cannot write into {data} ({error}): run with sudo") from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="vuonso edge clear", description=__doc__)
    add = parser.add_argument
    add("zone", help="whose valve had not closed")
    add("--config", type=Path, default=CONFIG, help=f"hardware.toml (default: {CONFIG})")
    add("--data", type=Path, default=DATA, help=f"store's folder (default: {DATA})")
    return parser
