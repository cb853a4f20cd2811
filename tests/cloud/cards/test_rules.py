"""Which PINs are taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.cards.rules import is_pin, weak

PHONE = "+84912000001"


@pytest.mark.parametrize(
    "text",
    ["", "12345", "1234567", "12 456", "\uff11\uff12\uff13\uff14\uff15\uff16", "-12345", "12345a"],
)
def test_six_digits_and_nothing_else_are_a_pin(text: str) -> None:
    assert not is_pin(text)


@pytest.mark.parametrize(
    "pin",
    ["000000", "123456", "654321", "135791", "111222", "121212", "123123", "112233", "123321"],
)
def test_pins_that_many_people_take_are_refused(pin: str) -> None:
    assert is_pin(pin)
    assert weak(pin, PHONE)


def test_no_pin_stands_in_the_telephone_number() -> None:
    assert weak("491200", PHONE)
    assert not weak("491205", PHONE)


@given(st.integers(0, 999_999))
def test_few_are_refused(number: int) -> None:
    pin = f"{number:06}"
    assert is_pin(pin)
    assert weak(pin, "") in {True, False}


def test_ninety_eight_in_a_hundred_are_taken() -> None:
    refused = sum(weak(f"{number:06}", PHONE) for number in range(0, 1_000_000, 7))
    assert refused / (1_000_000 / 7) < 0.02
