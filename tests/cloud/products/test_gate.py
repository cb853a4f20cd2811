"""What forbids publishing: everything at once, each with its field and words for a person."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.i18n import ENGLISH, catalog
from cloud.products.kinds import Kind, LabelField, Scheme
from cloud.products.rules import Obstacle, Paper, Readiness, obstacles

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)
GOOD = Paper(Scheme.FOOD_SAFETY, verified=True, valid_from=TODAY, valid_until=TODAY)
READY = Readiness(
    shop_verified=True,
    account=True,
    kind=Kind.PROCESSED,
    label=dict.fromkeys(LabelField, "x"),
    packs=1,
    left=1,
    window=False,
    photos=1,
    papers=(GOOD,),
    today=TODAY,
    sample=False,
    name="Mứt dưa",
)
NOTHING = Readiness(
    shop_verified=False,
    account=False,
    kind=None,
    label={},
    packs=0,
    left=0,
    window=False,
    photos=0,
    papers=(),
    today=TODAY,
    sample=False,
)


def fields(product: Readiness) -> list[str]:
    return [one.field for one in obstacles(product)]


def test_what_has_everything_is_published() -> None:
    assert fields(READY) == []


def test_all_that_is_missing_is_named_at_once() -> None:
    assert fields(NOTHING) == [
        "shop",
        "account",
        "photos",
        "kind",
        "label.name",
        "label.origin",
        "label.responsible",
        "label.address",
        "packs",
    ]


@pytest.mark.parametrize(
    ("lacks", "field"),
    [
        ({"shop_verified": False}, "shop"),
        ({"account": False}, "account"),
        ({"photos": 0}, "photos"),
        ({"packs": 0}, "packs"),
        ({"left": 0}, "stock"),
        ({"papers": ()}, "certificates"),
        ({"papers": (replace(GOOD, verified=False),)}, "certificates"),
        ({"today": TODAY + DAY}, "certificates"),
        ({"today": TODAY - DAY}, "certificates"),
        *(({"label": {**READY.label, one: ""}}, f"label.{one}") for one in LabelField),
    ],
)
def test_each_lack_is_one_obstacle(lacks: dict[str, object], field: str) -> None:
    assert fields(replace(READY, **lacks)) == [field]  # type: ignore[arg-type]  # by its name


LINES = frozenset(f"label.{one}" for one in LabelField)
REST = frozenset({"shop", "account", "photos", "packs", "stock", "certificates"})


@given(st.sets(st.sampled_from(sorted(LINES | REST))))
def test_whatever_is_missing_together_is_named_and_nothing_else(missing: set[str]) -> None:
    lines = {one: "" if f"label.{one}" in missing else "x" for one in LabelField}
    product = replace(
        READY,
        shop_verified="shop" not in missing,
        account="account" not in missing,
        photos=int("photos" not in missing),
        label=lines,
        packs=int("packs" not in missing),
        left=int("stock" not in missing),
        papers=() if "certificates" in missing else (GOOD,),
    )
    hidden = {"stock"} if "packs" in missing else set()
    assert set(fields(product)) == missing - hidden


def test_days_of_sale_that_are_still_to_come_stand_for_stock() -> None:
    assert fields(replace(READY, left=0, window=True)) == []


def test_a_claim_is_asked_for_even_where_the_kind_demands_none() -> None:
    claimed = Paper(Scheme.OCOP, verified=False, valid_from=TODAY, valid_until=None)
    assert fields(replace(READY, kind=Kind.MELON, papers=(claimed,))) == ["certificates"]
    assert fields(replace(READY, kind=Kind.MELON, papers=())) == []


def test_a_sample_stands_for_no_goods() -> None:
    sample = replace(READY, sample=True, photos=0, papers=())
    assert fields(replace(sample, label={**READY.label, LabelField.WARNINGS: ""})) == []


def test_channels_add_what_they_ask_for() -> None:
    def short(product: Readiness) -> Iterator[Obstacle]:
        if len(product.name) < 10:
            yield Obstacle("name", "too short for a channel")

    assert [one.field for one in obstacles(NOTHING, [short])][-1] == "name"
    assert obstacles(READY, [short]) == (Obstacle("name", "too short for a channel"),)


def test_every_obstacle_says_in_both_languages_what_to_do() -> None:
    expired = replace(READY, today=TODAY + DAY)
    unverified = replace(READY, papers=(replace(GOOD, verified=False),), left=0)
    bare = replace(READY, label={}, papers=())
    found = {one for some in (NOTHING, expired, unverified, bare) for one in obstacles_of(some)}
    assert len(found) > 15
    for sentence in found:
        assert "Hãy" in sentence
        assert sentence in catalog(ENGLISH).single


def obstacles_of(product: Readiness) -> set[str]:
    return {one.sentence for one in obstacles(product)}
