"""A device as far as its messages go, and what a test says about them."""

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel

from cloud.telemetry.reader import Incoming, Ticket
from wire import backfill, codec, rows, topics
from wire.codes import ClockQuality, EventKind, Metric
from wire.messages import Ask, Birth, Data, Event, Sample, ZoneInfo
from wire.topics import Up

EPOCH = "epochepochepoch2"
BOOT = "bootbootbootboo2"
NONCE = "noncenoncenonce2"
START_MS = 1_772_413_200_000
TICKET = Ticket(1, 1, 1)


@dataclass
class Sender:
    """Numbers and seals rows as a device does."""

    device: str
    epoch: str = EPOCH
    seq: int = 0
    chain: str = field(default=codec.GENESIS)

    def sample(self, zone: str | None = "z1", **metrics: float) -> Sample:
        self.seq += 1
        values = {Metric(name): value for name, value in (metrics or {"vwc": 0.3}).items()}
        return rows.seal_sample(
            Sample(
                e=self.epoch,
                s=self.seq,
                b=BOOT,
                u=self.seq * 1000,
                t=START_MS + self.seq * 60_000,
                q=ClockQuality.TRUSTED,
                z=zone,
                m=values,
            )
        )

    def samples(self, count: int) -> list[Sample]:
        return [self.sample() for _ in range(count)]

    def event(self, kind: EventKind, data: Data | None = None, zone: str | None = None) -> Event:
        return self._bound(self._event(kind, data or {}, zone))

    def summary(self, signer: Ed25519PrivateKey, data: Data, zone: str = "z1") -> Event:
        """A day's summary, signed as the device does."""
        bare = {**data, rows.CHAIN: self.chain}
        row = self._event(EventKind.DAY_SUMMARY, bare, zone)
        signature = signer.sign(rows.signed(row)).hex()
        return self._bound(row.model_copy(update={"d": {**bare, rows.SIGNATURE: signature}}))

    def _event(self, kind: EventKind, data: Data, zone: str | None) -> Event:
        self.seq += 1
        return Event(
            e=self.epoch,
            s=self.seq,
            b=BOOT,
            u=self.seq * 1000,
            t=START_MS + self.seq * 60_000,
            q=ClockQuality.TRUSTED,
            z=zone,
            k=kind,
            d=data,
            h=codec.GENESIS,
        )

    def _bound(self, row: Event) -> Event:
        sealed = rows.seal_event(row, self.chain)
        self.chain = sealed.h
        return sealed

    def birth(self, session: int = 1, oldest: int = 0, nonce: str = NONCE) -> Birth:
        zones = tuple(
            ZoneInfo(key=key, plants=60, nominal_lpm=6.0, max_lease_s=900.0, flow_meter=True)
            for key in ("z1", "z2")
        )
        return Birth(
            agent="1.0",
            simulated=True,
            epoch=self.epoch,
            boot=BOOT,
            session=session,
            oldest=oldest,
            last=self.seq,
            nonce=nonce,
            wall_ms=START_MS,
            clock=ClockQuality.TRUSTED,
            settings_version=0,
            zones=zones,
        )

    def ask(self, command_id: str) -> Ask:
        return Ask(id=command_id, nonce=NONCE)

    def say(self, kind: Up, *messages: BaseModel) -> Incoming:
        """One MQTT message with one body, or a list of rows."""
        one = codec.encode(messages[0])
        many = codec.encode_list(list(messages))
        return self.raw(kind, one if len(messages) == 1 else many)

    def pack(self, *found: Sample | Event) -> Incoming:
        return self.say(Up.BACKFILL, backfill.pack(found))

    def raw(self, kind: Up, payload: bytes) -> Incoming:
        return Incoming(topics.up(self.device, kind), payload, TICKET)
