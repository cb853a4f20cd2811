"""One list after another: it grows and withdraws, and never goes back."""

from dataclasses import replace
from datetime import date

import pytest

from traceability.errors import NoteError
from traceability.manifest import Manifest, Recall, Run, SeasonKey
from traceability.succession import News, after, first, refuse_going_back

OLD_KEY = SeasonKey(0, "2026-2", bytes(32))
NEW_KEY = SeasonKey(1, "2027-1", bytes([1]) * 32)
MELONS = Run(1, 0, 500, "Dưa lưới")
TOMATOES = Run(2, 1, 200, "Cà chua bi")
RECALLED = Recall(1, 100, 199, "thuốc còn trong thời gian cách ly")
TOLD = News(
    issued_on=date(2026, 11, 29),
    valid_until=date(2027, 6, 30),
    hosts=["https://TXNG.VN"],
    keys=[OLD_KEY],
    runs=[MELONS],
)
OLDER = first("htx.vn/tem", TOLD)
NEXT = News(issued_on=date(2026, 12, 2), valid_until=date(2027, 6, 30), keys=[OLD_KEY])


def test_the_first_list_holds_what_it_was_told() -> None:
    told = Manifest(
        "htx.vn/tem",
        1,
        date(2026, 11, 29),
        date(2027, 6, 30),
        ["https://TXNG.VN"],
        [OLD_KEY],
        [MELONS],
        [],
    )
    assert told == OLDER


def test_the_next_list_keeps_what_was_told_and_adds_to_it() -> None:
    younger = after(
        OLDER, replace(NEXT, keys=[OLD_KEY, NEW_KEY], runs=[TOMATOES], recalls=[RECALLED])
    )
    assert younger == Manifest(
        "htx.vn/tem",
        2,
        date(2026, 12, 2),
        date(2027, 6, 30),
        ["https://TXNG.VN"],
        [OLD_KEY, NEW_KEY],
        [MELONS, TOMATOES],
        [RECALLED],
    )


def test_new_hosts_take_the_place_of_the_old() -> None:
    assert after(OLDER, replace(NEXT, hosts=["https://B.VN"])).hosts == ["https://B.VN"]


def test_a_list_may_follow_another_of_the_same_day() -> None:
    assert after(OLDER, replace(NEXT, issued_on=OLDER.issued_on)).sequence == 2


def test_telling_the_same_run_again_changes_nothing() -> None:
    assert after(OLDER, replace(NEXT, runs=[MELONS])).runs == [MELONS]


def test_a_withdrawn_season_goes_with_its_runs_and_their_recalls() -> None:
    recalled = after(OLDER, replace(NEXT, recalls=[RECALLED]))
    renewed = replace(NEW_KEY, kid=0)  # the key id of the season that is gone is free again
    run = replace(TOMATOES, kid=0)
    news = replace(NEXT, keys=[renewed], runs=[run], withdrawn=["2026-2"])
    younger = after(recalled, news)
    assert (younger.keys, younger.runs, younger.recalls) == ([renewed], [run], [])


@pytest.mark.parametrize(
    ("news", "why"),
    [
        (replace(NEXT, issued_on=date(2026, 11, 28)), "does not follow"),
        (replace(NEXT, valid_until=date(2026, 12, 1)), "not before its day"),
        (replace(NEXT, keys=[replace(OLD_KEY, public_key=bytes([7]) * 32)]), "share a key id"),
        (replace(NEXT, keys=[replace(NEW_KEY, kid=0)]), "share a key id"),
        (replace(NEXT, runs=[replace(MELONS, quantity=501)]), "share an issuance"),
        (replace(NEXT, runs=[TOMATOES]), "no key in this list"),
        (replace(NEXT, recalls=[replace(RECALLED, issuance=9)]), "not in this list"),
        (replace(NEXT, recalls=[replace(RECALLED, last=99)]), "ends before it begins"),
        (replace(NEXT, withdrawn=["2020-1"]), "no season 2020-1"),
    ],
)
def test_what_the_next_list_may_not_say_is_refused(news: News, why: str) -> None:
    with pytest.raises(NoteError, match=why):
        after(OLDER, news)


YOUNGER = replace(OLDER, sequence=3, issued_on=date(2027, 1, 1), recalls=[RECALLED])
LATER = replace(YOUNGER, sequence=7, issued_on=date(2027, 2, 1))


def test_whoever_saw_one_list_believes_a_later_one_however_many_were_missed() -> None:
    refuse_going_back(OLDER, YOUNGER)
    refuse_going_back(YOUNGER, LATER)


@pytest.mark.parametrize(
    ("younger", "why"),
    [
        (replace(LATER, sequence=3), "does not follow"),
        (replace(LATER, sequence=2), "does not follow"),
        (replace(LATER, issued_on=date(2026, 12, 31)), "does not follow"),
        (replace(LATER, origin="htx.vn/khac"), "of htx.vn/khac"),
        (replace(LATER, keys=[replace(OLD_KEY, kid=5)]), "another key"),
        (
            replace(LATER, keys=[replace(OLD_KEY, public_key=bytes([7]) * 32)]),
            "another key",
        ),
        (replace(LATER, runs=[]), "missing or told otherwise"),
        (replace(LATER, runs=[replace(MELONS, quantity=600)]), "told otherwise"),
        (replace(LATER, recalls=[]), "taken back"),
        (replace(LATER, recalls=[replace(RECALLED, last=150)]), "taken back"),
    ],
)
def test_a_list_that_takes_something_back_is_not_believed(younger: Manifest, why: str) -> None:
    with pytest.raises(NoteError, match=why):
        refuse_going_back(YOUNGER, younger)


def test_what_a_withdrawn_season_left_behind_may_be_gone() -> None:
    refuse_going_back(YOUNGER, replace(LATER, keys=[NEW_KEY], runs=[TOMATOES], recalls=[]))
