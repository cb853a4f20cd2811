"""What it costs to start: CPU seconds until a command is done or a process is ready.

python -m bench.start

The service and then a worker beside it, on SQLite with a Mosquitto of their own, are ready when
`/readyz` on the internal port says so. Nothing else is told of the wall, for others share it.
"""

import argparse
import contextlib
import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from cloud.clock import SystemClock
from vuonso.ports import LOOPBACK, free_port

TURNS: Final = 5
LOOK_S: Final = 0.02
PATIENCE_S: Final = 120.0
COMMAND: Final = (sys.executable, "-m", "vuonso", "cloud")


def until_done(folder: Path, *words: str) -> float:
    """CPU seconds of a command from start to end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = _environment(folder, 0)
    subprocess.run([*COMMAND, *words], env=environment, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


@contextlib.contextmanager
def running(folder: Path, words: Sequence[str], sign: str) -> Iterator[float]:
    """A program that runs for the block, and its CPU seconds until that address said yes."""
    port = free_port(LOOPBACK, 0)
    with (folder / "said").open("ab") as said:
        process = subprocess.Popen(
            [*COMMAND, *words], env=_environment(folder, port), stdout=said, stderr=said
        )
    try:
        _await(lambda: _says_yes(port, sign), process, folder)
        yield _spent(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def measure() -> Mapping[str, float]:
    """One turn of everything."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        until_done(folder, "migrate")
        found = {"vuonso cloud --help": until_done(folder, "--help")}
        service = ("serve", "--port", str(free_port(LOOPBACK, 0)))
        with running(folder, service, "/readyz") as spent:
            found["the service, until ready"] = spent
        # The service alone is not ready before the worker beside it is.
        with (
            running(folder, (*service, "--no-worker"), "/healthz"),
            running(folder, ("ingest",), "/readyz") as spent,
        ):
            found["an ingest worker, until ready"] = spent
    return found


def _environment(folder: Path, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VUONSO_")}
    ours = {"DATA_DIR": str(folder / "cloud"), "INTERNAL_PORT": str(port), "DEMO": "true"}
    return kept | {f"VUONSO_{name}": value for name, value in ours.items()}


def _await(is_there: Callable[[], bool], process: "subprocess.Popen[bytes]", folder: Path) -> None:
    clock, pause = SystemClock(), threading.Event()
    deadline = clock.mono() + PATIENCE_S
    while not is_there():
        if process.poll() is not None or clock.mono() > deadline:
            raise SystemExit((folder / "said").read_text("utf-8", "replace"))
        pause.wait(LOOK_S)


def _says_yes(port: int, path: str) -> bool:
    line = HTTPConnection(LOOPBACK, port, timeout=PATIENCE_S)
    try:
        line.request("GET", path)
        return line.getresponse().status == 200  # noqa: PLR2004 # the one good answer of HTTP
    except (OSError, HTTPException):
        return False
    finally:
        line.close()


def _spent(pid: int) -> float:
    """Of the process itself, as the kernel has counted it; its children are others' work."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.start")
    parser.add_argument("--turns", type=int, default=TURNS, help=f"starts of each ({TURNS})")
    turns = [measure() for _ in range(parser.parse_args(argv).turns)]
    print(f"{'':32}{'median CPU s':>14}{'least':>8}")
    for name in turns[0]:
        spent = [turn[name] for turn in turns]
        print(f"{name:32}{median(spent):14.2f}{min(spent):8.2f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
