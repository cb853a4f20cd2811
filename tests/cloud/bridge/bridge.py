"""The real agent and the cloud's own code, with the broker between them in a test's hand.

Everything that either side would publish stands here as bytes; the test says what arrives, when,
how often and in which order.
"""

from dataclasses import dataclass, field

from sqlalchemy import Engine
from sqlmodel import Session

from cloud.db import writing
from cloud.devices import link
from cloud.devices.link import KnownDevice
from cloud.devices.vault import Vault
from cloud.growing import link as growing
from cloud.telemetry.batch import Outcome
from cloud.telemetry.commit import commit
from cloud.telemetry.reader import Incoming, Ticket
from cloud.telemetry.speaker import Speaker
from edge.birth import birth
from edge.config_file import load
from tests.cloud.conftest import FixedClock
from tests.edge.rig import Rig
from wire import codec, topics
from wire.identity import random_id
from wire.messages import Go
from wire.topics import Up

BURST = 64


@dataclass
class Wire:
    """What the cloud has published and nobody has delivered yet, and what the broker retains."""

    down: list[tuple[str, bytes]] = field(default_factory=list)
    retained: dict[str, bytes] = field(default_factory=dict)

    def send(self, topic: str, payload: bytes, qos: int, *, retain: bool = False) -> None:
        assert qos in {0, 1}
        self.down.append((topic, payload))
        if retain:
            self.retained[topic] = payload

    def taken(self) -> list[tuple[str, bytes]]:
        """All that waits, to be delivered or lost."""
        waiting, self.down = self.down, []
        return waiting


@dataclass
class Bridge:
    """One greenhouse, its agent and the cloud's worker, in one thread."""

    engine: Engine
    vault: Vault
    clock: FixedClock
    rig: Rig
    wire: Wire = field(default_factory=Wire)
    told: tuple[str, int] = ("", 0)
    """Epoch and number of the last row the cloud was given."""

    gullible: bool = False
    """A cloud that wants whatever it is asked about, to see that a test would notice."""

    def __post_init__(self) -> None:
        self.speaker = Speaker(self.wire, self.vault, self.clock)

    @property
    def device(self) -> str:
        return self.rig.identity.device

    def seconds(self, count: int) -> None:
        """Both clocks go on; nothing is delivered."""
        self.rig.seconds(count)
        self.clock.advance(seconds=count)

    def publish(self) -> None:
        """The worker looks for commands and settings to send."""
        now = self.clock.now()
        with Session(writing(self.engine)) as session, session.begin():
            known = link.known_devices(session)
            commands = [
                (known[one.device_id], link.wire_command(one))
                for one in link.claim_outgoing(session, now)
            ]
            desired = growing.claim_outgoing(session, now)
        for device, command in commands:
            self.speaker.command(device, command)
        for owner, document in desired:
            self.speaker.desired(known[owner], document)

    def deliver(self, *messages: tuple[str, bytes]) -> None:
        """Bytes arrive at the agent, as from any broker."""
        for topic, payload in messages:
            self.rig.runtime.uplink._receive(topic, payload)

    def connect(self) -> None:
        """The agent's session begins: its birth goes up, what the broker retains comes down."""
        rig = self.rig
        clock = rig.runtime.agent._clock
        born = birth(load(rig.board), rig.identity, rig.runtime.store, clock, random_id())
        self._take_in((Up.BIRTH, codec.encode(born)))
        self.deliver(*self.wire.retained.items())

    def rows(self) -> None:
        """The agent's new rows reach the cloud."""
        store = self.rig.runtime.store
        epoch, last = self.told
        first = last + 1 if epoch == store.origin.epoch else 1
        found = store.rows(first, store.last, store.last)
        kinds = {"event": Up.EVENT, "sample": Up.LIVE}
        self._take_in(*((kinds[row.kind], row.payload) for row in found))
        self.told = (store.origin.epoch, store.last)

    def asks(self) -> None:
        """The agent's questions reach the cloud."""
        waiting = self.rig.runtime.uplink._asks
        while not waiting.empty():
            ask = waiting.get_nowait()
            if self.gullible:
                goes = [(self.device, Go(id=ask.id, nonce=ask.nonce))]
                self.speaker.take(Outcome(goes=goes), self._known())
            else:
                self._take_in((Up.ASK, codec.encode(ask)))

    def round(self) -> None:
        """A good line: everything arrives once, and both answer."""
        for _ in range(3):
            self.publish()
            self.deliver(*self.wire.taken())
            self.seconds(1)
            self.asks()
            self.deliver(*self.wire.taken())
            self.seconds(1)
            self.rows()

    def _take_in(self, *messages: tuple[Up, bytes]) -> None:
        known = self._known()
        incoming = [
            Incoming(topics.up(self.device, kind), body, Ticket(number, 1, 1))
            for number, (kind, body) in enumerate(messages)
        ]
        for start in range(0, len(incoming), BURST):
            batch = incoming[start : start + BURST]
            for outcome in commit(self.engine, batch, known, self.clock.now()):
                assert outcome.rejected == 0
                self.speaker.take(outcome, known)

    def _known(self) -> dict[str, KnownDevice]:
        with Session(self.engine) as session:
            return link.known_devices(session)
