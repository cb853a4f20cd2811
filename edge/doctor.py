"""`vuonso edge doctor`: looks at the whole installation and says what to do; changes nothing."""

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from edge import config_file
from edge.checkup import boot, card, hours, link, wiring
from edge.checkup.finding import Finding, Level, look, ok
from edge.checkup.machine import Machine
from edge.clock import SystemClock
from edge.config import Hardware
from edge.errors import ConfigError, HardwareError
from edge.hardware.board import default_pins
from edge.hardware.devices import AnalogProbe
from edge.hardware.lines import header_lines
from edge.service import STORE

CONFIG: Final = Path("/etc/vuonso/hardware.toml")
DATA: Final = Path("/var/lib/vuonso")


@dataclass(frozen=True)
class Installation:
    """Where everything lies."""

    machine: Machine
    config: Path
    identity: Path
    data: Path

    @property
    def is_this_machine(self) -> bool:
        """Pins and time belong to the machine that the doctor runs on, not to a mounted card."""
        return self.machine.root == Path("/")


def main(argv: Sequence[str], say: Callable[[str], object]) -> int:
    args = _parser().parse_args(argv)
    who = args.identity or args.data / "identity.json"
    findings = list(examine(Installation(Machine(args.root), args.config, who, args.data)))
    if args.json:
        say(json.dumps([_as_json(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            say(f"{finding.level:4}  {finding.vi}\n      {finding.en}")
    return 1 if any(finding.level is Level.LOOK for finding in findings) else 0


def examine(place: Installation) -> Iterator[Finding]:
    """Everything, in the order in which it is best mended."""
    machine = place.machine
    hardware, finding = _hardware(machine.path(place.config))
    yield finding
    yield from boot.look_at(machine)
    yield from card.look_at(machine, place.data, place.data / STORE)
    if hardware is not None:
        yield from wiring.promised(hardware)
    if hardware is not None and place.is_this_machine:
        yield from _live(hardware, agent_runs=boot.is_running(machine))
    who, finding = card.who_is_this(machine.path(place.identity))
    yield finding
    if place.is_this_machine:
        floor_ms = card.floor_ms(machine.path(place.data / STORE))
        yield from hours.look_at(machine, SystemClock().wall(), floor_ms)
    if who is not None and place.is_this_machine:
        yield from link.look_at(who)


def _hardware(path: Path) -> tuple[Hardware | None, Finding]:
    try:
        hardware = config_file.load(path)
    except ConfigError as error:
        return None, look("board_broken", why=error)
    return hardware, ok("board", file=path, zones=len(hardware.zones))


def _live(hardware: Hardware, *, agent_runs: bool) -> Iterator[Finding]:
    """What pins and probes say; outputs are only asked about, never claimed."""
    lines = header_lines()
    if lines:
        yield from wiring.held(hardware, lines, agent_runs=agent_runs)
    try:
        pins = default_pins()
    except HardwareError as error:
        yield look("no_pins", why=error)
        return
    yield ok("pins", factory=type(pins).__name__)
    yield from wiring.heard(hardware, lambda probe: AnalogProbe(probe.channel, pins))


def _as_json(finding: Finding) -> dict[str, object]:
    return {
        "level": finding.level,
        "code": finding.code,
        "facts": finding.facts,
        "vi": finding.vi,
        "en": finding.en,
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="vuonso edge doctor",
        description=__doc__,
        epilog="Exits with 1 if anything needs you.",
    )
    add = parser.add_argument
    add("--config", type=Path, default=CONFIG, help=f"hardware.toml (default: {CONFIG})")
    add("--identity", type=Path, help="identity.json (default: in the data folder)")
    add("--data", type=Path, default=DATA, help=f"folder of the store (default: {DATA})")
    add("--root", type=Path, default=Path("/"), help="look at a card that is mounted here")
    add("--json", action="store_true", help="findings as JSON, with their codes")
    return parser
