"""The PIN: chosen with care, kept as a hash, guessed in no reasonable time."""

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from edge import pin, set_pin
from edge.errors import ConfigError, PinError


def saying(*answers: str) -> Callable[[str], str]:
    left = iter(answers)
    return lambda _question: next(left)


def test_a_chosen_pin_opens_and_no_other_does(tmp_path: Path) -> None:
    set_pin.choose(tmp_path, saying("2468", "2468"))
    lock = pin.load(tmp_path / pin.FILE)
    assert lock is not None
    assert lock.opens("2468")
    assert not lock.opens("2467")
    assert not lock.opens("")


def test_the_file_holds_no_pin_and_is_for_nobody_else(tmp_path: Path) -> None:
    set_pin.choose(tmp_path, saying("97531864", "97531864"))
    file = tmp_path / pin.FILE
    assert "97531864" not in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [pin.FILE]


@pytest.mark.parametrize(
    "word", ["123", "1234567890123", "12a4", "", "\uff11\uff12\uff13\uff14", "12 34"]
)
def test_what_is_no_pin_is_refused(word: str, tmp_path: Path) -> None:
    with pytest.raises(PinError, match="4 to 12 digits"):
        set_pin.choose(tmp_path, saying(word, word))


def test_a_slip_of_the_finger_keeps_the_old_one(tmp_path: Path) -> None:
    set_pin.choose(tmp_path, saying("2468", "2468"))
    with pytest.raises(PinError, match="not the same"):
        set_pin.choose(tmp_path, saying("1111", "1112"))
    lock = pin.load(tmp_path / pin.FILE)
    assert lock is not None
    assert lock.opens("2468")


def test_a_folder_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PinError, match="sudo"):
        set_pin.choose(tmp_path / "none", saying("2468", "2468"))


def test_no_file_is_no_pin(tmp_path: Path) -> None:
    assert pin.load(tmp_path / pin.FILE) is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"salt": "zz", "hash": ""}', '{"salt": 7}'])
def test_a_damaged_file_opens_nothing(text: str, tmp_path: Path) -> None:
    (tmp_path / pin.FILE).write_text(text)
    with pytest.raises(ConfigError, match="vuonso edge pin"):
        pin.load(tmp_path / pin.FILE)
