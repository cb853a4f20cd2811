"""Runs the agent's process with one fault in one of its calls to the kernel, then looks around."""

import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from edge.config_file import load
from edge.runtime import build
from edge.store import Store
from tests.edge.fakes import BOARD, HandClock
from tests.edge.faulted.agent import Remains, close, pins
from wire import codec, identity, rows
from wire.codes import EventKind
from wire.messages import Event, Sample

ROOT = Path(__file__).resolve().parents[3]
LIVED_S = 1500
"""Long enough for a dose of several pulses."""
KILLED = {-signal.SIGKILL, 128 + signal.SIGKILL}
FILES = (
    "edge.db",
    "edge.db-wal",
    "edge.db-shm",
    "edge.db.keep",
    "edge.db.keep-1",
    "edge.db.keep.new",
)
NETWORK_CALL = "connect"
CALLS = ("pwrite64", "write", "fdatasync", "fsync", "rename", "openat", "ftruncate", "unlink")


@dataclass(frozen=True)
class Fault:
    """What happens at the n-th call of a kind; `lasts`: and at every later one."""

    call: str
    what: str
    nth: int
    lasts: bool = False

    def __str__(self) -> str:
        return f"{self.call}:{self.what}:{self.nth}{'+' if self.lasts else ''}"

    @property
    def words(self) -> list[str]:
        what = "signal=SIGKILL" if self.what == "SIGKILL" else f"error={self.what}"
        return ["-e", f"inject={self.call}:{what}:when={self.nth}{'+' if self.lasts else ''}"]


def prepare(folder: Path) -> None:
    (folder / "hardware.toml").write_text(BOARD, encoding="utf-8")
    who = identity.new_identity(("mqtt://127.0.0.1:1",), simulated=True)
    identity.save(who, folder / "identity.json")


def traced(strace: str, folder: Path, *words: str) -> int:
    """The exit code of the agent's process; minus the signal that killed it."""
    paths = [folder, *(folder / name for name in FILES)]
    if NETWORK_CALL in " ".join(words):
        only = ["-e", f"trace={NETWORK_CALL}"]
    else:
        only = ["-e", f"trace={','.join(CALLS)}", *(w for p in paths for w in ("-P", str(p)))]
    command = [strace, "-f", "-qq", "-o", str(folder / "trace"), *only, *words]
    agent = [sys.executable, "-m", "tests.edge.faulted.agent", str(folder), str(LIVED_S)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [*command, *agent], cwd=ROOT, env=environment, stderr=subprocess.PIPE, check=False
    ).returncode


def count(strace: str, folder: Path) -> Counter[str]:
    """How often an undisturbed life makes each call on the store's files."""
    prepare(folder)
    assert traced(strace, folder) == 0
    text = (folder / "trace").read_text(encoding="utf-8")
    return Counter(re.findall(r"^\d+ +(\w+)\(", text, re.MULTILINE))


def verdict(strace: str, folder: Path, fault: Fault) -> list[str]:
    """Live with the fault, then look at pins, store and books; sentences for what is wrong."""
    prepare(folder)
    code = traced(strace, folder, *fault.words)
    remains = Remains.at(folder / "remains")
    wrong = []
    if code in KILLED:
        close(folder)
    elif code != 0:
        wrong.append(f"the agent ended with {code}")
    if remains.driven():
        wrong.append(f"pins {remains.driven()} were left on by an agent that ended with {code}")
    return [f"{fault}: {sentence}" for sentence in [*wrong, *_books(folder, remains)]]


def _books(folder: Path, remains: Remains) -> list[str]:
    promised, litres = remains.accounts
    wrong = []
    store = Store(folder / "edge.db")
    if store.quarantined is not None:
        wrong.append("the store was found damaged")
    if store.last < promised:
        wrong.append(f"row {promised} was promised, {store.last} is the last one")
    wrong += _chain(store)
    store.close()
    return wrong + _after_restart(folder, litres)


def _chain(store: Store) -> list[str]:
    """Numbers without a gap or a double, octets unchanged, events bound to those before them."""
    wrong, previous = [], codec.GENESIS
    found = store.rows(1, store.last, store.last)
    if [row.seq for row in found] != list(range(1, store.last + 1)):
        wrong.append("row numbers have a gap or a double")
    for row in found:
        body = json.loads(row.payload)
        if not row.sound or body["s"] != row.seq:
            wrong.append(f"row {row.seq} is not what was written")
        if row.kind == "event":
            event = codec.decode(Event, row.payload)
            if rows.link(event, previous) != event.h:
                wrong.append(f"event {row.seq} is not bound to the one before it")
            previous = event.h
        else:
            rows.check(codec.decode(Sample, row.payload))
    return wrong


def _after_restart(folder: Path, litres: float) -> list[str]:
    """The next start closes the books: every dose has an end, and all water was charged."""
    clock = HandClock()
    clock.now = float(LIVED_S)
    factory = pins(Remains.at(folder / "remains"))
    who = identity.load(folder / "identity.json")
    runtime = build(load(folder / "hardware.toml"), who, clock, factory, folder / "edge.db")
    wrong = []
    if runtime.store.open_doses():
        wrong.append("a dose of the last life is still open in the journal")
    if runtime.store.zone("z1").litres < litres - 1.0:
        wrong.append(f"{litres:.1f} L were drawn, {runtime.store.zone('z1').litres:.1f} L charged")
    runtime.close()
    store = Store(folder / "edge.db")
    kinds = Counter(
        json.loads(row.payload)["k"]
        for row in store.rows(1, store.last, store.last)
        if row.kind == "event"
    )
    store.close()
    ends = kinds[EventKind.DOSE_ENDED] + kinds[EventKind.INTERRUPTED]
    if kinds[EventKind.DOSE_STARTED] > ends:
        wrong.append(f"{kinds[EventKind.DOSE_STARTED]} doses began, {ends} ended")
    return wrong
