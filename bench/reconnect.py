"""How long until all boxes of a province are back at a broker that lost them, and what it costs.

Run `python -m bench.reconnect --boxes 2000`. A real Mosquitto with the product's own files and an
account for each box, the product's own worker on SQLite, a connection for each box: it logs in,
listens, tells its birth and hands over an hour that it had kept. Waits are those of the agent.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench import herd
from bench.ingest import ended, expect, say
from bench.ingest_rig import SEED, device_ids, pause, settle
from cloud.broker import files, plan
from cloud.broker.address import BrokerAddress
from cloud.broker.kinds import MOSQUITTO, free_port
from cloud.broker.managed import answers, command_of
from cloud.broker.passwords import hash_password
from cloud.broker.services import Services, services_of
from cloud.settings import Settings

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Figures:
    """Seconds from the loss on; processor seconds; megabytes."""

    boxes: int
    rows: int
    born_median_s: float
    born_last_s: float
    durable_last_s: float
    most_knocks: int
    broker_cpu_s: float
    broker_mb: float
    worker_cpu_s: float
    load: float
    """Of the machine over the last minute, at the end."""


def measure(folder: Path, count: int, rows: int) -> Figures:
    settings = Settings(data_dir=folder, broker=MOSQUITTO, broker_port=free_port())
    devices = device_ids(count)
    boxes = [herd.box(one, f"password of {one}", rows, at) for at, one in enumerate(devices)]
    settle(settings.database, devices)
    address = plan.address_of(settings)
    with _broker(settings, boxes) as broker, _worker(settings) as worker:
        before = _cpu_s(broker)
        herd.come_back(boxes, address.port, SEED)
        told = ended(worker, wait=False)
        born = sorted(one.born_s for one in boxes)
        return Figures(
            boxes=count,
            rows=count * rows,
            born_median_s=median(born),
            born_last_s=born[-1],
            durable_last_s=max(one.durable_s for one in boxes),
            most_knocks=max(one.knocks for one in boxes),
            broker_cpu_s=_cpu_s(broker) - before,
            broker_mb=_peak_mb(broker),
            worker_cpu_s=told.cpu_s,
            load=os.getloadavg()[0],
        )


@contextmanager
def _broker(settings: Settings, boxes: Sequence[herd.Box]) -> Iterator[int]:
    """The process of a broker that knows all boxes by their passwords."""
    folder, address, services = (
        settings.broker_dir,
        plan.address_of(settings),
        services_of(settings),
    )
    accounts = {one.device: hash_password(one.password) for one in boxes}
    files.write(folder, address, {**accounts, **services.hashes()}, services.rules())
    with (folder / files.LOG).open("wb") as log:
        process = subprocess.Popen(command_of(MOSQUITTO, folder, address), stderr=log)
    try:
        _await_answer(address, services)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def _await_answer(address: BrokerAddress, services: Services) -> None:
    while not answers(address, services.probe):
        pause(0.1)


@contextmanager
def _worker(settings: Settings) -> Iterator["subprocess.Popen[str]"]:
    """The product's own worker, in a process of its own, ready to read."""
    environment = {
        **os.environ,
        "VUONSO_DATA_DIR": str(settings.data_dir),
        "VUONSO_BROKER": settings.broker,
        "VUONSO_BROKER_PORT": str(settings.broker_port),
    }
    words = [sys.executable, "-m", "bench.ingest_child", "worker", "ingest-1", str(sys.maxsize)]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, env=environment, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            expect(process, "ready")
            say(process, "go")
            yield process
        finally:
            process.kill()


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _peak_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1_024


def table(found: Sequence[Figures]) -> Iterator[str]:
    for name in asdict(found[0]):
        values = (asdict(one)[name] for one in found)
        yield f"{name:16}" + "".join(f"{value:>12,.1f}" for value in values)


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.reconnect", description=__doc__)
    parser.add_argument("--boxes", type=int, nargs="+", default=[200, 2_000])
    parser.add_argument("--rows", type=int, default=60, help="kept by each box (default: 60)")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    args = parser.parse_args(argv)
    found = []
    for count in args.boxes:
        with TemporaryDirectory() as folder:
            found.append(measure(Path(folder), count, args.rows))
    print(*table(found), sep="\n")
    if args.json is not None:
        args.json.write_text(json.dumps([asdict(one) for one in found], indent=2) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
