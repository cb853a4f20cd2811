"""A draft's sums are right to the đồng, by line, by rate and as a whole."""

from hypothesis import given
from hypothesis import strategies as st

from cloud.invoices.draft import Draft, Line, Party
from cloud.tax.vat import Vat

PARTY = Party("A", "B")
LINES = st.lists(
    st.builds(
        Line,
        st.just("Dưa"),
        st.just("túi"),
        st.integers(1, 1000),
        st.integers(1, 10**6),
        st.sampled_from(Vat),
    ),
    min_size=1,
    max_size=12,
)


@given(LINES)
def test_lines_and_rates_add_up_to_what_was_paid(lines: list[Line]) -> None:
    draft = Draft("HX", PARTY, PARTY, lines)
    for sums in (draft.parts, draft.rates):
        assert sum(one.net for one in sums) == draft.net
        assert sum(one.tax for one in sums) == draft.tax
        assert sum(one.total for one in sums) == draft.total == draft.net + draft.tax
    assert [one.total for one in draft.parts] == [line.total for line in lines]
    assert {one.vat for one in draft.rates} == {line.vat for line in lines}


@given(LINES)
def test_the_tax_of_each_rate_is_that_rate(lines: list[Line]) -> None:
    for one in Draft("HX", PARTY, PARTY, lines).rates:
        assert abs(one.net * one.vat.percent - one.tax * 100) <= (100 + one.vat.percent) / 2
