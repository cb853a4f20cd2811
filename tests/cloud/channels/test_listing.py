"""One shape for all channels: what changes it, and what does not."""

from dataclasses import fields, replace
from unicodedata import normalize

from hypothesis import given
from hypothesis import strategies as st

from cloud.channels.listing import Pack, canonical, changes, digest, document, withdrawn
from tests.cloud.channels.test_limits import PACK

URL = "https://vuonso.vn/cho/abcdefghjk"


def digest_of(pack: Pack, quantity: int = 3) -> str:
    return digest(document(canonical(pack, "HTX Ea Kao", URL, quantity, listed=True)))


def test_the_title_names_the_pack_and_a_short_one_the_shop() -> None:
    assert canonical(PACK, "HTX Ea Kao", URL, 1, listed=True).title == (
        "Dưa lưới ruột cam 1 kg – HTX Ea Kao"
    )
    long = replace(PACK, name="Dưa lưới ruột cam giống Nhật")
    assert canonical(long, "HTX", URL, 1, listed=True).title == "Dưa lưới ruột cam giống Nhật 1 kg"


def test_the_description_says_what_the_label_has_to() -> None:
    told = canonical(PACK, "HTX Ea Kao", URL, 1, listed=True).description
    for fact in ("1 kg", "Xã Ea Kao, Đắk Lắk", "02/03/2026", "HTX Ea Kao"):
        assert fact in told


def test_what_the_eye_does_not_see_changes_nothing() -> None:
    other = replace(PACK, name=normalize("NFD", PACK.name) + "  ")
    assert digest_of(other) == digest_of(PACK)


def test_each_thing_that_a_channel_shows_changes_the_digest() -> None:
    seen = {
        "name": "Dưa lê",
        "about": "Khác",
        "pack": "2 kg",
        "price": 46_000,
        "origin": "Lâm Đồng",
        "photos": (),
        "gtin": "08938500000010",
        "gross_g": 1_200,
        "certificates": ("VietGAP",),
        "key": "9999999999",
        "product": "zzzzzzzzzz",
        "harvested_on": PACK.harvested_on.replace(day=3),
    }
    assert set(seen) | {"net_g", "preorder_on"} == {one.name for one in fields(Pack)}
    made = [digest_of(replace(PACK, **{name: value})) for name, value in seen.items()]  # type: ignore[arg-type]  # each of its own type
    assert len({digest_of(PACK), digest_of(PACK, 4), *made}) == len(made) + 2


def test_the_day_of_a_harvest_is_told_in_feeds_and_to_no_channel() -> None:
    ahead = replace(PACK, preorder_on=PACK.harvested_on)
    assert canonical(ahead, "HTX", URL, 0, listed=True).preorder_on == PACK.harvested_on
    assert digest_of(ahead) == digest_of(PACK)


@given(st.integers(0, 999), st.integers(0, 999))
def test_the_digest_differs_exactly_where_a_field_does(one: int, other: int) -> None:
    ours = document(canonical(PACK, "HTX", URL, one, listed=True))
    theirs = document(canonical(PACK, "HTX", URL, other, listed=True))
    assert (digest(ours) == digest(theirs)) == (not [*changes(ours, theirs)])


def test_what_is_taken_off_the_shelf_has_no_packs_and_keeps_all_else() -> None:
    whole = canonical(PACK, "HTX", URL, 9, listed=True)
    off = withdrawn(whole)
    names = [change.field for change in changes(document(off), document(whole))]
    assert names == ["quantity", "listed"]
    assert canonical(PACK, "HTX", URL, 9, listed=False) == off


def test_what_a_channel_does_not_tell_of_is_not_compared() -> None:
    ours = document(canonical(PACK, "HTX", URL, 9, listed=True))
    (change,) = changes(ours, {"price": 40_000, "quantity": 9})
    assert (change.field, change.ours, change.theirs) == ("price", "45000", "40000")
