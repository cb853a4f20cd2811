"""Which passwords are taken: long ones of any signs, and none that is guessed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.accounts import passwords
from cloud.accounts.passwords import LONGEST, SHORTEST, WeakPassword, WrongLength, demand_strong

HOA = ("+84912000001", "Nguyễn Thị Hoa", "HTX Dưa lưới Ea Mẫu")


@pytest.mark.parametrize(
    "password",
    [
        "mưa xuân về",
        "con cò bay lả",
        "ba con mèo uống trà",
        "mountain elephant paradise",
        "correct horse battery staple",
        "K8s!vPq2z",
        "🌧️ mưa rơi tí tách",
        "x7 kq 93 vb",
    ],
)
def test_what_nobody_else_thinks_of_is_taken(password: str) -> None:
    demand_strong(password, HOA)


@pytest.mark.parametrize(
    "password",
    [
        "matkhau1",
        "Mật Khẩu 2024",
        "m4tkh@u!!",
        "P@ssw0rd123",
        "anhyeuem1985",
        "12345678",
        "87654321",
        "qwertyuiop",
        "1q2w3e4r5t",
        "qwe123asd",
        "aaaaaaaa",
        "abcabcabcabc",
        "Mountain2024",
        "0987123654",
        "24121985",
    ],
)
def test_what_everybody_thinks_of_is_refused(password: str) -> None:
    with pytest.raises(WeakPassword):
        demand_strong(password)


@pytest.mark.parametrize(
    "password",
    [
        "0912000001",
        "84912000001",
        "Nguyễn Hoa 1985",
        "nguyenthihoa",
        "hoa@0912000001",
        "HTX dưa lưới",
    ],
)
def test_what_is_known_of_the_person_is_refused(password: str) -> None:
    with pytest.raises(WeakPassword):
        demand_strong(password, HOA)


def test_the_most_used_passwords_of_the_world_are_refused() -> None:
    lines = passwords._COMMON.read_text("utf-8").splitlines()
    words = [line for line in lines if not line.startswith("#")]
    assert len(words) > 2_000
    assert [word for word in words if not passwords.weak(word)] == []
    assert [word for word in words if not passwords.weak(word.upper() + "1")] == []


@pytest.mark.parametrize("length", [SHORTEST - 1, LONGEST + 1])
def test_too_short_and_too_long_are_refused(length: int) -> None:
    with pytest.raises(WrongLength):
        demand_strong(("mưa xuân về trên nương " * 9)[:length])


def test_length_is_counted_in_letters_however_they_are_composed() -> None:
    longest = unicodedata.normalize("NFD", "tiếng Việt có dấu " * 7 + "ốồ")
    assert len(longest) > LONGEST
    demand_strong(longest)
    short = unicodedata.normalize("NFD", "dấu ngã")
    assert len(short) > SHORTEST
    with pytest.raises(WrongLength):
        demand_strong(short)


@given(st.text(max_size=140), st.lists(st.text(max_size=30), max_size=3))
def test_any_text_is_answered(password: str, about: list[str]) -> None:
    assert passwords.weak(password, about) in {True, False}


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzăâđêôơư ", max_size=40))
def test_accents_capitals_and_blanks_make_no_password_stronger(text: str) -> None:
    plain = passwords.bare(text)
    assert passwords.thoughts(text.upper()) == passwords.thoughts(plain)
