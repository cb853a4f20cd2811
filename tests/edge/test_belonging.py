"""A box that is another device to its cloud: no row of the old one's under the new name."""

import signal
from pathlib import Path

import pytest

from edge import keepsake
from edge.belonging import MARK, remember, take_over
from edge.change import OpenDose, Stamp, ZoneRecord
from edge.clock import Wall
from edge.errors import StoreError
from edge.store import Store
from tests.edge.rig import NOWHERE
from tests.edge.test_service import PATIENCE_S, python
from wire import identity
from wire.codes import ClockQuality, EventKind, Fault

OLD, NEW = "oldoldoldoldoldo", "newnewnewnewnewn"
STAMP = Stamp(1_000, Wall(1_772_413_200_000, ClockQuality.TRUSTED))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store with a life: rows, a STOP that was obeyed, a broken valve, settings, a dose."""
    path = tmp_path / "edge.db"
    take_over(path, OLD)
    store = Store(path)
    with store.transaction() as change:
        change.event(STAMP, EventKind.BOOT, None, {})
        change.set_meta("hold", "1")
        change.set_meta("stop_n", "7")
        change.set_meta("settings_heard", "4")
        change.settings(4, "{}")
        change.zone("z1", ZoneRecord(20_000, 12.5, Fault.STUCK_OPEN))
        change.opening(OpenDose("z2", 60.0, 5.0), 0)
    store.close()
    return path


def test_its_own_store_stays_its_own(path: Path) -> None:
    for _ in range(2):
        assert take_over(path, OLD) is None
    store = Store(path)
    assert (store.last, store.meta("stop_n")) == (1, "7")
    store.close()


def test_anothers_rows_are_set_aside_and_readable(path: Path) -> None:
    aside = take_over(path, NEW)
    assert aside is not None
    assert OLD in aside.name
    fresh, old = Store(path), Store(aside)
    try:
        assert (fresh.last, old.last) == (0, 1)
        assert fresh.origin.epoch != old.origin.epoch
        assert not fresh.meta("prev_epoch"), "nothing ties the two devices together"
    finally:
        fresh.close()
        old.close()


def test_what_keeps_water_safe_stays_and_what_another_cloud_counted_goes(path: Path) -> None:
    """A new cloud counts its STOPs from one: none of them may look like an old one."""
    take_over(path, NEW)
    store = Store(path)
    try:
        assert store.meta("hold") == "1"
        assert store.zone("z1") == ZoneRecord(20_000, 12.5, Fault.STUCK_OPEN)
        assert [dose.zone for dose in store.open_doses()] == ["z2"]
        assert store.meta("stop_n") is None
        assert store.meta("settings_heard") is None
        assert store.settings() is None
        assert store.session == 1
    finally:
        store.close()


def test_a_second_chance_of_the_keepsake_brings_nothing_back(path: Path) -> None:
    take_over(path, NEW)
    path.with_name(path.name + keepsake.NEWEST).write_text("torn", encoding="utf-8")
    store = Store(path)
    assert store.meta("stop_n") is None
    store.close()


@pytest.mark.parametrize("left", [0, 1, 2])
def test_a_power_cut_between_two_steps_is_made_up_for(path: Path, left: int) -> None:
    """Its three steps in their order: the keepsake, the files, the mark."""
    if left >= 1:
        keepsake.disown(path)
    if left >= 2:
        path.rename(path.with_name(f"{path.name}.of-{OLD}-1"))
    take_over(path, NEW)
    store = Store(path)
    assert (store.last, store.meta("stop_n"), store.meta("hold")) == (0, None, "1")
    store.close()
    assert path.with_name(path.name + MARK).read_text().strip() == NEW


def test_a_store_from_before_there_were_marks_is_whose_identity_it_had(path: Path) -> None:
    path.with_name(path.name + MARK).unlink()
    remember(path, OLD)
    remember(path, NEW)
    assert take_over(path, NEW) is not None


def test_a_card_that_refuses_is_told(tmp_path: Path) -> None:
    path = tmp_path / "edge.db"
    path.with_name(path.name + MARK).mkdir()
    with pytest.raises(StoreError, match="refuses"):
        take_over(path, NEW)


def test_the_agent_takes_over_before_it_starts(path: Path, board_file: Path) -> None:
    who = identity.new_identity(NOWHERE, simulated=True)
    identity.save(who, path.with_name("identity.json"))
    words = f"--config {board_file} --identity {path.with_name('identity.json')}"
    command = ["-u", "-m", "vuonso", "edge", "run", *words.split(), "--data", str(path.parent)]
    with python(*command, GPIOZERO_PIN_FACTORY="mock") as process:
        assert process.stdout is not None
        assert OLD in process.stdout.readline()
        assert "all shut; running" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE_S)
    assert path.with_name(path.name + MARK).read_text().strip() == who.device
