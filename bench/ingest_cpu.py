"""What a message costs the worker's processor: taken off the line, read, checked, committed.

Run `python -m bench.ingest_cpu`. The least of several turns counts: other jobs make a turn dearer,
never cheaper, so that this figure stands on a busy machine where seconds say nothing.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from bench import ingest_line
from bench.ingest_rig import SEED, device_ids, postgres, settle, traffic
from cloud.clock import SystemClock
from cloud.db import make_engine
from cloud.devices import link
from cloud.telemetry import reader
from cloud.telemetry.bundling import BundlingClient
from cloud.telemetry.commit import commit, transaction
from cloud.telemetry.reader import Incoming, Ticket
from cloud.telemetry.waiting import BATCH_SIZE

DEVICES: Final = 200
_TICKET: Final = Ticket(1, 1, 1)


def measure(url: str, messages: int, turns: int) -> tuple[float, float]:
    """Microseconds for a message until it is committed, and of these for reading it."""
    devices = device_ids(DEVICES)
    settle(url, devices)
    engine = make_engine(url)
    with transaction(engine) as session:
        known = link.known_devices(session)

    def store(found: Sequence[Incoming]) -> None:
        for at in range(0, len(found), BATCH_SIZE):
            commit(engine, found[at : at + BATCH_SIZE], known, SystemClock().now())

    said = [
        Incoming(topic, payload, _TICKET)
        for topic, payload in traffic(devices, BATCH_SIZE + turns * messages, SEED)
    ]
    store(said[:BATCH_SIZE])  # statements are composed, epochs begin
    whole, read = [], []
    for at in range(BATCH_SIZE, len(said), messages):
        found = said[at : at + messages]
        whole.append(_cpu_us(partial(store, found)) / messages)
        read.append(_cpu_us(partial(reader.sort, found, known)) / messages)
    engine.dispose()
    return min(whole), min(read)


def taking(messages: int, turns: int) -> tuple[float, float]:
    """Microseconds for a message until it is off the line: by paho alone, and by ours."""
    octets = b"".join(ingest_line.packets(traffic(device_ids(DEVICES), messages, SEED)))
    alone, ours = [], []
    for _ in range(turns):
        alone.append(_cpu_us(partial(ingest_line.pour, _alone(), octets)) / messages)
        ours.append(_cpu_us(partial(ingest_line.pour, _ours(), octets)) / messages)
    return min(alone), min(ours)


def _alone() -> Client:
    client = Client(CallbackAPIVersion.VERSION2, manual_ack=True)
    client.on_message = lambda *_words: None
    return client


def _ours() -> Client:
    client = BundlingClient(CallbackAPIVersion.VERSION2, manual_ack=True)
    client.deliver_to(lambda _deliveries: None)
    return client


def _cpu_us(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1e6


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.ingest_cpu")
    parser.add_argument("--messages", type=int, default=2_000, help="of a turn (2,000)")
    parser.add_argument("--turns", type=int, default=7, help="of which the least counts (7)")
    parser.add_argument("--sqlite-only", action="store_true", help="leave PostgreSQL out")
    parser.add_argument("--postgres", default="", help="URL of an empty database, not our own")
    args = parser.parse_args(argv)
    alone, ours = taking(args.messages, args.turns)
    print(f"off the line {ours:5.1f} us a message, by paho alone {alone:.1f}")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        urls = {"SQLite": f"sqlite:///{folder / 'bench.db'}"}
        server = None if args.sqlite_only else stack.enter_context(postgres(args.postgres))
        if server is not None:
            urls["PostgreSQL"] = server
        for name, url in urls.items():
            whole, read = measure(url, args.messages, args.turns)
            print(f"{name:12} {whole:6.1f} us a message, of which reading takes {read:.1f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
