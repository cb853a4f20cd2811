"""What telephones that look on cost the server, beside a bare StreamingResponse in the same run.

Run `python -m bench.live --clients 2000`. Both servers run in processes of their own, one after
the other, with all clients on one greenhouse, which is the worst case: everybody is told at once.
Exit code 1: a target is missed.
"""

import argparse
import asyncio
import json
import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from cloud.clock import SystemClock, unix_ms

CLOCK = SystemClock()
TICKS = os.sysconf("SC_CLK_TCK")
NOW = re.compile(rb'"now":(\d+)')
DEADLINE_S = 120.0
AT_ONCE = 50
"""Connections that are being made at a time; telephones do not come back all at once either."""
SETTLE_S = 2.0
"""After which what connecting has left to do is done, before memory and processor are read."""
ADDED_MB, LATE_MS, CPU_US = 90.0, 300.0, 100.0
"""Targets for 2,000 viewers; memory in proportion for others."""


@dataclass(frozen=True)
class Figures:
    """Of one server. Late: from when the state was read until a client has all of it.

    Memory is what came with all but the first clients, who load what is loaded once: threads, and
    connections to the database.
    """

    server: str
    clients: int
    events: int
    connect_s: float
    added_mb: float
    kb_each: float
    p50_ms: float
    p99_ms: float
    cpu_us: float
    """Of the server, for each event of each client."""
    load: float
    """Of the machine over the last minute, at the end."""


class Client(asyncio.Protocol):
    """A telephone that looks on: notes when each event arrived."""

    def __init__(self, request: bytes) -> None:
        self._request, self._rest = request, b""
        self.opened = asyncio.get_running_loop().create_future()
        self.late_ms: list[float] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        at = unix_ms(CLOCK.now())
        *whole, self._rest = (self._rest + data).split(b"\n\n")
        for event in whole:
            told = NOW.search(event)
            if told and self.opened.done():
                self.late_ms.append(at - int(told[1]))
            elif told:
                self.opened.set_result(None)

    def connection_lost(self, _error: Exception | None) -> None:
        if not self.opened.done():
            self.opened.set_exception(ConnectionError("the server hung up"))


async def look_on(kind: str, child: "subprocess.Popen[str]", clients: int, events: int) -> Figures:
    """Connect them all, let things happen, and read what it cost."""
    assert child.stdout is not None
    place = json.loads(child.stdout.readline())
    request = (
        f"GET {place['path']} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {place['cookie']}\r\n"
        "Accept: text/event-stream\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n\r\n"
    ).encode()
    first = min(AT_ONCE, clients // 2)
    with ExitStack() as lines:
        arrive = partial(_arrive, lines, place["port"], request)
        early = await arrive(first)
        before_mb, began = _resident_mb(child.pid), time.perf_counter()
        late_comers = await arrive(clients - first)
        connected = time.perf_counter() - began - SETTLE_S
        added = _resident_mb(child.pid) - before_mb
        everybody = [*early, *late_comers]
        spent = [await _round(child, everybody) for _ in range(events)]
    late = [ms for client in everybody for ms in client.late_ms]
    return Figures(
        server=kind,
        clients=clients,
        events=events,
        connect_s=connected,
        added_mb=added,
        kb_each=added * 1024 / (clients - first),
        p50_ms=median(late),
        p99_ms=quantiles(late, n=100)[98],
        cpu_us=sum(spent) / (clients * events) * 1e6,
        load=os.getloadavg()[0],
    )


async def _arrive(lines: ExitStack, port: int, request: bytes, count: int) -> list[Client]:
    gate = asyncio.Semaphore(AT_ONCE)
    came = await asyncio.gather(*(_connect(lines, port, request, gate) for _ in range(count)))
    await asyncio.sleep(SETTLE_S)
    return came


async def _connect(lines: ExitStack, port: int, request: bytes, gate: asyncio.Semaphore) -> Client:
    async with gate:
        loop = asyncio.get_running_loop()
        transport, client = await loop.create_connection(
            lambda: Client(request), "127.0.0.1", port
        )
        lines.callback(transport.close)
        await asyncio.wait_for(client.opened, DEADLINE_S)
        return client


async def _round(child: "subprocess.Popen[str]", clients: Sequence[Client]) -> float:
    """One thing happens, and all are told; the server's processor seconds."""
    assert child.stdin is not None
    wanted, before = len(clients[0].late_ms) + 1, _cpu_s(child.pid)
    child.stdin.write("\n")
    child.stdin.flush()
    until = time.perf_counter() + DEADLINE_S
    while any(len(client.late_ms) < wanted for client in clients):
        if time.perf_counter() > until:
            raise SystemExit("not everybody was told in time")
        await asyncio.sleep(0.05)
    return _cpu_s(child.pid) - before


def measure(kind: str, clients: int, events: int) -> Figures:
    pipe = subprocess.PIPE
    with TemporaryDirectory() as folder:
        words = [sys.executable, "-m", "bench.live_child", kind, folder]
        with subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True) as child:
            try:
                return asyncio.run(look_on(kind, child, clients, events))
            finally:
                child.kill()


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _resident_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1_024


def misses(found: Figures) -> Iterator[str]:
    most_mb = ADDED_MB * found.clients / 2_000
    for name, most in (("added_mb", most_mb), ("p99_ms", LATE_MS), ("cpu_us", CPU_US)):
        value = asdict(found)[name]
        if value > most:
            yield f"{name}: {value:.1f}, target {most:.1f}"


def table(found: Sequence[Figures]) -> Iterator[str]:
    for name in asdict(found[0]):
        values = (asdict(one)[name] for one in found)
        yield f"{name:10}" + "".join(
            f"{value:>12,.1f}" if isinstance(value, float) else f"{value:>12}" for value in values
        )


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.live", description=__doc__)
    parser.add_argument("--clients", type=int, default=2_000)
    parser.add_argument("--events", type=int, default=10)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    args = parser.parse_args(argv)
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    found = [measure(kind, args.clients, args.events) for kind in ("product", "bare")]
    print(*table(found), sep="\n")
    missed = list(misses(found[0]))
    print(*missed, sep="\n")
    if args.json is not None:
        args.json.write_text(json.dumps([asdict(one) for one in found], indent=2) + "\n", "utf-8")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
