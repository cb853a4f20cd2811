"""A card that fills loses what is missed least first, and the cloud is told by number."""

from pathlib import Path

from edge.history import DAY_MS, PACK_ROWS
from edge.store import Store
from edge.thinning import CRAMPED_BYTES, MOST_EVENTS, Chunk, victim
from tests.edge.test_history import DAWN_MS, fill, tidy_until

HOUR_MS = 3_600_000
NOTHING_ACKED = 0


def hours(*numbers: int) -> list[Chunk]:
    """Chunks of samples, each an hour's, whose rows are numbered through."""
    return [
        Chunk(1 + PACK_ROWS * at, PACK_ROWS * (at + 1), hour * HOUR_MS)
        for at, hour in enumerate(numbers)
    ]


def thinned(chunks: list[Chunk], times: int) -> list[int]:
    """The hours that are left."""
    left = list(chunks)
    for _ in range(times):
        gone = victim(left, NOTHING_ACKED)
        assert gone is not None
        left.remove(gone)
    return [chunk.wall_ms // HOUR_MS for chunk in left]


def test_what_the_cloud_has_goes_first_and_its_oldest_before_the_rest() -> None:
    chunks = hours(0, 1, 2, 3)
    assert victim(chunks, acked=chunks[1].last) == chunks[0]
    assert victim(chunks[1:], acked=chunks[1].last) == chunks[1]


def test_an_outage_is_thinned_evenly_and_keeps_its_ends() -> None:
    chunks = hours(*range(9))
    assert thinned(chunks, 4) == [0, 2, 4, 6, 8]
    assert thinned(chunks, 6) == [0, 4, 8]
    assert thinned(chunks, 7) == [0, 8]
    assert thinned(chunks, 9) == []


def test_a_hole_is_not_made_wider_while_there_is_a_narrower_one() -> None:
    assert thinned(hours(0, 5, 10, 11, 12, 20), 1) == [0, 5, 10, 12, 20]


def test_a_chunk_among_many_events_is_kept_for_telling_costs_more() -> None:
    cheap = Chunk(1, PACK_ROWS + MOST_EVENTS, 0)
    assert victim([cheap], NOTHING_ACKED) == cheap
    assert victim([Chunk(1, PACK_ROWS + MOST_EVENTS + 1, 0)], NOTHING_ACKED) is None
    assert victim([], NOTHING_ACKED) is None


def packed(path: Path) -> Store:
    """Five chunks of samples, the first one behind an event, and another event behind the last."""
    store = Store(path)
    fill(store, 5 * PACK_ROWS)
    fill(store, 1)
    tidy_until(store, DAWN_MS + 5 * DAY_MS, 100)
    return store


def test_a_card_with_room_keeps_everything(tmp_path: Path) -> None:
    store = packed(tmp_path / "edge.db")
    with store.transaction() as change:
        assert change.thin(store.last, CRAMPED_BYTES) == []


def test_the_samples_of_a_chunk_go_by_number_and_its_events_stay(tmp_path: Path) -> None:
    store = Store(tmp_path / "edge.db")
    fill(store, 100)
    fill(store, PACK_ROWS)
    tidy_until(store, DAWN_MS + 5 * DAY_MS, 100)
    with store.transaction() as change:
        assert change.thin(NOTHING_ACKED, 0) == [(2, 101), (103, PACK_ROWS + 2)]
    left = store.rows(1, PACK_ROWS + 2, PACK_ROWS)
    assert [(row.seq, row.kind) for row in left] == [(1, "event"), (102, "event")]


def test_quarter_hours_of_what_went_stay(tmp_path: Path) -> None:
    store = packed(tmp_path / "edge.db")
    before = store.quarters("z1", 0, DAWN_MS * 2)
    with store.transaction() as change:
        while change.thin(NOTHING_ACKED, 0):
            pass
    assert store.quarters("z1", 0, DAWN_MS * 2) == before != {}
