"""Every reader of foreign bytes, as functions of bytes that may raise only errors of ours."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from random import Random

from pydantic import BaseModel

from cloud.devices.link import KnownDevice
from cloud.telemetry.reader import Incoming, Ticket, sort
from edge.clock import Timekeeper
from edge.courier import Courier, Route
from edge.office import Inbox
from edge.settings import Seal
from edge.store import Store
from edge.uplink import Session
from tests.edge.fakes import HandClock
from tests.wire.conftest import DEVICE, KEY, birth
from wire import backfill, codec, messages, topics
from wire.backfill import Backfill
from wire.errors import WireError
from wire.identity import Identity
from wire.messages import Birth, Desired, DesiredDoc
from wire.settings import judge
from wire.topics import Down, Up

Reader = Callable[[bytes], object]
GOLDEN = Path(__file__).resolve().parents[1] / "wire" / "golden"
MODELS: tuple[type[BaseModel], ...] = (
    messages.Birth,
    messages.Will,
    messages.Sample,
    messages.Event,
    messages.Ack,
    messages.Command,
    messages.Ask,
    messages.Go,
    messages.Reads,
    messages.Desired,
    Backfill,
)
KNOWN = KnownDevice(DEVICE, 1, "", "ab" * 32)
IDENTITY = Identity(
    device=DEVICE,
    secret="0" * 64,
    command_key=KEY.hex(),
    ed25519_seed="0" * 64,
    brokers=("mqtt://127.0.0.1:1",),
)


@contextmanager
def readers(folder: Path) -> Iterator[dict[str, Reader]]:
    """Each by name; the agent's receiver stands on a store of its own."""
    with ExitStack() as leaving:
        courier = _courier(folder, leaving)
        yield {
            **{f"decode {model.__name__}": partial(_decoded, model) for model in MODELS},
            "split rows": codec.split_rows,
            "unpack": _unpacked,
            "settings": _judged,
            **{f"cloud {kind}": partial(_sorted, topics.up(DEVICE, kind)) for kind in Up},
            **{
                f"agent {kind}": partial(_received, courier, topics.down(DEVICE, kind))
                for kind in Down
            },
        }


def tame(reader: Reader, payload: bytes) -> None:
    """Anything but an error of the contract comes out."""
    try:
        reader(payload)
    except WireError:
        return


def golden() -> dict[str, bytes]:
    """One valid message of each kind, by file name."""
    return {file.stem: file.read_bytes().strip() for file in sorted(GOLDEN.glob("*.json"))}


def _decoded(model: type[BaseModel], payload: bytes) -> None:
    """What is accepted has one form, which is accepted again."""
    message = codec.decode(model, payload)
    octets = codec.encode(message)
    assert codec.encode(codec.decode(model, octets)) == octets


def _unpacked(payload: bytes) -> None:
    for row in backfill.unpack(codec.decode(Backfill, payload)):
        assert isinstance(json.loads(row), dict)


def _judged(payload: bytes) -> None:
    """Settings of somebody who holds the key: only their content is foreign."""
    desired = codec.decode(Desired, payload)
    signed = codec.sign(desired, topics.down(DEVICE, Down.DESIRED), KEY)
    assert Seal(DEVICE, KEY).fits(codec.decode(Desired, codec.encode(signed)))
    judged = judge(signed.doc, {"z1": 2})
    assert isinstance(judged, DesiredDoc) or judged


def _sorted(topic: str, payload: bytes) -> None:
    """A message gives rows or a quarantined one, and never takes its neighbour with it."""
    neighbour = Incoming(topics.up(DEVICE, Up.BIRTH), codec.encode(birth()), Ticket(2, 1, 1))
    found = sort([Incoming(topic, payload, Ticket(1, 1, 1)), neighbour], {DEVICE: KNOWN})
    assert found.births
    every = (found.samples, found.events, found.births[:-1], found.wills, found.asks)
    assert any(every) or found.rejected


def _received(courier: Courier, topic: str, payload: bytes) -> None:
    courier._receive(topic, payload)
    while not courier._inbox.empty():
        courier._inbox.get_nowait()


def _courier(folder: Path, leaving: ExitStack) -> Courier:
    """As the agent runs it, but without a network: nobody starts it."""
    store = Store(folder / "edge.db")
    leaving.callback(store.close)

    def unborn(_nonce: str) -> Birth:
        return birth()

    route = Route(IDENTITY, unborn, Random(1), Session)
    return Courier(route, store, Timekeeper(HandClock(), 0), Inbox())
