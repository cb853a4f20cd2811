"""The tax in a price: split to the đồng for any lines, each price to less than one."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.products.kinds import Kind, usual_vat
from cloud.tax.vat import Vat, dearest, standard, without

PRICES = st.lists(st.integers(0, 10**12), max_size=20)
SUMMER, NEXT_YEAR = date(2026, 7, 1), date(2027, 1, 1)


@given(PRICES, st.sampled_from(Vat))
def test_prices_without_their_tax_are_exact_to_a_dong_one_by_one_and_together(
    prices: list[int], vat: Vat
) -> None:
    nets = without(prices, vat)
    exact = [Fraction(price * 100, 100 + vat.percent) for price in prices]
    assert all(-1 < net - wanted < 1 for net, wanted in zip(nets, exact, strict=True))
    assert abs(sum(nets) - sum(exact, Fraction())) <= Fraction(1, 2)
    assert min([0, *nets]) == 0


def test_what_rounding_leaves_goes_to_who_lost_most() -> None:
    assert without([35_000, 10_000], Vat.EIGHT) == [32_408, 9_259]
    assert without([1, 1, 1], Vat.TEN) == [1, 1, 1]


@pytest.mark.parametrize("vat", [Vat.KCT, Vat.KKKNT, Vat.ZERO])
def test_without_a_rate_a_price_is_its_own_net(vat: Vat) -> None:
    assert without([35_000, 7], vat) == [35_000, 7]


@pytest.mark.parametrize(
    ("kind", "day", "usual"),
    [
        (Kind.MELON, SUMMER, Vat.KCT),
        (Kind.RICE, NEXT_YEAR, Vat.KCT),
        (None, SUMMER, Vat.KCT),
        (Kind.PROCESSED, SUMMER, Vat.EIGHT),
        (Kind.PROCESSED, date(2026, 12, 31), Vat.EIGHT),
        (Kind.TEA_COFFEE, NEXT_YEAR, Vat.TEN),
    ],
)
def test_what_is_usual_for_a_kind(kind: Kind | None, day: date, usual: Vat) -> None:
    assert usual_vat(kind, day) is usual


def test_what_goes_with_goods_has_their_highest_rate() -> None:
    assert dearest([Vat.KKKNT, Vat.FIVE, Vat.KCT]) is Vat.FIVE
    assert dearest([Vat.KKKNT, Vat.KCT]) is Vat.KCT
    assert dearest([]) is Vat.KCT
    assert standard(SUMMER) is not standard(NEXT_YEAR)
