"""A month of samples and a year of quarter hours fit on the card; every row can be sent again."""

import json
import random
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest

from edge import history
from edge.change import KEEP_ROWS_MS, Stamp
from edge.clock import Wall
from edge.history import DAY_MS, KEEP_QUARTERS_MS, PACK_AFTER_MS, PACK_ROWS, QUARTER_MS
from edge.recorder import Entry
from edge.store import Store
from edge.upkeep import tidy
from wire import codec, rows
from wire.codes import ClockQuality, EventKind, Metric
from wire.messages import Sample

DAWN_MS = 2_000_000 * QUARTER_MS
MINUTE_MS = 60_000
COUNTS = {
    "outbox": "SELECT count(*) FROM outbox",
    "packed": "SELECT count(*) FROM packed",
    "quarter": "SELECT count(*) FROM quarter",
}
ZONES = ("z1", "z2", "z3", "z4")
LIMIT_BYTES = 40_000_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "edge.db"


def at(wall_ms: int, quality: ClockQuality = ClockQuality.TRUSTED) -> Stamp:
    return Stamp(wall_ms - DAWN_MS, Wall(wall_ms, quality))


def fill(store: Store, count: int, zone: str | None = "z1") -> None:
    """So many minutes of one zone from dawn on; an event in front."""
    with store.transaction() as change:
        change.event(at(DAWN_MS), EventKind.BOOT, None, {})
        for minute in range(count):
            metrics = {Metric.VWC: minute / 1000, Metric.LITRES: 0.5}
            change.sample(at(DAWN_MS + minute * MINUTE_MS), zone, metrics)


def tidy_until(store: Store, wall_ms: int, times: int) -> None:
    for _ in range(times):
        with store.transaction() as change:
            tidy(Entry(change, at(wall_ms)), store)


def packed_up(path: Path, samples: int = 2 * PACK_ROWS + 10) -> tuple[Store, list[bytes]]:
    """A store whose samples are packed as far as they can be, and what its rows were before."""
    store = Store(path)
    fill(store, samples)
    before = [row.payload for row in store.rows(1, 10_000, 10_000)]
    tidy_until(store, DAWN_MS + 40 * DAY_MS, 60)
    return store, before


def count(path: Path, table: str) -> int:
    with sqlite3.connect(path) as card:
        (found,) = card.execute(COUNTS[table]).fetchone()
    card.close()
    return int(found)


def test_packed_rows_come_back_to_the_last_octet(path: Path) -> None:
    store, before = packed_up(path)
    assert (count(path, "packed"), count(path, "outbox")) == (2, 11)
    after = store.rows(1, 10_000, 10_000)
    assert [row.payload for row in after] == before
    assert [row.seq for row in after] == list(range(1, len(before) + 1))
    rows.check(codec.decode(Sample, after[1].payload))
    assert after[0].kind == "event"
    assert all(row.sound for row in after)
    assert store.oldest() == 1


@pytest.mark.parametrize("span", [(1, 3), (250, 253), (251, 252), (400, 511), (502, 502)])
def test_any_span_of_them_is_found(path: Path, span: tuple[int, int]) -> None:
    store, before = packed_up(path)
    first, last = span
    assert [row.payload for row in store.rows(first, last, 1000)] == before[first - 1 : last]
    assert [row.seq for row in store.rows(first, 10_000, 2)] == [first, first + 1]


def test_samples_rest_for_two_days_before_they_are_packed(path: Path) -> None:
    store = Store(path)
    fill(store, PACK_ROWS)
    last_ms = DAWN_MS + (PACK_ROWS - 1) * MINUTE_MS
    tidy_until(store, last_ms + PACK_AFTER_MS, 30)
    assert count(path, "packed") == 0
    tidy_until(store, last_ms + PACK_AFTER_MS + 1, 1)
    assert count(path, "packed") == 1


def test_a_clock_that_is_not_trusted_calls_nothing_old(path: Path) -> None:
    store = Store(path)
    fill(store, PACK_ROWS)
    with store.transaction() as change:
        tidy(Entry(change, at(DAWN_MS + 40 * DAY_MS, ClockQuality.NONE)), store)
    assert (count(path, "packed"), count(path, "quarter")) == (0, 0)


def test_a_sample_the_card_changed_is_dropped_and_told_when_its_turn_comes(path: Path) -> None:
    store = Store(path)
    fill(store, PACK_ROWS)
    with sqlite3.connect(path) as card:
        card.execute("UPDATE outbox SET crc = crc + 1 WHERE seq = 7")
    card.close()
    tidy_until(store, DAWN_MS + 40 * DAY_MS, 60)
    found = {row.seq: row for row in store.rows(1, 1000, 1000)}
    assert set(found) == set(range(1, PACK_ROWS + 3)) - {7}
    told = json.loads(found[PACK_ROWS + 2].payload)
    assert (told["k"], told["d"]) == ("rows.dropped", {"from": 7, "to": 7, "reason": "crc"})


def test_all_samples_of_a_rotten_chunk_are_unsound_and_its_events_are_not(path: Path) -> None:
    store, _ = packed_up(path)
    with sqlite3.connect(path) as card:
        card.execute("UPDATE packed SET crc = crc + 1 WHERE first = 2")
    card.close()
    found = store.rows(1, 10_000, 10_000)
    assert [row.seq for row in found if not row.sound] == list(range(2, PACK_ROWS + 2))
    assert [row.seq for row in found] == list(range(1, 512))


def test_chunks_stay_for_a_month_and_until_the_cloud_has_them(path: Path) -> None:
    store, _ = packed_up(path)
    newest_ms = DAWN_MS + (PACK_ROWS - 1) * MINUTE_MS
    for acked, wall_ms, left in (
        (PACK_ROWS, newest_ms + KEEP_ROWS_MS + 1, 2),
        (PACK_ROWS + 1, newest_ms + KEEP_ROWS_MS, 2),
        (PACK_ROWS + 1, newest_ms + KEEP_ROWS_MS + 1, 1),
    ):
        with store.transaction() as change:
            change.prune(acked, wall_ms)
        assert count(path, "packed") == left
    assert store.oldest() == PACK_ROWS + 2


def test_the_newest_hour_begins_an_hour_before_the_newest_row(tmp_path: Path) -> None:
    store = Store(tmp_path / "edge.db")
    assert store.recent_from() == 1
    fill(store, 200)
    assert store.recent_from() == store.last - 59
    with store.transaction() as change:
        change.event(Stamp(0, Wall(0, ClockQuality.NONE)), EventKind.BOOT, None, {})
    assert store.recent_from() <= store.last - 59  # a clock that lost the time hides no hour


def test_a_quarter_hour_is_made_once_it_is_over(path: Path) -> None:
    store = Store(path)
    fill(store, 15)
    tidy_until(store, DAWN_MS + QUARTER_MS - 1, 2)
    assert store.quarters("z1", 0, DAWN_MS * 2) == {}
    tidy_until(store, DAWN_MS + QUARTER_MS, 2)
    assert store.quarters("z1", DAWN_MS, DAWN_MS + 1) == {DAWN_MS: {"litres": 7.5, "vwc": 0.007}}
    assert store.quarters("z1", DAWN_MS + 1, DAWN_MS * 2) == {}
    assert store.quarters("z2", DAWN_MS, DAWN_MS + 1) == {}


def test_quarter_hours_catch_up_one_a_minute(path: Path) -> None:
    store = Store(path)
    fill(store, 40, None)
    tidy_until(store, DAWN_MS + DAY_MS, 2)
    assert [*store.quarters("", DAWN_MS, DAWN_MS + DAY_MS)] == [DAWN_MS, DAWN_MS + QUARTER_MS]
    tidy_until(store, DAWN_MS + DAY_MS, 2)
    assert store.quarters("", DAWN_MS + 2 * QUARTER_MS, DAWN_MS + DAY_MS) == {
        DAWN_MS + 2 * QUARTER_MS: {"litres": 5.0, "vwc": 0.0345}
    }


def test_quarter_hours_are_forgotten_after_a_year(path: Path) -> None:
    store = Store(path)
    fill(store, 15)
    tidy_until(store, DAWN_MS + QUARTER_MS, 1)
    for wall_ms, left in ((DAWN_MS + KEEP_QUARTERS_MS, 1), (DAWN_MS + KEEP_QUARTERS_MS + 1, 0)):
        with store.transaction() as change:
            change.prune(0, wall_ms)
        assert count(path, "quarter") == left


def minute(chance: random.Random, number: int) -> dict[Metric, float]:
    """Four probes that follow the day with noise of their own, as they are rounded on the card."""
    level = 0.3 + 0.02 * ((number % 1440) / 1440)
    values = [round(level + chance.gauss(0, 0.004), 4) for _ in range(4)]
    probes = (Metric.VWC_1, Metric.VWC_2, Metric.VWC_3, Metric.VWC_4)
    vwc = round(sum(values) / 4, 4)
    return {
        Metric.OPEN_S: 0.0,
        Metric.LITRES: 0.0,
        Metric.VWC: vwc,
        Metric.FILL: round(vwc / 0.35, 4),
        **dict(zip(probes, values, strict=True)),
    }


def house(chance: random.Random) -> dict[Metric, float]:
    metrics = (Metric.AIR_C, Metric.RH, Metric.RAD_W_M2, Metric.TANK, Metric.FLOW_LPM)
    return {metric: round(chance.uniform(0, 30), 3) for metric in metrics}


def days(store: Store, count: int, zones: Sequence[str]) -> None:
    """Sample minutes of whole days, tidied up each minute as the agent does."""
    chance = random.Random(5)
    for number in range(count * 1440):
        with store.transaction() as change:
            stamp = at(DAWN_MS + number * MINUTE_MS)
            for zone in zones:
                change.sample(stamp, zone, minute(chance, number))
            change.sample(stamp, None, house(chance))
            tidy(Entry(change, stamp), store)


def test_a_month_of_minutes_and_a_year_of_quarter_hours_are_small(path: Path) -> None:
    """Three days are lived, two of them stay loose; the rest is reckoned from one packed day."""
    store = Store(path)
    days(store, 3, ZONES)
    store.close()
    assert kept_bytes(path) <= LIMIT_BYTES


def kept_bytes(path: Path) -> int:
    """A month of minutes and a year of quarter hours, as a few days' rows let expect."""
    with sqlite3.connect(path) as card:
        loose = "SELECT sum(length(payload) + 60) FROM outbox"
        packed = "SELECT avg(length(chunk) + 1100) FROM packed"  # half of the last page is empty
        quarter = "SELECT avg(length(metrics) + 30) FROM quarter"
        sizes = [card.execute(query).fetchone()[0] for query in (loose, packed, quarter)]
    card.close()
    chunks = 30 * 1440 * (len(ZONES) + 1) / PACK_ROWS
    quarters = 366 * 96 * (len(ZONES) + 1)
    return int(sizes[0] + sizes[1] * chunks + sizes[2] * quarters)


def test_the_means_of_nothing_are_nothing() -> None:
    assert history.means([]) == {}
