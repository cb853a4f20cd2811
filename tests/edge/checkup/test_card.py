"""What the doctor says of the card, the store, the identity and the clock."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from edge.checkup import card, hours
from edge.checkup.finding import Finding, Level
from edge.checkup.machine import Machine
from edge.clock import Wall
from edge.store import Store
from tests.edge.checkup.pi import Pi
from wire import identity
from wire.codes import ClockQuality

DATA, STORE = Path("/var/lib/vuonso"), Path("/var/lib/vuonso/edge.db")
NOW_MS = 1_767_762_000_000


class FullMachine(Machine):
    def free_bytes(self, name: str | Path) -> int:
        return super().free_bytes(name) and card.LOW_BYTES - 1


@pytest.fixture
def pi(tmp_path: Path) -> Pi:
    (tmp_path / "var/lib/vuonso").mkdir(parents=True)
    return Pi.installed(tmp_path)


def store_file(pi: Pi) -> Path:
    return pi.machine.path(STORE)


def findings(pi: Pi) -> dict[str, Finding]:
    return {finding.code: finding for finding in card.look_at(pi.machine, DATA, STORE)}


def test_a_card_before_the_first_start(pi: Pi) -> None:
    assert set(findings(pi)) == {"room", "store_to_be_made"}


def test_a_whole_and_a_damaged_store(pi: Pi) -> None:
    Store(store_file(pi)).close()
    assert findings(pi)["store_whole"].level is Level.OK
    store_file(pi).write_bytes(b"rubbish" * 1000)
    assert findings(pi)["store_damaged"].level is Level.LOOK


def test_a_store_that_was_set_aside_speaks_of_a_dying_card(pi: Pi) -> None:
    (pi.root / "var/lib/vuonso/edge.db.corrupt-1").touch()
    assert "edge.db.corrupt-1" in findings(pi)["store_set_aside"].vi


def test_every_store_that_was_set_aside_is_named_with_what_to_do(pi: Pi) -> None:
    for name in ("corrupt-1", "corrupt-1-wal", "corrupt-2", "newer-1", "newer-1-shm"):
        (pi.root / f"var/lib/vuonso/edge.db.{name}").touch()
    found = findings(pi)
    assert "edge.db.corrupt-1, edge.db.corrupt-2." in found["store_set_aside"].en
    assert "/var/lib/vuonso: edge.db.newer-1." in found["store_newer_aside"].en
    assert found["store_newer_aside"].level is Level.LOOK


def test_a_store_of_a_newer_program_is_not_called_damaged(pi: Pi) -> None:
    Store(store_file(pi)).close()
    with closing(sqlite3.connect(store_file(pi))) as db:
        db.execute("PRAGMA user_version = 999")
    assert set(findings(pi)) == {"room", "store_newer"}


def test_a_store_that_cannot_be_opened_now_is_not_called_damaged(pi: Pi) -> None:
    store_file(pi).mkdir()
    assert "Look whether the card has room" in findings(pi)["store_refused"].en


def test_a_full_card(pi: Pi) -> None:
    found = {f.code: f for f in card.look_at(FullMachine(pi.root), DATA, STORE)}
    assert found["little_room"].level is Level.LOOK
    assert "199 MB" in found["little_room"].en


def test_a_missing_data_folder_is_all_there_is_to_say(pi: Pi) -> None:
    (pi.root / "var/lib/vuonso").rmdir()
    assert set(findings(pi)) == {"no_data_folder"}


def test_the_device_names_itself(tmp_path: Path) -> None:
    who = identity.new_identity(("mqtt://127.0.0.1:1",), simulated=True)
    identity.save(who, tmp_path / "identity.json")
    found, finding = card.who_is_this(tmp_path / "identity.json")
    assert found == who
    assert who.device in finding.en


@pytest.mark.parametrize(
    ("text", "mode", "code"),
    [
        (None, 0, "identity_missing"),
        ("{}", 0o644, "identity_open"),
        ("{}", 0o600, "identity_broken"),
    ],
)
def test_an_identity_that_cannot_be_used(
    tmp_path: Path, text: str | None, mode: int, code: str
) -> None:
    path = tmp_path / "identity.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
    found, finding = card.who_is_this(path)
    assert found is None
    assert (finding.code, finding.level) == (code, Level.LOOK)
    assert str(path) in finding.en


def test_the_last_time_written_down_is_read_without_touching_the_store(pi: Pi) -> None:
    assert card.floor_ms(store_file(pi)) == 0
    with closing(sqlite3.connect(store_file(pi))) as db:
        db.execute("CREATE TABLE meta (key TEXT, value TEXT)")
        db.commit()
        assert card.floor_ms(store_file(pi)) == 0
        db.execute("INSERT INTO meta VALUES ('floor_ms', '42')")
        db.commit()
    assert card.floor_ms(store_file(pi)) == 42


@pytest.mark.parametrize(
    ("quality", "floor_ms", "code"),
    [
        (ClockQuality.TRUSTED, 0, "clock_trusted"),
        (ClockQuality.TRUSTED, NOW_MS, "clock_trusted"),
        (ClockQuality.TRUSTED, NOW_MS + 1, "clock_behind"),
        (ClockQuality.NONE, 0, "clock_untrusted"),
        (ClockQuality.CLOUD, 0, "clock_untrusted"),
    ],
)
def test_who_vouches_for_the_clock(
    pi: Pi, quality: ClockQuality, floor_ms: int, code: str
) -> None:
    first, battery = hours.look_at(pi.machine, Wall(NOW_MS, quality), floor_ms)
    assert first.code == code
    assert battery.code == "battery_clock"


def test_a_clock_without_a_battery_is_a_choice(pi: Pi) -> None:
    pi.remove("dev/rtc0")
    *_, battery = hours.look_at(pi.machine, Wall(NOW_MS, ClockQuality.TRUSTED), 0)
    assert (battery.code, battery.level) == ("no_battery_clock", Level.OFF)
