"""The evidence score: each part within its weight, and nothing missing ever helps."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.evidence.rules import CERTIFIED, DECLARED, MEASURED, Basis, score

WHOLE = Basis(
    days=40, measured_days=40, signed_days=40, certificates=1, entries=9, inputs=3, told_inputs=3
)
few = st.integers(0, 60)
bases = st.builds(
    Basis,
    days=few,
    measured_days=few,
    signed_days=few,
    certificates=few,
    entries=few,
    inputs=few,
    told_inputs=few,
)


def test_a_lot_of_which_everything_is_known_has_all_points() -> None:
    assert MEASURED + CERTIFIED + DECLARED == 100
    assert score(WHOLE).points == 100
    assert score(WHOLE).unmeasured_days == 0


@pytest.mark.parametrize(
    ("change", "points"),
    [
        ({"measured_days": 20, "signed_days": 20}, (30, 25, 15)),
        ({"signed_days": 0}, (30, 25, 15)),
        ({"signed_days": 39}, (59, 25, 15)),
        ({"certificates": 0}, (60, 0, 15)),
        ({"told_inputs": 2}, (60, 25, 10)),
        ({"inputs": 0, "told_inputs": 0}, (60, 25, 15)),
        ({"entries": 0}, (60, 25, 0)),
        ({"measured_days": 0, "signed_days": 0, "certificates": 0}, (0, 0, 15)),
    ],
)
def test_what_is_missing_lowers_its_part(
    change: dict[str, int], points: tuple[int, int, int]
) -> None:
    found = score(replace(WHOLE, **change))
    parts = (found.measured.points, found.certified.points, found.declared.points)
    assert parts == points


@given(bases)
def test_no_part_exceeds_its_weight_and_the_sum_is_theirs(basis: Basis) -> None:
    found = score(basis)
    parts = (found.measured, found.certified, found.declared)
    assert all(0 <= part.points <= part.most for part in parts)
    assert found.points == sum(part.points for part in parts) <= 100


@given(bases, few)
def test_an_unmeasured_day_more_never_helps(basis: Basis, more: int) -> None:
    assert score(replace(basis, days=basis.days + more)).points <= score(basis).points


@given(bases)
def test_a_signed_day_counts_no_less_than_one_that_nobody_signed(basis: Basis) -> None:
    more = replace(basis, signed_days=basis.signed_days + 1)
    assert score(more).points >= score(basis).points
    unmeasured = replace(basis, measured_days=0)
    assert score(unmeasured).measured.points == 0, "a signature without rows is none"


@given(bases)
def test_words_alone_stay_below_a_sixth(basis: Basis) -> None:
    words = replace(basis, measured_days=0, signed_days=0, certificates=0)
    assert score(words).points <= DECLARED < 100 / 6
