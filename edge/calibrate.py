"""`vuonso edge calibrate`: asks a person through two points of a probe, or a bucket of water.

Refuses to work beside the running agent: two programs on one board would spoil both.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from pathlib import Path
from typing import Final

from edge import calibration, config_file, words
from edge.alone import alone
from edge.barrier import barring
from edge.bucket import pour
from edge.calibration import Book, FlowPoints, ProbePoints, check_flow, check_probe
from edge.checkup import boot
from edge.checkup.machine import Machine
from edge.clock import Clock, SystemClock
from edge.config import Hardware
from edge.config_buses import Probe
from edge.config_nodes import NodeProbe
from edge.doctor import CONFIG, DATA
from edge.errors import CalibrationError
from edge.hardware.board import default_pins
from edge.hardware.sensors import Buses, Workshop
from edge.loop import LOCAL_ZONE
from edge.profiles import media
from edge.service import STORE, stop_on_signals
from edge.two_points import settled

BUCKET_S: Final = 60.0
"""A minute of a small pump fills a bucket, and outweighs the second that the valve takes."""
NAME_CHARS: Final = 60


@dataclass(frozen=True)
class Person:
    """Who stands there, the time that passes for them, and the buses before them."""

    say: Callable[[str], object]
    ask: Callable[[str], str]
    clock: Clock
    wait: Callable[[float], bool]
    """Lets seconds pass; true when told to stop."""
    buses: Buses


def main(argv: Sequence[str], say: Callable[[str], object]) -> int:
    args = _parser().parse_args(argv)
    work(args, Person(say, _prompt, SystemClock(), stop_on_signals().wait, Buses()), Machine())
    return 0


def _prompt(question: str) -> str:
    try:
        return input(question)
    except EOFError:
        raise CalibrationError("nobody answers; nothing was written") from None


def work(args: argparse.Namespace, person: Person, machine: Machine) -> None:
    """Measure, check, write down.

    Raises:
        BusyError: another program works there.
        CalibrationError: what stands against it; nothing was written.
    """
    if boot.is_running(machine):
        raise CalibrationError("the agent is running; first: sudo systemctl stop vuonso-edge")
    with alone(args.data):
        _measure(args, person)


def _measure(args: argparse.Namespace, person: Person) -> None:
    hardware, path = config_file.load(args.config), args.data / calibration.FILE
    book = calibration.read(path)
    signed = _signature(args.by or person.ask("Who measures? "), person.clock)
    if args.what == "probe":
        points = _probe(hardware, args, person, signed)
        book = Book(probes=(*book.probes, points), flow=book.flow)
        told = f"{points.key}: {points.dry_raw} dry, {points.wet_raw} wet"
    else:
        bucket = _bucket(hardware, args, person, signed)
        book = Book(probes=book.probes, flow=(*book.flow, bucket))
        told = f"flow: {bucket.pulses_per_litre:.1f} pulses per litre"
    calibration.write(path, book)
    person.say(f"{told}; written to {path}. Now: sudo systemctl start vuonso-edge")


def _probe(
    hardware: Hardware, args: argparse.Namespace, person: Person, signed: dict[str, str]
) -> ProbePoints:
    probe = _named(hardware, args.key)
    full = media()[hardware.zone(probe.zone).medium].full
    points = ProbePoints(
        key=probe.key,
        kind=probe.kind,
        dry_raw=_point(hardware, probe, "dry", args.dry_raw, person),
        wet_raw=_point(hardware, probe, "watered and drained", args.wet_raw, person),
        dry_vwc=args.dry_vwc,
        wet_vwc=full if args.wet_vwc is None else args.wet_vwc,
        **signed,
    )
    check_probe(points, probe)
    return points


def _point(hardware: Hardware, probe: Probe, state: str, given: int | None, person: Person) -> int:
    if given is not None:
        return given
    if isinstance(probe, NodeProbe):
        raise CalibrationError(
            f"{probe.key} speaks every {probe.every_s:g} s, too seldom to wait for: read its raw "
            "figure with `vuonso edge doctor` in both substrates, give --dry-raw and --wet-raw"
        )
    person.ask(f"Put {probe.key} into {state} substrate, wait a minute, press Enter. ")
    sensor = Workshop(hardware, default_pins(), person.buses).sensor(probe)
    raw = settled(probe, sensor, person.wait)
    person.say(f"{state}: {raw}")
    return raw


def _named(hardware: Hardware, key: str) -> Probe:
    for probe in hardware.probes:
        if probe.key == key:
            return probe
    known = ", ".join(probe.key for probe in hardware.probes) or "none"
    raise CalibrationError(f"there is no probe {key}; hardware.toml has {known}")


def _bucket(
    hardware: Hardware, args: argparse.Namespace, person: Person, signed: dict[str, str]
) -> FlowPoints:
    if hardware.flow is None:
        raise CalibrationError("hardware.toml has no [flow]: there is no meter to calibrate")
    pulses = args.pulses
    if pulses is None:
        zone = args.zone or hardware.zones[0].key
        if zone not in {known.key for known in hardware.zones}:
            raise CalibrationError(f"there is no zone {zone} in hardware.toml")
        _refuse_barred(args.data / STORE, hardware, zone)
        person.ask(f"All water of {zone} into a bucket for {args.seconds:g} s, press Enter. ")
        pulses = pour(hardware, default_pins(), zone, args.seconds, person.clock, person.wait)
        person.say(f"{pulses} pulses")
    litres = args.litres
    if litres is None:
        litres = _litres(person.ask("Litres in the bucket? "))
    if pulses < 1 or litres <= 0:
        raise CalibrationError(f"{pulses} pulses and {litres:g} L: look at the meter's plug")
    points = FlowPoints(pulses=pulses, litres=litres, **signed)
    check_flow(points, hardware.flow)
    return points


def _refuse_barred(store: Path, hardware: Hardware, zone: str) -> None:
    """What was stopped while the agent ran stays stopped until it runs again."""
    reason = barring(store, hardware, zone)
    if reason is not None:
        said = words.REASONS[reason].en
        raise CalibrationError(f"no water for {zone}. {said} The agent must run for that")


def _litres(text: str) -> float:
    try:
        return finite(text)
    except ValueError:
        raise CalibrationError(f"{text.strip()!r} is not a number of litres") from None


def finite(text: str) -> float:
    """A number as people write it, with a comma or a point."""
    number = float(text.strip().replace(",", "."))
    if not isfinite(number):
        raise ValueError(text)
    return number


def _signature(name: str, clock: Clock) -> dict[str, str]:
    """Who and when, as it is written down."""
    name = name.strip()
    if not name or len(name) > NAME_CHARS or not name.isprintable():
        raise CalibrationError(f"say who measures, in at most {NAME_CHARS} letters: --by NAME")
    at = datetime.fromtimestamp(clock.wall().unix_ms // 1000, LOCAL_ZONE)
    return {"by": name, "at": at.isoformat()}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="vuonso edge calibrate", description=__doc__)
    what = parser.add_subparsers(dest="what", required=True)
    probe = what.add_parser("probe", help="a soil probe, in dry and in watered substrate")
    probe.add_argument("key", help="the probe's key in hardware.toml")
    probe.add_argument("--dry-raw", type=int, help="counts in dry substrate, not measured now")
    probe.add_argument("--wet-raw", type=int, help="counts in watered and drained substrate")
    probe.add_argument("--dry-vwc", type=finite, default=0.0, help="water there (default: 0)")
    probe.add_argument("--wet-vwc", type=finite, help="water there (default: the medium's)")
    flow = what.add_parser("flow", help="the flow meter, with a bucket; one valve opens")
    flow.add_argument("--zone", help="whose water goes into the bucket (default: the first)")
    flow.add_argument("--seconds", type=finite, default=BUCKET_S, help="open for (default: 60)")
    flow.add_argument("--pulses", type=int, help="pulses counted before; no valve opens")
    flow.add_argument("--litres", type=finite, help="litres in the bucket")
    for each in (probe, flow):
        each.add_argument("--by", help="who measures")
        each.add_argument("--config", type=Path, default=CONFIG, help=f"(default: {CONFIG})")
        each.add_argument("--data", type=Path, default=DATA, help=f"(default: {DATA})")
    return parser
