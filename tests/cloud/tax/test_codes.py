"""A tax code shows a slip."""

from itertools import product

import pytest

from cloud.tax.codes import check_digit, normal


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("0100109106", "0100109106"),
        ("0100 109 106", "0100109106"),
        ("0100109106001", "0100109106-001"),
        ("0100109106-001", "0100109106-001"),
        ("079123456789", "079123456789"),
        ("0100109107", None),
        ("0100109106-01", None),
        ("", None),
        ("x", None),
    ],
)
def test_a_tax_code_shows_a_slip(typed: str, code: str | None) -> None:
    assert normal(typed) == code


def test_one_wrong_digit_always_shows() -> None:
    nine = "010010910"
    for place, digit in product(range(9), "0123456789"):
        if nine[place] != digit:
            wrong = nine[:place] + digit + nine[place + 1 :]
            assert check_digit(wrong) != check_digit(nine), wrong
