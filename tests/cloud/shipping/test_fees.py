"""What the way costs: never below nothing, nothing from an amount, never less for more weight."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.shipping.fees import FREE, Delivery, Tariff, quote

MONEY = st.integers(0, 10**9)
MASS = st.integers(0, 10**7)
TARIFFS = st.builds(
    Tariff, base=MONEY, base_g=MASS, step=MONEY, free_from=st.none() | st.integers(0, 10**10)
)


@given(TARIFFS, MASS, st.integers(0, 10**12), st.sampled_from(Delivery))
def test_a_fee_is_never_below_nothing_and_fetching_is_free(
    tariff: Tariff, mass_g: int, goods: int, delivery: Delivery
) -> None:
    fee = quote(tariff, mass_g, goods, delivery)
    assert fee >= 0
    assert delivery is Delivery.HOME or fee == 0


@given(TARIFFS, st.lists(MASS, min_size=2), st.integers(0, 10**12))
def test_more_weight_never_costs_less(tariff: Tariff, masses: list[int], goods: int) -> None:
    fees = [quote(tariff, mass, goods, Delivery.HOME) for mass in sorted(masses)]
    assert all(lighter <= heavier for lighter, heavier in pairwise(fees))


@given(TARIFFS, MASS, st.integers(0, 10**12))
def test_from_its_amount_on_a_tariff_is_free_and_below_it_is_not_touched(
    tariff: Tariff, mass_g: int, goods: int
) -> None:
    plain = Tariff(tariff.base, tariff.base_g, tariff.step)
    reached = tariff.free_from is not None and goods >= tariff.free_from
    expected = 0 if reached else quote(plain, mass_g, goods, Delivery.HOME)
    assert quote(tariff, mass_g, goods, Delivery.HOME) == expected


@pytest.mark.parametrize(
    ("mass_g", "fee"), [(0, 20_000), (2_000, 20_000), (2_001, 25_000), (4_000, 30_000)]
)
def test_each_kilogram_that_is_begun_counts(mass_g: int, fee: int) -> None:
    tariff = Tariff(base=20_000, base_g=2_000, step=5_000)
    assert quote(tariff, mass_g, 100_000, Delivery.HOME) == fee


def test_a_shop_without_a_tariff_brings_for_nothing() -> None:
    assert quote(FREE, 50_000, 1, Delivery.HOME) == 0


@pytest.mark.parametrize("name", ["base", "base_g", "step", "free_from"])
def test_a_tariff_below_nothing_is_none(name: str) -> None:
    with pytest.raises(ValueError, match="below nothing"):
        Tariff(**{name: -1})
