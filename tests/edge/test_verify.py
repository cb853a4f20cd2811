"""The verifier finds every change that somebody, or the card, makes to the real agent's store."""

import json
import sqlite3
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from edge.change import KEEP_ROWS_MS, Stamp
from edge.clock import Wall
from edge.errors import StoreError
from edge.store import Store
from edge.verify import main
from tests.edge.fakes import NOON_MS
from tests.edge.rig import Rig
from tests.edge.test_daybook import next_day, public_key
from wire import codec, identity, rows
from wire.codes import ClockQuality, EventKind
from wire.messages import Event

NOW = Stamp(1000, Wall(NOON_MS, ClockQuality.TRUSTED))


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    """A dose, some minutes, the end of a day, a start after it; then the agent leaves."""
    rig = Rig(tmp_path)
    rig.seconds(20)
    rig.water(litres=8.0)
    rig.seconds(300)
    next_day(rig)
    rig.runtime.close()
    rig.start()
    rig.runtime.close()
    identity.save(rig.identity, rig.store_path.with_name("identity.json"))
    return rig


@pytest.fixture
def store(rig: Rig) -> Path:
    return rig.store_path


def verified(*words: object) -> tuple[int, list[str]]:
    said: list[str] = []
    return main([str(word) for word in words], lambda line: said.append(str(line))), said


def alter(store: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(store)) as db, db:
        assert db.execute(statement, values).rowcount == 1


def rewrite(store: Path, kind: EventKind, change: Callable[[Event], Event]) -> int:
    """Somebody who knows the format writes an event anew with a checksum that fits; its number."""
    with closing(sqlite3.connect(store)) as db:
        found = db.execute("SELECT payload FROM outbox WHERE kind = 'event' ORDER BY seq")
        events = [codec.decode(Event, bytes(payload)) for (payload,) in found]
    event = next(event for event in events if event.k is kind)
    forged = change(event)
    forged = forged.model_copy(update={"c": codec.crc(forged.model_dump(exclude_none=True))})
    payload = codec.encode(forged)
    alter(
        store,
        "UPDATE outbox SET payload = ?, crc = ? WHERE seq = ?",
        payload,
        zlib.crc32(payload),
        event.s,
    )
    return event.s


def test_a_whole_store_is_found_whole_and_left_as_it_is(store: Path) -> None:
    before = store.read_bytes()
    code, said = verified(store)
    assert (code, len(said)) == (0, 1)
    assert said[0].endswith("2 signed days: all whole.")
    assert store.read_bytes() == before


def test_a_copy_is_verified_with_the_public_key_alone(store: Path, rig: Rig) -> None:
    store.with_name("identity.json").unlink()
    key = public_key(rig).public_bytes_raw().hex()
    assert verified(store, "--public-key", key)[0] == 0


def test_another_devices_key_does_not_fit_the_signatures(store: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    identity.save(identity.new_identity(("mqtt://127.0.0.1:1",), simulated=True), other)
    code, said = verified(store, "--identity", other)
    assert code == 1
    assert sum("is not signed by this device" in line for line in said) == 2


def test_a_bit_the_card_changed_is_told_by_its_row(store: Path) -> None:
    alter(store, "UPDATE outbox SET payload = CAST(x'7b' AS BLOB) WHERE seq = 5")
    _, said = verified(store)
    assert "Row 5 is no longer what was written: the card changed them." in said


def test_rows_taken_out_are_told_by_their_numbers(store: Path) -> None:
    for number in (5, 6):
        alter(store, "DELETE FROM outbox WHERE seq = ?", number)
    _, said = verified(store)
    assert "Rows 5 to 6 are missing." in said


def test_an_end_cut_off_is_told(store: Path) -> None:
    with closing(sqlite3.connect(store)) as db, db:
        (last,) = db.execute("SELECT max(seq) FROM outbox").fetchone()
        db.execute("DELETE FROM outbox WHERE seq = ?", (last,))
        db.execute("UPDATE sqlite_sequence SET seq = ?", (last - 1,))
    _, said = verified(store)
    assert [line for line in said if line.endswith("the end is cut off.")]


def test_an_event_rewritten_with_a_fitting_checksum_breaks_the_chain(store: Path) -> None:
    def more(event: Event) -> Event:
        return event.model_copy(update={"d": {**event.d, "litres": 1.0}})

    number = rewrite(store, EventKind.DOSE_ENDED, more)
    code, said = verified(store)
    assert code == 1
    assert any(
        line.startswith(f"Event {number} is not bound to the one before it") for line in said
    )
    assert any("does not fit rows" in line and "litres" in line for line in said)


def test_a_summary_rewritten_in_the_chain_lacks_the_signature(store: Path) -> None:
    def more(event: Event) -> Event:
        forged = event.model_copy(update={"d": {**event.d, "litres": 1.0}})
        return forged.model_copy(update={"h": rows.link(forged, str(event.d[rows.CHAIN]))})

    rewrite(store, EventKind.DAY_SUMMARY, more)
    _, said = verified(store)
    assert any("is not signed by this device" in line for line in said)


def test_samples_rewritten_do_not_fit_the_signed_day(store: Path) -> None:
    with closing(sqlite3.connect(store)) as db:
        found = db.execute("SELECT seq, payload FROM outbox WHERE kind = 'sample'").fetchall()
    number, payload = next((n, p) for n, p in found if b'"vwc"' in p)
    body = json.loads(payload)
    body["m"]["vwc"] = 0.01
    body["c"] = codec.crc(body)
    forged = codec.dump(body)
    alter(
        store,
        "UPDATE outbox SET payload = ?, crc = ? WHERE seq = ?",
        forged,
        zlib.crc32(forged),
        number,
    )
    _, said = verified(store)
    assert any("does not fit rows" in line and "vwc_min" in line for line in said)


def test_rows_dropped_and_told_are_not_missing(store: Path) -> None:
    opened = Store(store)
    with opened.transaction() as change:
        change.event(NOW, EventKind.ROWS_DROPPED, None, {"from": 5, "to": 6, "reason": "crc"})
    opened.close()
    for number in (5, 6):
        alter(store, "DELETE FROM outbox WHERE seq = ?", number)
    assert not any("missing" in line for line in verified(store)[1])


def test_what_was_forgotten_after_a_month_is_not_missing(store: Path) -> None:
    opened = Store(store)
    later = Stamp(0, Wall(NOON_MS + 2 * KEEP_ROWS_MS, ClockQuality.TRUSTED))
    with opened.transaction() as change:
        change.event(later, EventKind.BOOT, None, {})
        change.event(later, EventKind.BOOT, None, {})
        change.prune(opened.last - 3, later.wall.unix_ms)
    left = opened.last - opened.oldest() + 1
    opened.close()
    code, said = verified(store)
    assert (code, said) == (0, [f"{left} rows, {left} of them events, 2 signed days: all whole."])


def test_a_file_that_is_no_store_says_so(tmp_path: Path) -> None:
    (tmp_path / "edge.db").write_bytes(b"not a database" * 100)
    with pytest.raises(StoreError, match="cannot be read as a store"):
        verified(tmp_path / "edge.db", "--public-key", "00" * 32)
    with pytest.raises(StoreError):
        verified(tmp_path / "none.db", "--public-key", "00" * 32)
