"""`vuonso sim`: the real agent on a greenhouse that is not there, or on recorded probes."""

import argparse
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Final

from edge.clock import SystemClock
from edge.errors import EdgeError
from edge.logs import speaking
from firmware_sim import lesson
from firmware_sim.climate import REGIONS, Climate, GeneratedClimate, Season
from firmware_sim.errors import SimError
from firmware_sim.folder import Folder
from firmware_sim.lesson import Lesson
from firmware_sim.recorded import recorded_climate
from firmware_sim.replay import replay
from firmware_sim.run import LockStep, assemble
from firmware_sim.run_scenario import add_arguments
from wire import identity
from wire.errors import WireError

UNUSABLE: Final = 2
COLUMNS: Final = Path(__file__).parent / "columns" / "agc3_lettuce.toml"


def main(argv: Sequence[str]) -> int:
    args = _parser().parse_args(argv)
    run: Callable[[argparse.Namespace], int] = args.run
    try:
        return run(args)
    except (SimError, EdgeError, WireError) as error:
        print(f"vuonso sim: {error}", file=sys.stderr)
        return UNUSABLE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="vuonso sim", description=__doc__)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _agent_parser(commands.add_parser("agent", help="a greenhouse with the real agent in it"))
    add_arguments(commands.add_parser("run", help="a scenario with things going wrong in it"))
    _replay_parser(commands.add_parser("replay", help="what the agent makes of recorded probes"))
    return parser


def _agent_parser(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--data", type=Path, required=True, help="data folder; the agent's files lie in its edge/")
    add("--hours", type=_hours, default=24.0, help="hours to live through first (default: 24)")
    add("--seed", type=int, default=1, help="seed of weather, plants and noise (default: 1)")
    add("--scale", type=_scale, default=1.0, help="simulated seconds per second (default: 1)")
    add("--region", choices=sorted(REGIONS), default="highlands", help="generated climate's place")
    add("--season", type=Season, choices=list(Season), default=Season.HOT, help="and its season")
    add("--climate", type=Path, help="recorded climate (CSV) instead of the generated one")
    add("--columns", type=Path, default=COLUMNS, help="which column of that file is what (TOML)")
    add(
        "--lesson",
        action="store_true",
        help="the practice greenhouse: no past, no automation, one trouble to learn from",
    )
    parser.set_defaults(run=_agent)


def _replay_parser(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("series", type=Path, help="CSV with a time column and one or more moisture columns")
    add("--time", default="timestamp", help="name of the time column (default: timestamp)")
    add("--moisture", action="append", help="a moisture column (default: all that look like one)")
    add("--hours", type=_hours, default=48.0, help="hours to replay (default: 48)")
    parser.set_defaults(run=_replay)


def _hours(word: str) -> float:
    return _between(word, 0.0, 10_000.0)


def _scale(word: str) -> float:
    return _between(word, 0.01, 10_000.0)


def _between(word: str, low: float, high: float) -> float:
    value = float(word)
    if not low <= value <= high:
        raise argparse.ArgumentTypeError(f"{word} is not between {low:g} and {high:g}")
    return value


def _agent(args: argparse.Namespace) -> int:
    folder = Folder(args.data)
    now_ms = SystemClock().wall().unix_ms
    who = identity.load(folder.identity)
    hardware = folder.hardware(lesson.BOARD) if args.lesson else folder.hardware()
    start = (
        lesson.prepare(folder, who, now_ms) if args.lesson else folder.start(now_ms, args.hours)
    )
    climate = _climate(args, start.wall_ms)
    stop = _stop_on_signals()
    lock_step = assemble(hardware, who, folder.store, start, climate, args.seed)
    watch = Lesson(lock_step).watch if args.lesson else None
    with speaking():
        try:
            _live(lock_step, folder, args.scale, stop, watch)
        finally:
            lock_step.end(folder.summary)
    folder.leave(lock_step.clock.wall().unix_ms, lock_step.world.fills())
    return 0


def _live(
    lock_step: LockStep,
    folder: Folder,
    scale: float,
    stop: threading.Event,
    watch: Callable[[], None] | None,
) -> None:
    """The past without a network at full speed, then the present with it."""
    machine = SystemClock()
    while not stop.is_set() and lock_step.is_behind(machine.wall().unix_ms):
        lock_step.forward(machine.wall().unix_ms, stop)  # which itself takes time
    if stop.is_set():
        return
    lock_step.runtime.start()
    lock_step.write_summary(folder.summary)
    lock_step.live(scale, stop, watch)


def _climate(args: argparse.Namespace, start_ms: int) -> Climate:
    if args.climate is not None:
        return recorded_climate(args.climate, args.columns, start_ms)
    return GeneratedClimate(REGIONS[args.region], args.season, args.seed)


def _replay(args: argparse.Namespace) -> int:
    for line in replay(args.series, args.time, args.moisture, args.hours):
        print(line)
    return 0


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()

    def handle(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, handle)
    signal.signal(signal.SIGINT, handle)
    return stop
