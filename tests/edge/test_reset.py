"""A box that changes hands: everything shut, a person asked, and nothing left of who it was."""

from collections.abc import Callable
from pathlib import Path

import pytest

from edge import calibration, pin, set_pin
from edge.alone import alone
from edge.belonging import take_over
from edge.change import Stamp
from edge.clock import Wall
from edge.errors import BusyError, ResetError
from edge.join import DRAFT
from edge.reset import IDENTITY, reset
from edge.service import STORE
from edge.store import Store
from tests.edge.rig import NOWHERE
from tests.edge.test_pin import saying
from wire import identity
from wire.codes import ClockQuality, EventKind

STAMP = Stamp(1_000, Wall(1_772_413_200_000, ClockQuality.TRUSTED))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The folder of a box that has lived twice."""
    folder = tmp_path / "data"
    folder.mkdir()
    set_pin.choose(folder, saying("2468", "2468"))
    for _ in range(2):
        who = identity.new_identity(NOWHERE, simulated=False)
        identity.save(who, folder / IDENTITY)
        take_over(folder / STORE, who.device)
        store = Store(folder / STORE)
        with store.transaction() as change:
            change.event(STAMP, EventKind.BOOT, None, {})
            change.set_meta("hold", "0")
        store.close()
    identity.save(identity.new_identity(NOWHERE, simulated=False), folder / DRAFT)
    (folder / calibration.FILE).write_text("", encoding="utf-8")
    (folder / "cleared.z1").touch()
    return folder


def shut(_config: Path) -> list[str]:
    return []


def run(data: Path, ask: Callable[[str], str], *, keep_probes: bool = False) -> list[str]:
    said: list[str] = []

    def say(words: object) -> None:
        said.append(str(words))

    reset(data, data / "hardware.toml", shut, say, ask, keep_probes=keep_probes)
    return said


@pytest.mark.parametrize("word", ["WIPE", "wipe\n", " xoá ", "XOA"])
def test_nothing_is_left_of_who_it_was(data: Path, word: str) -> None:
    said = run(data, saying(word))
    assert list(data.iterdir()) == []
    assert any(line.startswith("1 rows have not reached the cloud") for line in said)


def test_what_is_not_ours_stays(data: Path) -> None:
    (data / "a photograph.jpg").touch()
    run(data, saying("WIPE"), keep_probes=True)
    assert {path.name for path in data.iterdir()} == {"a photograph.jpg", calibration.FILE}


@pytest.mark.parametrize("word", ["", "no", "yes", "WIPE IT"])
def test_without_the_word_everything_stays(data: Path, word: str) -> None:
    before = {path: path.read_bytes() for path in data.iterdir() if STORE not in path.name}
    with pytest.raises(ResetError, match="nothing was forgotten"):
        run(data, saying(word))
    assert {path: path.read_bytes() for path in before} == before
    store = Store(data / STORE)
    assert store.last == 1
    store.close()


def test_a_valve_that_cannot_be_shut_stops_it_before_it_asks(data: Path) -> None:
    def stuck(_config: Path) -> list[str]:
        return ["pin 17 could not be driven off"]

    def never(_question: str) -> str:
        raise AssertionError("nobody is asked")

    with pytest.raises(ResetError, match="pin 17"):
        reset(data, data / "hardware.toml", stuck, print, never)
    assert (data / IDENTITY).exists()


def test_the_agent_has_to_end_first(data: Path) -> None:
    with alone(data), pytest.raises(BusyError, match="end it first"):
        run(data, saying("WIPE"))
    assert (data / IDENTITY).exists()


def test_an_empty_folder_is_not_called_as_new(tmp_path: Path) -> None:
    with pytest.raises(ResetError, match="nothing of ours"):
        run(tmp_path, saying("WIPE"))


def test_a_damaged_store_is_wiped_all_the_same(data: Path) -> None:
    (data / STORE).write_bytes(b"no database")
    run(data, saying("WIPE"))
    assert list(data.iterdir()) == []


@pytest.mark.parametrize("gone", range(1, 4))
def test_after_a_power_cut_it_goes_on_and_never_speaks_meanwhile(data: Path, gone: int) -> None:
    """Its identity goes first: a box half wiped has no name to speak under."""
    for name in (IDENTITY, DRAFT, pin.FILE)[:gone]:
        (data / name).unlink()
    assert not (data / IDENTITY).exists()
    run(data, saying("WIPE"))
    assert list(data.iterdir()) == []
