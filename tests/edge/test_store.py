"""What the store promises: numbered once, chained, durable, and never silently wrong."""

import sqlite3
from contextlib import suppress
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge import keepsake
from edge.change import KEEP_ROWS_MS, KEPT_META, SEEN_MS, OpenDose, Stamp, ZoneRecord
from edge.clock import Wall
from edge.errors import StoreError
from edge.store import Store
from tests.edge.fakes import NOON_MS
from wire import codec, rows
from wire.codes import ClockQuality, EventKind, Fault, Metric
from wire.messages import Event, Sample

NOW = Stamp(1000, Wall(NOON_MS, ClockQuality.TRUSTED))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "edge.db"


def fill(store: Store, samples: int = 1, events: int = 1) -> None:
    with store.transaction() as change:
        for _ in range(samples):
            change.sample(NOW, "z1", {Metric.VWC: 0.31})
        for _ in range(events):
            change.event(NOW, EventKind.BOOT, None, {"version": "1"})


def fail_half_way(store: Store) -> None:
    with store.transaction() as change:
        change.event(NOW, EventKind.BOOT, None, {})
        change.opening(OpenDose("z1", 10, 10), NOON_MS)
        change.see_command("0123456789", NOON_MS)
        change.see_command("0123456789", NOON_MS)


def test_rows_are_numbered_without_gap_and_sealed(path: Path) -> None:
    store = Store(path)
    fill(store, samples=2, events=2)
    stored = store.rows(1, 9, 9)
    assert [(row.seq, row.kind, row.sound) for row in stored] == [
        (1, "sample", True),
        (2, "sample", True),
        (3, "event", True),
        (4, "event", True),
    ]
    rows.check(codec.decode(Sample, stored[0].payload))
    first = codec.decode(Event, stored[2].payload)
    second = codec.decode(Event, stored[3].payload)
    assert first.h == rows.link(first, codec.GENESIS)
    assert second.h == rows.link(second, first.h)


def test_numbers_and_chain_go_on_after_a_restart(path: Path) -> None:
    before = Store(path)
    fill(before)
    last = codec.decode(Event, before.rows(2, 2, 1)[0].payload)
    before.close()
    after = Store(path)
    fill(after, samples=0)
    event = codec.decode(Event, after.rows(3, 3, 1)[0].payload)
    assert event.h == rows.link(event, last.h)
    assert after.origin.epoch == before.origin.epoch
    assert after.origin.boot != before.origin.boot
    assert after.session == before.session + 1


def test_a_failed_change_leaves_nothing_and_wastes_no_number(path: Path) -> None:
    store = Store(path)
    with pytest.raises(StoreError):
        fail_half_way(store)
    assert store.rows(1, 9, 9) == []
    assert store.open_doses() == []
    fill(store, samples=0)
    (row,) = store.rows(1, 9, 9)
    event = codec.decode(Event, row.payload)
    assert event.h == rows.link(event, codec.GENESIS)


def test_a_card_that_refuses_is_a_store_error(path: Path) -> None:
    store = Store(path)
    store.close()
    with pytest.raises(StoreError), store.transaction():
        pass


def test_a_card_that_cannot_be_read_is_a_store_error_and_remembered(path: Path) -> None:
    store = Store(path)
    store.close()
    with pytest.raises(StoreError, match="read"):
        store.settings()
    assert store.has_refused


def test_the_numbers_of_a_span_of_time_end_before_its_end(path: Path) -> None:
    store, minute_ms = Store(path), 60_000
    for minute in range(4):
        at = Stamp(1000, Wall(NOON_MS + minute * minute_ms, ClockQuality.TRUSTED))
        with store.transaction() as change:
            change.sample(at, "z1", {Metric.VWC: 0.31})
    assert store.numbers_between(NOON_MS + minute_ms, NOON_MS + 3 * minute_ms) == (2, 3)
    assert store.numbers_between(NOON_MS - minute_ms, NOON_MS) is None


def test_numbers_never_return_even_when_all_rows_are_pruned(path: Path) -> None:
    store = Store(path)
    fill(store)
    store.ack(2)
    with store.transaction() as change:
        change.prune(store.acked, NOON_MS + KEEP_ROWS_MS + 1)
    assert store.oldest() == 0
    store.close()
    store = Store(path)
    assert store.last == 2
    fill(store)
    assert store.oldest() == 3


def test_rows_the_cloud_has_not_got_are_never_pruned(path: Path) -> None:
    store = Store(path)
    fill(store, samples=3, events=0)
    store.ack(1)
    with store.transaction() as change:
        change.prune(store.acked, NOON_MS + 2 * KEEP_ROWS_MS)
    assert store.oldest() == 2


def test_an_ack_survives_with_the_next_change_and_may_go_back(path: Path) -> None:
    store = Store(path)
    fill(store, samples=5)
    store.ack(4)
    fill(store)
    store.close()
    store = Store(path)
    assert store.acked == 4
    store.ack(2)
    assert store.acked == 2
    store.ack(10_000)
    assert store.acked == store.last


def test_a_bit_flipped_on_the_card_is_told(path: Path) -> None:
    store = Store(path)
    fill(store)
    with sqlite3.connect(path) as card:
        card.execute("UPDATE outbox SET payload = replace(payload, '0.31', '0.91') WHERE seq = 1")
    card.close()
    assert [row.sound for row in store.rows(1, 2, 2)] == [False, True]


def test_a_corrupt_file_is_set_aside_and_a_new_epoch_begins(path: Path) -> None:
    store = Store(path)
    fill(store, samples=300)
    epoch = store.origin.epoch
    store.close()
    content = bytearray(path.read_bytes())
    content[4096:12_288] = b"\xa5" * 8192
    path.write_bytes(content)
    store = Store(path)
    assert store.quarantined == path.with_name("edge.db.corrupt-1")
    assert store.quarantined.exists()
    assert store.origin.epoch != epoch
    assert store.last == 0


@pytest.mark.parametrize("what_is_left", ["a damaged file", "nothing"])
def test_stop_budget_fault_settings_and_open_doses_outlive_the_database(
    path: Path, what_is_left: str
) -> None:
    """Nothing is left where power went between setting a file aside and making the new one."""
    store = Store(path)
    given = ZoneRecord(20_514, 12.5, Fault.STUCK_OPEN)
    with store.transaction() as change:
        change.zone("z1", given)
        change.opening(OpenDose("z1", 180.0, 6.0, "c-1"), NOON_MS)
        change.opening(OpenDose("z2", 60.0, 2.0), NOON_MS)
        change.settings(3, "{}")
        change.set_meta("hold", "1")
    with store.transaction() as change:
        change.shut("z2")
    before = store.origin.epoch, store.session
    store.close()
    if what_is_left == "nothing":
        path.unlink()
    else:
        path.write_bytes(b"\xa5" * 8192)
    store = Store(path)
    assert (store.zone("z1"), store.settings()) == (given, (3, "{}"))
    assert store.open_doses() == [OpenDose("z1", 180.0, 6.0, "c-1")]
    assert (store.meta("hold"), store.meta("prev_epoch")) == ("1", before[0])
    assert store.origin.epoch != before[0]
    assert store.session == before[1] + 1


def test_the_small_copy_carries_nothing_that_it_would_not_bring_back(path: Path) -> None:
    """It is written anew at each step of a dose: what was learnt of a zone would wear the card."""
    store = Store(path)
    with store.transaction() as change:
        change.set_meta("belief.z1", "9" * 9_000)
        change.set_meta("hold", "1")
    store.close()
    kept = keepsake.load(path)
    assert kept is not None
    assert kept.meta["hold"] == "1"
    assert kept.meta.keys() <= KEPT_META


def test_a_change_refused_is_remembered_until_the_next_start(path: Path) -> None:
    store = Store(path)
    before = store.has_refused
    with suppress(StoreError):
        fail_half_way(store)
    assert (before, store.has_refused) == (False, True)
    store.close()
    assert not Store(path).has_refused


def test_a_file_that_is_no_database_is_set_aside_under_a_fresh_name(path: Path) -> None:
    path.write_text("not a database, however long it may be" * 100)
    path.with_name("edge.db.corrupt-1").write_text("older")
    assert Store(path).quarantined == path.with_name("edge.db.corrupt-2")


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(StoreError, match="cannot keep a database"):
        Store(blocked / "edge.db")


def test_open_doses_survive_until_shut(path: Path) -> None:
    store = Store(path)
    with store.transaction() as change:
        change.opening(OpenDose("z1", 180.0, 12.0), NOON_MS)
        change.opening(OpenDose("z2", 60.0, 4.0), NOON_MS)
        change.shut("z2")
    store.close()
    assert Store(path).open_doses() == [OpenDose("z1", 180.0, 12.0)]


def test_a_zone_remembers_its_day_and_its_fault(path: Path) -> None:
    store = Store(path)
    assert store.zone("z1") == ZoneRecord()
    with store.transaction() as change:
        change.zone("z1", ZoneRecord(739_000, 31.5, Fault.BURST))
    assert store.zone("z1") == ZoneRecord(739_000, 31.5, Fault.BURST)


def test_two_generations_of_settings_are_kept(path: Path) -> None:
    store = Store(path)
    assert store.settings() is None
    for version in (1, 2, 5):
        with store.transaction() as change:
            change.settings(version, f"body {version}")
    assert store.settings() == (5, "body 5")
    store.close()
    with sqlite3.connect(path) as card:
        assert card.execute("SELECT version FROM settings").fetchall() == [(2,), (5,)]
    card.close()


def test_a_command_is_remembered_for_a_week(path: Path) -> None:
    store = Store(path)
    with store.transaction() as change:
        change.see_command("0123456789", NOON_MS)
    assert store.is_seen("0123456789")
    assert not store.is_seen("9876543210")
    with store.transaction() as change:
        change.prune(0, NOON_MS + SEEN_MS + 1)
    assert not store.is_seen("0123456789")


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.booleans()), max_size=12))
def test_whatever_fails_numbers_stay_gapless_and_the_chain_whole(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int, bool]]
) -> None:
    store = Store(tmp_path_factory.mktemp("store") / "edge.db")
    for samples, events, fails in changes:
        with suppress(StoreError), store.transaction() as change:
            for _ in range(samples):
                change.sample(NOW, None, {Metric.FLOW_LPM: 0.0})
            for _ in range(events):
                change.event(NOW, EventKind.MODE, "z1", {"state": "idle"})
            if fails:
                change.see_command("0123456789", NOON_MS)
                change.see_command("0123456789", NOON_MS)
    stored = store.rows(1, 10_000, 10_000)
    assert [row.seq for row in stored] == list(range(1, len(stored) + 1))
    previous = codec.GENESIS
    for row in stored:
        if row.kind == "event":
            event = codec.decode(Event, row.payload)
            assert event.h == rows.link(event, previous)
            previous = event.h
    store.close()


def test_a_store_of_the_first_shape_is_carried_over_with_every_row(path: Path) -> None:
    first = resources.files("edge.schema").joinpath("0001_first.sql").read_text(encoding="utf-8")
    with sqlite3.connect(path) as card:
        card.executescript(f"{first} PRAGMA user_version = 1;")
        card.executescript(
            "INSERT INTO meta VALUES ('epoch', 'aaaaaaaaaaaaaaaa'), ('session', '4'),"
            " ('acked', '2'), ('hold', '1');"
            "INSERT INTO outbox VALUES (3, 'event', 1, '{}', 2745614147);"
            "INSERT INTO journal VALUES ('z1', 180.0, 12.0, NULL, 1);"
            "INSERT INTO zone VALUES ('z1', 739000, 31.5, 'burst');"
            "INSERT INTO settings VALUES (5, 'body');"
            "INSERT INTO seen_command VALUES ('0123456789', 1);"
        )
    card.close()
    store = Store(path)
    assert store.quarantined is None
    assert store.origin.epoch == "aaaaaaaaaaaaaaaa"
    assert (store.session, store.acked, store.last, store.meta("hold")) == (5, 2, 3, "1")
    assert [(row.seq, row.kind, row.payload, row.sound) for row in store.rows(1, 9, 9)] == [
        (3, "event", b"{}", True)
    ]
    assert store.open_doses() == [OpenDose("z1", 180.0, 12.0)]
    assert store.zone("z1") == ZoneRecord(739_000, 31.5, Fault.BURST)
    assert store.settings() == (5, "body")
    assert store.is_seen("0123456789")
    store.close()
    assert shape_of(path) == len(list(resources.files("edge.schema").iterdir()))


def test_a_store_of_a_newer_program_is_set_aside_and_its_hold_goes_on(path: Path) -> None:
    store = Store(path)
    fill(store)
    with store.transaction() as change:
        change.set_meta("hold", "1")
    store.close()
    with sqlite3.connect(path) as card:
        card.execute(f"PRAGMA user_version = {shape_of(path) + 1}")
    card.close()
    after = Store(path)
    assert after.quarantined == path.with_name("edge.db.newer-1")
    assert after.origin.epoch != store.origin.epoch
    assert (after.last, after.meta("hold")) == (0, "1")


def shape_of(path: Path) -> int:
    with sqlite3.connect(path) as card:
        (version,) = card.execute("PRAGMA user_version").fetchone()
    card.close()
    return int(version)
