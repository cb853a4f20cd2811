"""The bench of looks at a stamp, cut short; and codes that somebody guesses."""

import random
from pathlib import Path

from bench.scan import Figures, Guessed, furnish, guess, serials, table


def test_no_guessed_code_is_a_stamp_and_every_issued_one_is(tmp_path: Path) -> None:
    """`python -m bench.scan` guesses a million of them."""
    furnish(tmp_path, 150_000)
    assert len(set(serials(tmp_path, 50, random.Random(1)))) == 50
    assert guess(tmp_path, 20_000, random.Random(1)) == Guessed(20_000, 200, 0)


def test_the_table_says_how_busy_the_machine_was() -> None:
    text = "\n".join(table([Figures("page", 1.0, 2.0, 3.0, 4.5)], Guessed(10, 1, 0), 1_000_000))
    assert "1,000,000 stamps issued" in text
    assert "4.5" in text
    assert "10 codes guessed, 1 of them through the resolver: 0 hits" in text
