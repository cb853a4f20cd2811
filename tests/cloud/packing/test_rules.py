"""Lists of the packing room: however they are added up, every pack is there once."""

from datetime import date, timedelta
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from cloud.packing.rules import Item, Words, tables

WORDS = Words(*(["x"] * 14))
DAY = date(2026, 3, 2)
ITEMS = st.lists(
    st.builds(
        Item,
        day=st.sampled_from([DAY, DAY + timedelta(days=1)]),
        code=st.sampled_from(["HX1", "HX2", "HX3"]),
        buyer=st.sampled_from(["Hoa", "Lan"]),
        phone=st.just("+84912345678"),
        product=st.sampled_from(["Dưa", "Cà"]),
        pack=st.sampled_from(["túi 500 g", "túi 1 kg"]),
        lot=st.sampled_from(["L1", "L2"]),
        quantity=st.integers(1, 10**6),
        mass_g=st.integers(10, 10**5),
    ),
    max_size=12,
)


@given(ITEMS)
def test_every_pack_is_on_each_list_once(items: list[Item]) -> None:
    packs = sum(one.quantity for one in items)
    grams = sum(one.quantity * one.mass_g for one in items)
    for table in tables(items, WORDS):
        assert sum(cast("int", row[-2]) for row in table.rows) == packs
        assert round(sum(cast("float", row[-1]) for row in table.rows) * 1000) == grams
        assert all(len(row) == len(table.headings) == len(table.widths) for row in table.rows)


@given(ITEMS)
def test_no_two_rows_are_of_the_same(items: list[Item]) -> None:
    for table in tables(items, WORDS):
        keys = [tuple(row[:-2]) for row in table.rows]
        assert len(set(keys)) == len(keys)
