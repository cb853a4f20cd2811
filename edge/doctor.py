"""`vuonso edge doctor`: looks at files, store and board and says what to do; changes nothing."""

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from edge import config_file
from edge.config import Hardware
from edge.control import MIN_PROBES
from edge.database import is_sound
from edge.errors import EdgeError
from edge.hardware.board import default_pins
from edge.service import STORE
from wire import identity
from wire.errors import IdentityError

BOOT_CONFIG: Final = Path("/boot/firmware/config.txt")
STRICT: Final = "dtparam=strict_gpiod"


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    ok: bool
    sentence: str


def main(argv: Sequence[str], say: Callable[[str], object]) -> int:
    parser = argparse.ArgumentParser(prog="vuonso edge doctor", description=__doc__)
    parser.add_argument("--config", type=Path, required=True, help="hardware.toml")
    parser.add_argument("--identity", type=Path, required=True, help="identity.json")
    parser.add_argument("--data", type=Path, required=True, help="folder of the store")
    args = parser.parse_args(argv)
    hardware = config_file.load(args.config)
    findings = [
        Finding(ok=True, sentence=f"{args.config}: {len(hardware.zones)} zones"),
        _identity(args.identity),
        _store(args.data / STORE),
        _pins(),
        _boot(BOOT_CONFIG),
        *wiring(hardware),
    ]
    for finding in findings:
        say(f"{'ok  ' if finding.ok else 'LOOK'}  {finding.sentence}")
    return 0 if all(finding.ok for finding in findings) else 1


def wiring(hardware: Hardware) -> Iterator[Finding]:
    """What works, but less well than it could."""
    if hardware.flow is None:
        yield Finding(ok=False, sentence="no flow meter: litres are estimated, leaks go unseen")
    for zone in hardware.zones:
        if not zone.active_high:
            sentence = f"{zone.key}: an active-low relay may blink at start; prefer active-high"
            yield Finding(ok=False, sentence=sentence)
        if len(hardware.probes_of(zone.key)) < MIN_PROBES:
            sentence = f"{zone.key}: fewer than {MIN_PROBES} probes; one that lies goes unnoticed"
            yield Finding(ok=False, sentence=sentence)


def _identity(path: Path) -> Finding:
    try:
        return Finding(ok=True, sentence=f"{path}: device {identity.load(path).device}")
    except IdentityError as error:
        return Finding(ok=False, sentence=str(error))


def _store(path: Path) -> Finding:
    if not path.exists():
        return Finding(ok=True, sentence=f"{path}: will be made at the first start")
    if is_sound(path):
        return Finding(ok=True, sentence=f"{path}: whole")
    sentence = f"{path}: damaged; the next start sets it aside and begins anew"
    return Finding(ok=False, sentence=sentence)


def _pins() -> Finding:
    try:
        return Finding(ok=True, sentence=f"pins by {type(default_pins()).__name__}")
    except EdgeError as error:
        return Finding(ok=False, sentence=str(error))


def _boot(path: Path) -> Finding:
    """A driven pin outlives its process unless the kernel is told otherwise."""
    if not path.exists():
        return Finding(ok=True, sentence="not a Raspberry Pi: no boot configuration to look at")
    if STRICT in path.read_text(encoding="utf-8"):
        return Finding(ok=True, sentence=f"{path}: {STRICT}")
    return Finding(ok=False, sentence=f"{path}: add {STRICT}, or a crash leaves valves open")
