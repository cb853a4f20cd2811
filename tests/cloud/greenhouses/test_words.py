"""Words for codes: every code of the wire has a sentence, values read as people say them."""

from datetime import UTC, datetime

from cloud.greenhouses.words import (
    ENDINGS,
    FAULTS,
    REASONS,
    REFUSALS,
    Line,
    Litres,
    Share,
    say,
    why_not,
)
from wire.codes import Ended, Fault, Reason, Refusal


def test_every_code_has_a_sentence() -> None:
    assert set(REASONS) == set(Reason)
    assert set(FAULTS) == set(Fault)
    assert set(REFUSALS) == set(Refusal)
    assert set(ENDINGS) == set(Ended)


def test_values_are_spoken() -> None:
    line = Line(
        "%(at)s %(water)s %(fill)s %(count)s %(inner)s",
        {
            "at": datetime(2026, 11, 22, 7, 5, tzinfo=UTC),
            "water": Litres(1234.4),
            "fill": Share(0.615),
            "count": 3,
            "inner": Line("xong"),
        },
    )
    assert say("vi", line) == "14:05 1.234 lít 62% 3 xong"


def test_any_of_the_three_lists_explains_a_refusal() -> None:
    assert why_not("bounds").msgid == REFUSALS[Refusal.BOUNDS]
    assert why_not("no_tank").msgid == REASONS[Reason.NO_TANK]
    assert why_not("burst").msgid == FAULTS[Fault.BURST]
    assert why_not(None) == why_not("never heard of")
