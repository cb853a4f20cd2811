"""A device as far as its messages go: what it sends takes the ingest's own way."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import BaseModel
from sqlalchemy import Engine
from sqlmodel import Session

from cloud.clock import Clock, unix_ms
from cloud.db import writing
from cloud.devices import link
from cloud.telemetry import batch
from cloud.telemetry.reader import Incoming, Ticket
from tests.cloud.conftest import Seeded
from wire import codec, rows, topics
from wire.codes import ClockQuality, EventKind, Metric
from wire.messages import Birth, Data, Event, Sample, Will, ZoneInfo
from wire.topics import Up

EPOCH = "epochepochepoch2"
BOOT = "bootbootbootboo2"


@dataclass
class Garden:
    """The seeded greenhouse's device; every call is one message, received and committed."""

    engine: Engine
    seeded: Seeded
    clock: Clock
    announce: Callable[[Iterable[int]], None] = lambda _greenhouses: None
    boot: str = BOOT
    session: int = 0
    seq: int = 0
    chain: str = field(default_factory=lambda: "0" * 64)

    @property
    def path(self) -> str:
        return f"/vuon/{self.seeded.greenhouse.public_id}"

    @property
    def zone_path(self) -> str:
        return f"/vuon/khu/{self.seeded.zones[0].public_id}"

    def birth(self, max_lease_s: float = 600.0) -> None:
        """The agent has started and is connected."""
        self.session += 1
        zones = tuple(
            ZoneInfo(
                key=f"z{n}",
                plants=200,
                nominal_lpm=5.0,
                max_lease_s=max_lease_s,
                flow_meter=True,
            )
            for n, _zone in enumerate(self.seeded.zones, 1)
        )
        message = Birth(
            agent="1",
            simulated=True,
            epoch=EPOCH,
            boot=self.boot,
            session=self.session,
            oldest=0,
            last=self.seq,
            nonce="noncenoncenonce2",
            wall_ms=unix_ms(self.clock.now()),
            clock=ClockQuality.TRUSTED,
            settings_version=0,
            zones=zones,
        )
        self._send(Up.BIRTH, message)

    def leave(self) -> None:
        self._send(Up.WILL, Will(session=self.session))

    def sample(self, zone: int | None = 1, ago_s: float = 0.0, **metrics: float) -> None:
        at = self.clock.now() - timedelta(seconds=ago_s)
        self._send(Up.LIVE, self._sample(zone, at, metrics))

    def day(self, fills: list[float], zone: int = 1, litres: float = 0.0) -> None:
        """Samples up to now, evenly over the last 24 hours."""
        step = timedelta(hours=24) / len(fills)
        start = self.clock.now() - timedelta(hours=24) + step
        messages = [
            self._sample(zone, start + n * step, {"fill": fill, "litres": litres})
            for n, fill in enumerate(fills)
        ]
        self._send(Up.LIVE, *messages)

    def event(
        self, kind: EventKind, zone: int | None = 1, ago_s: float = 0.0, **data: object
    ) -> None:
        bare = Event(
            e=EPOCH,
            s=self._next(),
            b=self.boot,
            u=self.seq * 1000,
            t=unix_ms(self.clock.now() - timedelta(seconds=ago_s)),
            q=ClockQuality.TRUSTED,
            z=f"z{zone}" if zone else None,
            k=kind,
            d=_data(data),
            h="0" * 64,
        )
        event = rows.seal_event(bare, self.chain)
        self.chain = event.h
        self._send(Up.EVENT, event)

    def _sample(self, zone: int | None, at: datetime, metrics: dict[str, float]) -> Sample:
        return rows.seal_sample(
            Sample(
                e=EPOCH,
                s=self._next(),
                b=self.boot,
                u=self.seq * 1000,
                t=unix_ms(at),
                q=ClockQuality.TRUSTED,
                z=f"z{zone}" if zone else None,
                m={Metric(name): float(value) for name, value in metrics.items()},
            )
        )

    def _next(self) -> int:
        self.seq += 1
        return self.seq

    def _send(self, kind: Up, *messages: BaseModel) -> None:
        topic = topics.up(self.seeded.device.id, kind)
        incoming = [
            Incoming(topic, codec.encode(message), Ticket(n, 1, 1))
            for n, message in enumerate(messages)
        ]
        with Session(writing(self.engine)) as session, session.begin():
            known = link.known_devices(session)
            outcome = batch.process(session, incoming, known, self.clock.now())
        assert outcome.rejected == 0
        self.announce(outcome.greenhouses)


def _data(values: dict[str, object]) -> Data:
    return {
        name: value
        for name, value in values.items()
        if isinstance(value, bool | int | float | str) or value is None
    }
