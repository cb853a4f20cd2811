"""What the agent costs the Pi, beside a minimal paho and gpiozero script on the same pins.

Run `python -m bench.edge`. Every program runs in a process of its own; both are measured in the
same run, so that the ratios hold on any machine. A Pi's own figures: docs/hardware-checklist.md.
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from firmware_sim.folder import BOARD
from wire import identity

STARTS = 5
WARM_S = 5.0
"""Until connected and through the first minute's imports."""
MEGABYTE = 1_000_000
RSS_TARGET_MB = 64
CARD_TARGET_MB = 20
BUSY_THREADS = 4
LEASES = 25
DAY_S = 86_400


@dataclass(frozen=True)
class Cost:
    """One program: medians of its starts, then what it holds and uses while it runs."""

    all_off_s: float
    first_reading_s: float
    rss_mb: float
    pss_mb: float
    cpu_percent: float


@dataclass(frozen=True)
class Figures:
    """All that the bench knows."""

    broker: bool
    agent: Cost
    minimal: Cost
    closer_s: float
    late_idle_ms: list[float]
    late_busy_ms: list[float]
    day: dict[str, int]


class Program:
    """A child of the bench, with the moments it marks."""

    def __init__(self, *words: str | Path) -> None:
        self._began = time.perf_counter()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.edge_child", *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def until(self, mark: str) -> float:
        """Seconds from the start to a mark."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith(f"mark {mark} "):
                return float(line.split()[2]) - self._began
        raise SystemExit(f"the program ended before its mark {mark}")

    def memory_mb(self) -> tuple[float, float]:
        """Resident, and with shared pages divided among their users."""
        text = Path(f"/proc/{self._process.pid}/smaps_rollup").read_text("utf-8")
        found = {line.split()[0]: line.split()[1] for line in text.splitlines()[1:]}
        return int(found["Rss:"]) * 1024 / MEGABYTE, int(found["Pss:"]) * 1024 / MEGABYTE

    def cpu_s(self) -> float:
        text = Path(f"/proc/{self._process.pid}/stat").read_text("utf-8")
        user, system = text.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def end(self) -> None:
        self._process.terminate()
        self._process.communicate()


@contextmanager
def running(*words: str | Path) -> Iterator[Program]:
    program = Program(*words)
    try:
        yield program
    finally:
        program.end()


def cost(words: Sequence[str | Path], seconds: float) -> Cost:
    starts = []
    for _ in range(STARTS):
        with running(*words) as program:
            starts.append((program.until("off"), program.until("read")))
    with running(*words) as program:
        program.until("read")
        _pause(WARM_S)
        before = program.cpu_s()
        _pause(seconds)
        used = program.cpu_s() - before
        rss, pss = program.memory_mb()
    all_off, first = (median(column) for column in zip(*starts, strict=True))
    return Cost(all_off, first, rss, pss, used / seconds * 100)


def closer_s(board: Path) -> float:
    """The whole life of the process that systemd starts before and after the agent."""
    command = [sys.executable, "-I", "-m", "edge.alloff", "--config", str(board)]
    seconds = []
    for _ in range(STARTS):
        began = time.perf_counter()
        subprocess.run(command, check=True, env={**os.environ, "GPIOZERO_PIN_FACTORY": "mock"})
        seconds.append(time.perf_counter() - began)
    return median(seconds)


@contextmanager
def broker(folder: Path) -> Iterator[int | None]:
    """A Mosquitto of its own, where the machine has one."""
    binary = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
    if binary is None:
        yield None
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    config = folder / "mosquitto.conf"
    config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n", "utf-8")
    with subprocess.Popen([binary, "-c", config], stderr=subprocess.DEVNULL) as process:
        _pause(1.0)
        try:
            yield port
        finally:
            process.terminate()


def measure(seconds: float, hours: float) -> Figures:
    with TemporaryDirectory(dir=".") as name, broker(Path(name)) as port:
        folder = Path(name)
        who = identity.new_identity((f"mqtt://127.0.0.1:{port or 1}",), simulated=True)
        identity.save(who, folder / "identity.json")
        files: list[str | Path] = ["--config", BOARD, "--identity", folder / "identity.json"]
        return Figures(
            broker=port is not None,
            agent=cost(["agent", *files, "--data", folder], seconds),
            minimal=cost(["minimal", str(port or 1)], seconds),
            closer_s=closer_s(BOARD),
            late_idle_ms=json.loads(_child("bench.edge_guard", LEASES, 0)),
            late_busy_ms=json.loads(_child("bench.edge_guard", LEASES, BUSY_THREADS)),
            day=json.loads(_child("bench.edge_day", hours)),
        )


def _child(module: str, *words: float) -> str:
    command = [sys.executable, "-m", module, *map(str, words)]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return told.splitlines()[-1]


def _pause(seconds: float) -> None:
    threading.Event().wait(seconds)


def table(figures: Figures) -> Iterator[str]:
    agent, minimal, day = figures.agent, figures.minimal, figures.day
    yield f"{'':34} {'agent':>9} {'minimal':>9} {'ratio':>6}  target"
    for name, unit, column in (
        ("resident memory", "MB", "rss_mb"),
        ("memory, shared pages divided", "MB", "pss_mb"),
        ("processor", "%", "cpu_percent"),
        ("start to all off", "s", "all_off_s"),
        ("start to the first reading", "s", "first_reading_s"),
    ):
        ours, theirs = asdict(agent)[column], asdict(minimal)[column]
        target = f"<= {RSS_TARGET_MB}" if column == "rss_mb" else ""
        ratio = f"{ours / theirs:.2f}" if theirs else "–"
        yield f"{name + ', ' + unit:34} {ours:9.2f} {theirs:9.2f} {ratio:>6}  {target}"
    yield f"{'edge.alloff, start to end, s':34} {figures.closer_s:9.2f}"
    for name, late in (("idle", figures.late_idle_ms), ("busy", figures.late_busy_ms)):
        middle, worst = median(late), max(late)
        p95 = quantiles(late, n=20)[-1]
        label = f"lease overrun, {name}, ms"
        yield f"{label:34} median {middle:.0f}, p95 {p95:.0f}, worst {worst:.0f} of {len(late)}"
    days = day["ticks"] / DAY_S
    card = day["to_disk_bytes"] / days / MEGABYTE
    each = day["to_disk_bytes"] / day["probe_readings"]
    yield f"{'to the card, MB a day':34} {card:9.2f} {'0':>9} {'':6}  <= {CARD_TARGET_MB}"
    yield f"{'to the card, bytes per reading':34} {each:9.0f}"
    wrote = day["ticks"] - day["quiet_ticks"]
    minutes = day["ticks"] // 60
    why = f"{minutes} minutes, {day['doses']} doses"
    yield f"{'ticks that wrote':34} {wrote:9} of {day['ticks']}: {why}"
    yield "" if figures.broker else "no mosquitto on this machine: both ran without a broker"


def misses(figures: Figures) -> Iterator[str]:
    """The targets that were not met."""
    if figures.agent.rss_mb > RSS_TARGET_MB:
        yield f"more than {RSS_TARGET_MB} MB of memory"
    if figures.day["to_disk_bytes"] * DAY_S / figures.day["ticks"] > CARD_TARGET_MB * MEGABYTE:
        yield f"more than {CARD_TARGET_MB} MB a day to the card"


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.edge", description=__doc__)
    parser.add_argument(
        "--seconds", type=float, default=30, help="of processor time (default: 30)"
    )
    parser.add_argument("--hours", type=float, default=24, help="of writing (default: 24)")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    args = parser.parse_args(argv)
    figures = measure(args.seconds, args.hours)
    for line in table(figures):
        print(line)
    if args.json is not None:
        args.json.write_text(json.dumps(asdict(figures), indent=2) + "\n", "utf-8")
    missed = list(misses(figures))
    for line in missed:
        print(f"target missed: {line}")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
