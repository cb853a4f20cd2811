"""Many rows at once, on both databases: each key once, whatever is repeated."""

from datetime import datetime

import pytest
from sqlmodel import Session, col, select

from cloud import bulk
from cloud.accounts.models import KnownBrowser
from cloud.telemetry.models import EpochState, Sample
from tests.cloud.conftest import START, Seeded

Row = dict[str, object]


def sample(seq: int, vwc: float = 0.3, device: str = "abcdefghijklmnop") -> Row:
    return {
        "device_id": device,
        "epoch": "epochepochepoch2",
        "seq": seq,
        "boot": "bootbootbootboo2",
        "uptime_ms": 2**40,
        "wall_ms": 2**41,
        "day": 25_451,
        "quality": 2,
        "zone_key": None,
        "metrics": {"vwc": vwc},
    }


def state(seeded: Seeded, upto: int, now: datetime = START) -> Row:
    return {
        "device_id": seeded.device.id,
        "epoch": "epochepochepoch2",
        "upto": upto,
        "have": [(upto + 2, upto + 3)],
        "told": 0,
        "changed_at": now,
    }


def stored(session: Session) -> list[tuple[int, float]]:
    rows = session.exec(select(Sample).order_by(col(Sample.seq))).all()
    return [(row.seq, row.metrics["vwc"]) for row in rows]


def test_a_key_is_stored_once_within_a_batch_and_across_batches(session: Session) -> None:
    bulk.insert_new(session, Sample, [sample(2), sample(1), sample(2, 0.9)])
    bulk.insert_new(session, Sample, [sample(3), sample(1, 0.9)])
    assert stored(session) == [(1, 0.3), (2, 0.3), (3, 0.3)]


def test_numbers_come_back_as_they_went(session: Session) -> None:
    values = [0.1, 1 / 3, 5e-324, 31.0, -0.25]
    bulk.insert_new(session, Sample, [sample(n, value) for n, value in enumerate(values)])
    assert [value for _seq, value in stored(session)] == values
    row = session.exec(select(Sample)).first()
    assert row is not None
    assert (row.uptime_ms, row.wall_ms, row.zone_key) == (2**40, 2**41, None)


def test_rows_get_the_numbers_that_the_database_gives(session: Session, seeded: Seeded) -> None:
    account_id = seeded.farmer.account.id
    row = {"token_hash": "f" * 64, "account_id": account_id, "expires_at": START}
    bulk.insert_new(session, KnownBrowser, [row])
    assert session.exec(select(KnownBrowser.account_id)).all() == [account_id]


def test_no_rows_ask_nothing(session: Session) -> None:
    bulk.insert_new(session, Sample, [])
    bulk.put(session, EpochState, [])
    assert stored(session) == []


def test_what_is_there_is_overwritten_and_the_rest_added(session: Session, seeded: Seeded) -> None:
    bulk.put(session, EpochState, [state(seeded, 5)])
    bulk.put(session, EpochState, [state(seeded, 7)])
    row = session.exec(select(EpochState)).one()
    assert (row.upto, row.have, row.changed_at) == (7, [[9, 10]], START)


def test_a_time_without_a_zone_is_refused(session: Session, seeded: Seeded) -> None:
    naive = START.replace(tzinfo=None)
    with pytest.raises((TypeError, ValueError)):
        bulk.put(session, EpochState, [state(seeded, 5, naive)])
