"""What channels take, said before anything is sent."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest

from cloud.channels import limits
from cloud.channels.codes import WAYS, Channel
from cloud.channels.limits import LIMITS, Problem
from cloud.channels.listing import Listing, Pack, Photo, canonical
from cloud.i18n import translate

PHOTO = Photo("https://vuonso.vn/a/1.jpg", 1280, 1280, 300_000)
PACK = Pack(
    key="0123456789",
    product="abcdefghjk",
    name="Dưa lưới ruột cam",
    about="Dưa lưới trồng trong nhà màng, tưới nhỏ giọt theo độ ẩm của đất, hái khi đủ đường.",
    pack="1 kg",
    net_g=1_000,
    price=45_000,
    origin="Xã Ea Kao, Đắk Lắk",
    harvested_on=date(2026, 3, 2),
    photos=(PHOTO, PHOTO, PHOTO),
)


def listing(**changed: object) -> Listing:
    whole = canonical(PACK, "HTX Ea Kao", "https://vuonso.vn/cho/abcdefghjk", 10, listed=True)
    return replace(whole, **changed)  # type: ignore[arg-type]  # named by each test


def said(problems: Iterable[Problem]) -> set[tuple[Channel, str]]:
    return {(one.channel, one.field) for one in problems}


def test_every_channel_has_its_way_its_limits_and_their_source() -> None:
    assert set(LIMITS) == set(WAYS) == set(Channel)
    assert all(one.source for one in LIMITS.values())


def test_an_ordinary_product_with_three_photos_goes_everywhere() -> None:
    assert limits.check(listing()) == ()


def test_without_a_photo_it_goes_nowhere_and_is_told_how_many_are_wanted() -> None:
    problems = limits.check(listing(photos=()))

    assert said(problems) == {(channel, "photos") for channel in Channel}
    sentences = {translate("vi", one.sentence, **one.params) for one in problems}
    assert sentences == {"Cần ít nhất 1 ảnh.", "Cần ít nhất 3 ảnh."}


def test_what_several_channels_want_is_said_once() -> None:
    problems = limits.together(limits.check(listing(photos=())))
    assert [one.params["least"] for one in problems] == [1, 3]
    assert problems[0].channel is Channel.GOOGLE


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"title": "Dưa ngon"}, {(Channel.TIKTOK, "title")}),
        ({"title": "Dưa lưới ruột cam 🍈 1 kg Ea Kao"}, {(one, "title") for one in Channel}),
        ({"title": "Dưa lưới ~ ruột cam ~ 1 kg Ea Kao"}, {(Channel.LAZADA, "title")}),
        ({"title": "Dưa lưới ruột cam giảm giá 1 kg"}, {(Channel.GOOGLE, "title")}),
        (
            {"title": "Đ" * 130},
            {(Channel.VOSO, "title"), (Channel.POSTMART, "title"), (Channel.LAZADA, "title")},
        ),
        (
            {"description": "Ngon."},
            {(Channel.VOSO, "description"), (Channel.POSTMART, "description")},
        ),
        ({"gross_g": 40_001}, {(Channel.LAZADA, "weight")}),
        ({"key": "k" * 51}, {(one, "key") for one in Channel if one is not Channel.FACEBOOK}),
        ({"price": 0}, {(one, "price") for one in Channel}),
    ],
)
def test_what_breaks_a_limit_names_the_channel_and_the_field(
    changed: dict[str, object], expected: set[tuple[Channel, str]]
) -> None:
    assert said(limits.check(listing(**changed))) == expected


@pytest.mark.parametrize(
    ("photo", "off"),
    [
        (
            replace(PHOTO, width=329),
            {Channel.FACEBOOK, Channel.VOSO, Channel.POSTMART, Channel.LAZADA},
        ),
        (replace(PHOTO, height=4_500), {Channel.TIKTOK}),
        (replace(PHOTO, octets=3_000_001), {Channel.VOSO, Channel.POSTMART, Channel.LAZADA}),
        (replace(PHOTO, kind="image/heic"), set(Channel)),
    ],
)
def test_a_photo_that_a_channel_refuses_is_named_by_its_place(
    photo: Photo, off: set[Channel]
) -> None:
    problems = limits.check(listing(photos=(PHOTO, photo, PHOTO)))
    assert {one.channel for one in problems} == off
    assert {one.params["number"] for one in problems} == {2}


def test_photos_beyond_what_a_channel_takes_are_left_out_not_complained_of() -> None:
    assert limits.check(listing(photos=(PHOTO,) * 30)) == ()


def test_each_limit_is_just_reached() -> None:
    for channel, limit in LIMITS.items():
        longest = min(limit.title.most, limit.title_octets)
        assert limits.check(listing(title="d" * longest), [channel]) == ()
        assert said(limits.check(listing(title="d" * (longest + 1)), [channel])) == {
            (channel, "title")
        }
