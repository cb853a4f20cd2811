"""A whole installation in a folder of its own, and a real agent that speaks with its ingest."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine, text
from sqlmodel import Session, SQLModel, select

from cloud import keyring
from cloud.backup import making, restoring
from cloud.backup.restoring import Restored
from cloud.db import make_engine, writing
from cloud.devices import link
from cloud.devices import service as devices
from cloud.devices.vault import open_vault
from cloud.schema import migrate
from cloud.settings import Settings
from cloud.telemetry.commit import commit
from cloud.telemetry.models import Event, Sample
from cloud.telemetry.reader import Incoming, Ticket
from cloud.telemetry.speaker import Speaker
from tests.cloud.conftest import FixedClock, Seeded, _seed
from tests.edge.rig import Rig
from wire import topics
from wire.topics import Up

M = TypeVar("M", bound=SQLModel)
TICKET = Ticket(1, 1, 1)


@dataclass
class Installation:
    """Database, secrets, backups."""

    settings: Settings
    clock: FixedClock
    backups: Path
    engine: Engine = field(init=False)

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> None:
        self.engine = make_engine(self.settings.database)
        keyring.bind_to(self.engine, self.settings)

    def fill(self) -> Seeded:
        self.settings.data_dir.mkdir(parents=True, exist_ok=True)
        migrate(self.engine)
        with Session(writing(self.engine), expire_on_commit=False) as session, session.begin():
            return _seed(session, self.settings, self.clock.now())

    def back_up(self, keep: int = 14) -> Path:
        self.clock.advance(minutes=5)
        return making.make(self.settings, self.backups, keep, self.clock)

    def restore(self, backup: Path, *, replace: bool = False) -> Restored:
        self.engine.dispose()
        self.clock.advance(hours=1)
        done = restoring.restore(self.settings, backup, self.clock, replace=replace)
        self.open()
        return done

    def unfinished(self) -> list[str]:
        """Databases that a restore began to build and did not put in place."""
        if self.settings.database.startswith("sqlite"):
            return [path.name for path in self.settings.data_dir.glob("*restoring*")]
        with Session(self.engine) as session:
            names = "SELECT datname FROM pg_database WHERE datname LIKE '%restoring%'"
            return [*session.connection().execute(text(names)).scalars()]

    def found(self, model: type[M]) -> Sequence[M]:
        with Session(self.engine) as session:
            return session.exec(select(model)).all()

    def rows(self, device: str) -> list[tuple[str, int]]:
        """The numbers of a device's rows, in order; a doubled one would be there twice."""
        with Session(self.engine) as session:
            return sorted(
                row
                for model in (Sample, Event)
                for row in session.exec(
                    select(model.epoch, model.seq).where(model.device_id == device)
                )
            )


@dataclass
class Line:
    """Instead of the broker: what the agent publishes is stored, what the cloud says arrives."""

    place: Installation
    rig: Rig
    _waiting: list[Incoming] = field(default_factory=list)
    _messages: int = 0

    def join(self, seeded: Seeded) -> None:
        """The newest device of the greenhouse, so that what people ask for is asked of it."""
        self.place.clock.advance(minutes=1)
        with Session(writing(self.place.engine)) as session, session.begin():
            vault, now = open_vault(self.place.settings), self.place.clock.now()
            devices.register(session, vault, self.rig.identity, seeded.greenhouse, now)

    def publish(self, kind: Up, payload: bytes) -> int:
        topic = topics.up(self.rig.identity.device, kind)
        self._waiting.append(Incoming(topic, payload, TICKET))
        self._messages += 1
        return self._messages

    def farewell(self, *_words: object) -> None:
        """The agent hangs up."""

    close = farewell

    def send(self, topic: str, payload: bytes, _qos: int, *, retain: bool = False) -> None:
        del retain
        self.rig.runtime.uplink._receive(topic, payload)

    def connect(self) -> None:
        """A birth, as after every start of the broker."""
        uplink = self.rig.runtime.uplink
        uplink._session, uplink._connected = self, True
        uplink._announce()

    def drain(self) -> None:
        """Until the agent has nothing to send and the cloud nothing to say."""
        place, uplink = self.place, self.rig.runtime.uplink
        speaker = Speaker(self, open_vault(place.settings), place.clock)
        with Session(place.engine) as session:
            known = link.known_devices(session)
        for _ in range(500):
            uplink._send()
            batch, self._waiting = self._waiting, []
            if not batch:
                return
            place.clock.advance(seconds=2)
            for outcome in commit(place.engine, batch, known, place.clock.now()):
                speaker.take(outcome, known)
            speaker.speak()
            for message in range(1, self._messages + 1):
                uplink._drain.confirmed(message, 0.0)
            self.rig.seconds(1)
        raise AssertionError("it never ends")

    def command(self) -> None:
        """What waits for the device goes out."""
        place = self.place
        speaker = Speaker(self, open_vault(place.settings), place.clock)
        with Session(writing(place.engine)) as session, session.begin():
            known = link.known_devices(session)
            claimed = link.claim_outgoing(session, place.clock.now())
            for command in claimed:
                speaker.command(known[command.device_id], link.wire_command(command))
        self.rig.seconds(2)


def produced(rig: Rig) -> list[tuple[str, int]]:
    """The numbers of all rows the agent ever wrote."""
    store = rig.runtime.store
    return [(store.origin.epoch, seq) for seq in range(1, store.last + 1)]
