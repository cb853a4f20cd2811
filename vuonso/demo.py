"""`vuonso demo`: the whole product on one machine, for a person to walk through or for a test."""

import argparse
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final, TextIO

import qrcode

from edge.clock import SystemClock
from vuonso import ports
from vuonso.children import Child, Children
from vuonso.errors import DemoError
from vuonso.place import Place
from vuonso.stage import Stage, environment
from vuonso.story import Story
from vuonso.waiting import Patience

PORT: Final = 8000
DAY_H: Final = 24.0


def main(argv: Sequence[str]) -> int:
    args = _parser().parse_args(argv)
    try:
        with _stage(args) as stage:
            return _once(stage, args) if args.once else _stay(stage, args)
    except DemoError as error:
        _say(f"vuonso demo: {error}", to=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="vuonso demo",
        description="Starts broker, cloud and a simulated greenhouse with the real agent.",
    )
    add = parser.add_argument
    add("--data", type=Path, default=Path("data/demo"), help="data folder (default: data/demo)")
    add("--fresh", action="store_true", help="delete the folder's data first")
    add(
        "--port",
        type=int,
        default=PORT,
        help=f"port of the pages; 0: any free one (default: {PORT})",
    )
    add("--lan", action="store_true", help="serve the local network, for a phone; no TLS")
    add("--hours", type=float, default=DAY_H, help="hours lived before now (default: 24)")
    add("--seed", type=int, default=1, help="seed of weather and noise (default: 1)")
    add("--climate", type=Path, help="recorded climate (CSV) instead of the generated one")
    add("--columns", type=Path, help="which column of that file is what (TOML)")
    add("--once", action="store_true", help="play the whole story without a person, then end")
    add("--json", type=Path, help="with --once: write the figures to this file")
    return parser


@contextmanager
def _stage(args: argparse.Namespace) -> Iterator[Stage]:
    """Hold the folder, the ports and the processes; whatever happens, stop them all."""
    # Also SIGINT: a shell starts background jobs with it ignored.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _interrupt)
    place = Place(args.data.resolve())
    lock = place.lock()
    if args.fresh:
        place.clear()
    host = ports.lan_address() if args.lan else ports.LOOPBACK
    port = ports.free_port(host, args.port)
    if args.port and port != args.port:
        _say(f"Port {args.port} is taken; using {port}.")
    children = Children(place.logs, environment(place, host, port), lock)
    try:
        clock = SystemClock()
        yield Stage(place, host, port, children, Patience(clock, children), clock.net())
    finally:
        # One more Ctrl-C must not leave half of them running; each stop has its deadline.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _say(*(f"{sentence}." for sentence in children.stop()))
        os.close(lock)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _open(stage: Stage, args: argparse.Namespace) -> Child:
    """Start everything, let the greenhouse live up to now; return it."""
    stage.seed()
    stage.serve()
    _say(f"The greenhouse lives through its last {args.hours:g} hours …")
    greenhouse = stage.grow(_greenhouse_words(args))
    stage.catch_up(args.hours)
    return greenhouse


def _greenhouse_words(args: argparse.Namespace) -> list[str]:
    words = ["--hours", str(args.hours), "--seed", str(args.seed)]
    for flag in ("climate", "columns"):
        path: Path | None = getattr(args, flag)
        words += [f"--{flag}", str(path.resolve())] if path else []
    return words


def _once(stage: Stage, args: argparse.Namespace) -> int:
    summary = Story(stage, _say).play(_open(stage, args))
    if args.json:
        summary.write(args.json)
    problems = summary.problems()
    _say(*(problems or [f"All of it happened, in {summary.seconds:.0f} s."]))
    return 1 if problems else 0


def _stay(stage: Stage, args: argparse.Namespace) -> int:
    _open(stage, args)
    scan_url = Story(stage, _say).prepare()
    link = stage.login_link()
    _say(
        "",
        f"  Farmer   {link}   (opens once)",
        f"  Market   {stage.origin}/cho",
        f"  Stamp    {scan_url}",
        f"  Data     {stage.place.folder}",
        "  Stop     Ctrl-C",
        "",
    )
    if args.lan:
        _say(
            "Plain HTTP in your network: cookies are unprotected. Scan to open the farmer's page:"
        )
        _draw(link, sys.stdout)
    stage.patience.forever()
    return 0


def _draw(link: str, output: TextIO) -> None:
    code = qrcode.QRCode(border=1)
    code.add_data(link)
    code.print_ascii(out=output, invert=True)


def _say(*lines: str, to: TextIO | None = None) -> None:
    output = to or sys.stdout
    output.writelines(f"{line}\n" for line in lines)
    output.flush()
