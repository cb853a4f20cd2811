"""What the greenhouses made beside what the cloud has: each row once, and with the same octets."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine, func
from sqlmodel import Session, col, select

from cloud.telemetry import packs
from cloud.telemetry.models import Event, Quarantine, Sample, SamplePack
from cloud.telemetry.packs import PackedRow
from edge import history
from edge.store import Store
from wire import codec, messages, rows
from wire.codes import ClockQuality, EventKind, Metric

Key = tuple[str, int]
"""A device and the number of one of its rows."""
Digests = dict[Key, str]


@dataclass(frozen=True)
class Audit:
    """The difference between two sets of rows, which ought to be none."""

    made: int
    missing: frozenset[Key]
    """Made at a greenhouse and not in the cloud."""
    unknown: frozenset[Key]
    """In the cloud and made by nobody."""
    altered: frozenset[Key]
    doubled: frozenset[Key]
    refused: Mapping[str, int]
    """What went to quarantine, by reason; honest greenhouses send nothing that does."""

    @property
    def is_clean(self) -> bool:
        return not (self.missing or self.unknown or self.altered or self.doubled or self.refused)

    def __str__(self) -> str:
        return (
            f"{self.made} rows made: {len(self.missing)} missing, {len(self.doubled)} doubled, "
            f"{len(self.altered)} altered, {len(self.unknown)} unknown, "
            f"{sum(self.refused.values())} refused {dict(self.refused)}"
        )


@dataclass
class Kept:
    """Rows of the cloud's two tables."""

    digests: Digests = field(default_factory=dict)
    doubled: set[Key] = field(default_factory=set)

    def add(self, device: str, row: messages.Row) -> None:
        key = (device, row.s)
        if key in self.digests:
            self.doubled.add(key)
        self.digests[key] = hashlib.sha256(codec.encode(row)).hexdigest()


def audit(engine: Engine, gateways: Mapping[str, Path]) -> Audit:
    """Compare all rows of these devices, whose folders hold a store and a journal."""
    made: Digests = {}
    for device, folder in gateways.items():
        made |= {(device, seq): digest for seq, digest in promised(folder).items()}
    with Session(engine) as session:
        kept = _kept(session, tuple(gateways))
        refused = Counter({row.reason: row.count for row in session.exec(select(Quarantine))})
    both = made.keys() & kept.digests.keys()
    return Audit(
        made=len(made),
        missing=frozenset(made.keys() - kept.digests.keys()),
        unknown=frozenset(kept.digests.keys() - made.keys()),
        altered=frozenset(key for key in both if made[key] != kept.digests[key]),
        doubled=frozenset(kept.doubled),
        refused=refused,
    )


def stored(engine: Engine) -> int:
    """How many rows the cloud has now; nights pack those that are older than two weeks."""
    packed = select(func.coalesce(func.sum(col(SamplePack.count)), 0))
    with Session(engine) as session:
        counts = [
            session.exec(select(func.count()).select_from(model)).one()
            for model in (Sample, Event)
        ]
        return sum(counts) + session.exec(packed).one()


def promised(folder: Path) -> dict[int, str]:
    """Rows by number: those of the journal, and the last ones, which a killed process never noted.

    A row of the journal that the store has otherwise, or no more, is the journal's.
    """
    found = dict(_of_store(folder / "edge.db"))
    found.update(_of_journal(folder / "journal"))
    return found


def _of_store(path: Path) -> Iterator[tuple[int, str]]:
    store = Store(path)
    try:
        for row in history.walk(store.rows, 1, store.last):
            yield row.seq, hashlib.sha256(row.payload).hexdigest()
    finally:
        store.close()


def _of_journal(path: Path) -> Iterator[tuple[int, str]]:
    for line in path.read_text().splitlines():
        seq, digest = line.split()
        yield int(seq), digest


def _kept(session: Session, devices: Sequence[str]) -> Kept:
    kept = Kept()
    for sample in session.exec(select(Sample)):
        kept.add(sample.device_id, _sample(sample))
    for day in session.exec(select(SamplePack)):
        for row in packs.unpack(day.body):
            kept.add(day.device_id, _sample(row))
    for event in session.exec(select(Event)):
        kept.add(event.device_id, _event(event))
    assert {device for device, _ in kept.digests} <= set(devices)
    return kept


def _sample(row: Sample | PackedRow) -> messages.Sample:
    metrics = {Metric(name): value for name, value in row.metrics.items()}
    return rows.seal_sample(messages.Sample.model_validate(_common(row) | {"m": metrics}))


def _event(row: Event) -> messages.Event:
    """As it was sealed; the chain itself is compared as part of the octets."""
    own = {"k": EventKind(row.kind), "d": row.data, "h": row.chain}
    bare = messages.Event.model_validate(_common(row) | own)
    return bare.model_copy(update={"c": _checksum(bare)})


def _checksum(event: messages.Event) -> int:
    return codec.crc(event.model_dump(mode="json", exclude_none=True))


def _common(row: Sample | PackedRow | Event) -> dict[str, object]:
    return {
        "e": row.epoch,
        "s": row.seq,
        "b": row.boot,
        "u": row.uptime_ms,
        "t": row.wall_ms,
        "q": ClockQuality(row.quality),
        "z": row.zone_key,
    }
