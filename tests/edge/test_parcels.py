"""Rows become payloads a broker takes, and nothing is left out."""

from pathlib import Path

import pytest

from edge.change import Stamp
from edge.clock import Wall
from edge.drain import Parcel
from edge.history import StoredRow
from edge.parcels import payloads
from edge.store import Store
from tests.edge.fakes import NOON_MS
from wire import backfill, codec
from wire.backfill import Backfill, Form
from wire.codes import ClockQuality, EventKind, Metric
from wire.messages import Event
from wire.topics import Up

NOW = Stamp(1000, Wall(NOON_MS, ClockQuality.TRUSTED))


@pytest.fixture
def rows(tmp_path: Path) -> list[StoredRow]:
    store = Store(tmp_path / "edge.db")
    with store.transaction() as change:
        for number in range(500):
            if number % 2:
                change.sample(NOW, "z1", {Metric.VWC: number / 1000})
            else:
                change.event(NOW, EventKind.ALARM, "z1", {"why": f"{number:x}" * 50})
    return store.rows(1, 500, 500)


def test_live_rows_leave_as_they_are_one_topic_per_kind(rows: list[StoredRow]) -> None:
    sent = dict(payloads(Parcel((1, 4), is_chunk=False), rows[:4]))
    assert codec.split_rows(sent[Up.EVENT]) == [rows[0].payload, rows[2].payload]
    assert codec.split_rows(sent[Up.LIVE]) == [rows[1].payload, rows[3].payload]


def test_one_row_alone_needs_no_list(rows: list[StoredRow]) -> None:
    assert list(payloads(Parcel((2, 2), is_chunk=False), rows[1:2])) == [
        (Up.LIVE, rows[1].payload)
    ]


def test_no_payload_exceeds_what_a_broker_takes() -> None:
    big = [StoredRow(n, "event", b"x" * 9000, sound=True) for n in range(64)]
    sent = list(payloads(Parcel((1, 64), is_chunk=False), big))
    assert all(len(body) <= codec.MAX_PAYLOAD for _, body in sent)
    assert sum(body.count(b"x") for _, body in sent) == 64 * 9000


@pytest.mark.parametrize("form", [backfill.OLDEST, backfill.NEWEST])
def test_a_chunk_unpacks_to_the_very_rows(rows: list[StoredRow], form: Form) -> None:
    sent = list(payloads(Parcel((1, 500), is_chunk=True), rows, form))
    unpacked = [row for _, body in sent for row in backfill.unpack(codec.decode(Backfill, body))]
    assert unpacked == [row.payload for row in rows]


def test_a_chunk_too_large_is_sent_in_halves(rows: list[StoredRow]) -> None:
    noisy = [
        StoredRow(row.seq, row.kind, padded(row.payload, row.seq), sound=True)
        for row in rows
        if row.kind == "event"
    ] * 2
    sent = list(payloads(Parcel((1, 500), is_chunk=True), noisy))
    assert len(sent) > 1
    assert all(len(body) <= codec.MAX_PAYLOAD for _, body in sent)


def test_nothing_sound_means_nothing_to_send() -> None:
    assert list(payloads(Parcel((1, 9), is_chunk=True), [])) == []
    assert list(payloads(Parcel((1, 9), is_chunk=False), [])) == []


def padded(payload: bytes, seed: int) -> bytes:
    """The row with text that does not squeeze."""
    body = codec.decode(Event, payload)
    noise = "".join(codec.chain(codec.GENESIS, f"{seed}{n}".encode()) for n in range(3))
    return codec.encode(body.model_copy(update={"d": {"why": noise}}))
