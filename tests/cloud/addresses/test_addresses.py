"""Addresses as buyers write them: today's names, former ones, abbreviations, no marks."""

import pytest

from cloud.addresses.rules import bare, province_in, understand
from cloud.addresses.units import atlas, commune, province


def test_there_are_34_provinces_and_3321_communes_and_no_name_twice_in_one() -> None:
    found = atlas()
    assert len(found.provinces) == 34
    assert sum(len(some) for some in found.communes.values()) == 3_321
    for some in found.communes.values():
        assert len({one.name for one in some}) == len(some)
        assert len({one.code for one in some}) == len(some)
    assert "vietnamadminunits-1.0.4" in found.version


def test_every_former_ward_leads_to_communes_of_the_province_it_is_in_now() -> None:
    olds = atlas().old
    assert len(olds) == 63
    for old in olds.values():
        for wards in old.districts.values():
            for became in wards.values():
                assert became
                assert {one.province for one in became} == {old.now}


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Phường Bến Thành", "ben thanh"),
        ("P. Bến Thành", "ben thanh"),
        ("phường 01", "1"),
        ("P.1", "1"),
        ("Q1", "1"),
        ("TP. Hồ Chí Minh", "ho chi minh"),
        ("Hoà Bình", "hoa binh"),
        ("Hòa Bình", "hoa binh"),
        ("Xã", "xa"),
    ],
)
def test_a_name_is_compared_without_its_kind_and_marks(name: str, short: str) -> None:
    assert bare(name) == short


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Xã Thử, Đắk Lắk", "Tỉnh Đắk Lắk"),
        ("thôn 1, dak lak", "Tỉnh Đắk Lắk"),
        ("Phú Yên", "Tỉnh Đắk Lắk"),
        ("12 Lê Lợi, TP.HCM", "Thành phố Hồ Chí Minh"),
        ("Hà Nam", "Tỉnh Ninh Bình"),
    ],
)
def test_an_address_ends_in_a_province_of_today_or_of_before(text: str, name: str) -> None:
    found = province_in(atlas(), text)
    assert found is not None
    assert found.name == name


def test_an_old_address_is_converted_and_says_so() -> None:
    found = understand(atlas(), "12 Lê Lợi, phường Bến Nghé, quận 1, TP. Hồ Chí Minh")
    assert found is not None
    assert [one.name for one in found.communes][:1] == ["Phường Sài Gòn"]
    assert found.street == "12 Lê Lợi"
    assert found.old == "phường Bến Nghé, quận 1, TP. Hồ Chí Minh"


def test_a_ward_that_was_divided_gives_a_choice() -> None:
    divided = [
        became
        for old in atlas().old.values()
        for wards in old.districts.values()
        for became in wards.values()
        if len(became) > 1
    ]
    assert len(divided) > 300


def test_an_address_of_today_is_no_conversion() -> None:
    found = understand(atlas(), "Thôn 3, xã Ea Kao, Đắk Lắk")
    today = understand(atlas(), "12 Lê Lợi, phường Bến Thành, Hồ Chí Minh")
    assert found is not None
    assert today is not None
    assert found.old == ""
    assert ([one.name for one in today.communes], today.street) == (
        ["Phường Bến Thành"],
        "12 Lê Lợi",
    )


def test_what_ends_in_no_province_is_not_guessed() -> None:
    assert understand(atlas(), "12 Lê Lợi") is None
    assert understand(atlas(), "") is None


def test_a_commune_is_found_by_its_province_and_code_together() -> None:
    hanoi = province("01")
    assert hanoi is not None
    first = atlas().communes["01"][0]
    assert commune(first.code, "01") == first
    assert commune(first.code, "66") is None
    assert province("00") is None
