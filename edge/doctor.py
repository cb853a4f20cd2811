"""`vuonso edge doctor`: looks at the whole installation and says what to do; changes nothing."""

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Final

from edge import calibration, config_file
from edge.calibration import Book
from edge.checkup import boot, card, front, hours, link, nodes, page, sensors, wiring
from edge.checkup.finding import Finding, Level, look, off, ok
from edge.checkup.machine import Machine
from edge.clock import SystemClock
from edge.config import Hardware
from edge.config_buses import AnalogueProbe, Probe
from edge.config_nodes import NodeProbe
from edge.errors import ConfigError, HardwareError
from edge.hardware.board import default_pins
from edge.hardware.front import is_closed
from edge.hardware.lines import header_lines
from edge.hardware.sensors import Buses, Workshop
from edge.node_profiles import UNITS
from edge.node_session import NodeSession
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
    book = None
    if hardware is not None:
        book, finding = _measured(hardware, machine.path(place.data / calibration.FILE))
        yield finding
    yield from boot.look_at(machine)
    yield from card.look_at(machine, place.data, place.data / STORE)
    if hardware is not None:
        yield from wiring.promised(hardware)
        yield from front.promised(hardware)
        yield from page.promised(hardware.page, machine, place.data)
    if hardware is not None and place.is_this_machine:
        measured = calibration.applied(hardware, book or Book())
        yield from _live(measured, agent_runs=boot.is_running(machine))
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


def _measured(hardware: Hardware, path: Path) -> tuple[Book | None, Finding]:
    """What people calibrated, and what they have not yet."""
    try:
        book = calibration.read(path)
    except ConfigError as error:
        return None, look("board_broken", why=error)
    missing = [p.key for p in hardware.probes if _needs_points(p) and book.of(p) is None]
    if hardware.flow is not None and not book.flow:
        missing.append("flow")
    if missing:
        return book, off("uncalibrated", which=", ".join(missing))
    return book, ok("calibrated")


def _needs_points(probe: Probe) -> bool:
    """Whether its maker has not calibrated it."""
    if isinstance(probe, NodeProbe):
        return UNITS[probe.unit_name].whole is None
    return isinstance(probe, AnalogueProbe)


def _live(hardware: Hardware, *, agent_runs: bool) -> Iterator[Finding]:
    """What pins and probes say; outputs are only asked about, never claimed."""
    lines = header_lines()
    if lines:
        yield from wiring.held(hardware, lines, agent_runs=agent_runs)
    if lines and agent_runs:
        yield from front.listened_to(hardware, lines)
    if hardware.page is not None:
        yield from page.answers(hardware.page, agent_runs=agent_runs)
    try:
        pins = default_pins()
    except HardwareError as error:
        yield look("no_pins", why=error)
        return
    yield ok("pins", factory=type(pins).__name__)
    if not agent_runs:
        yield from front.at_rest(hardware, lambda pin: is_closed(pin, pins))
    workshop = Workshop(hardware, pins, Buses())
    yield from sensors.heard(hardware, workshop.sensor, agent_runs=agent_runs)
    yield from nodes.heard(hardware, NodeSession, SystemClock().mono, Event().wait)


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
