"""Matching: money finds its order by itself where nothing can be doubted, else people decide."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.payments.code import is_whole, make
from cloud.payments.matching import (
    Awaited,
    Book,
    Hint,
    Transfer,
    Verdict,
    judge,
    suggest,
    whole_codes,
)
from tests.cloud.payments.corpus import MAKERS, SEED, Case, Shop, drawn

DRAWN = 550
"""Twenty-five of each kind; a hundred thousand are drawn by `tests.cloud.payments.campaign`."""

ONE = Awaited("HX00000ZV", 70_000, name="Nguyễn Thị Hoa", phone="+84912345678")
TWO = Awaited("HX00000G5", 35_000, name="Trần Văn Bình", phone="+84987654321")
GONE = Awaited("HX0000012", 70_000, open=False)
PAID = Awaited("HX0000024", 0)
BOOK = Book.of((ONE, TWO, GONE, PAID))

BY_HAND = """
    70000 exact   HX00000ZV
    70000 exact   MBVCB.987.HX00000ZV.CT tu 123 toi 456
    70000 exact   HX00000ZV HX00000ZV
    70000 exact   HX00000ZV;chuyen tien
    69999 under   HX00000ZV
    70001 over    HX00000ZV
    70000 late    HX0000012
    70000 paid    HX0000024
    70000 several HX00000ZV HX00000G5
    70000 several HX00000ZV hx00000g5
    70000 damaged hx00000zv
    70000 damaged HX 00000ZV
    70000 damaged HX-00000ZV
    70000 damaged ckHX00000ZV
    70000 damaged HX00000ZVchuyen
    70000 damaged HXOOOOOZV
    70000 damaged HX00000Z
    70000 damaged 00000ZV
    70000 damaged HX00000ZX
    70000 damaged HX7K2M
    70000 no_code chuyen tien
    70000 no_code LE THI THANH XUAN MUA DUA
    70000 no_code HX
    70000 no_code Huong Xuan
    70000 no_code 70000
"""


def by_hand() -> list[Case]:
    lines = [line.split(maxsplit=2) for line in BY_HAND.strip().splitlines()]
    return [Case(Transfer(int(amount), text), Verdict(told)) for amount, told, text in lines]


def test_the_codes_written_by_hand_are_codes() -> None:
    assert all(is_whole(code) for code in BOOK.by_code)


@pytest.mark.parametrize("case", by_hand())
def test_a_transfer_by_hand_is_told_right(case: Case) -> None:
    assert judge(case.transfer, BOOK) is case.verdict


def test_hundreds_of_transfers_are_told_right_and_none_is_counted_wrongly() -> None:
    shop = Shop.of(SEED)
    book, wrong, counted = Book.of(shop.payments), Counter[str](), []
    for case in drawn(shop, DRAWN):
        told = judge(case.transfer, book)
        if told is not case.verdict:
            wrong[f"{case.verdict} as {told}: {case.transfer.content}"] += 1
        if told is Verdict.EXACT:
            (found,) = whole_codes(case.transfer.content)
            counted.append((found, case.meant, case.transfer.amount - book.by_code[found].owed))
    assert sum(wrong.values()) <= DRAWN // 100, wrong
    assert [one for one in counted if one[0] != one[1] or one[2]] == []
    assert len(counted) >= 5 * DRAWN // len(MAKERS) - DRAWN // 100


def test_a_damaged_code_is_suggested_first() -> None:
    shop = Shop.of(SEED + 1)
    book = Book.of(shop.payments)
    cases = [case for case in drawn(shop, DRAWN) if case.meant]
    firsts = [suggest(case.transfer, book)[:1] for case in cases]
    missed = [
        case
        for case, first in zip(cases, firsts, strict=True)
        if not first or first[0].awaited.code != case.meant
    ]
    assert len(missed) <= len(cases) // 100, missed


@given(st.text(max_size=80), st.integers(1, 10**9))
def test_no_words_are_counted_that_do_not_hold_the_code_and_the_amount(
    text: str, amount: int
) -> None:
    told = judge(Transfer(amount, text), BOOK)
    assert told is not Verdict.EXACT or amount in {ONE.owed, TWO.owed}


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_words_around_a_code_never_name_another(before: str, behind: str) -> None:
    text = f"{before} {ONE.code} {behind}"
    if judge(Transfer(ONE.owed, text), BOOK) is Verdict.EXACT:
        assert whole_codes(text) == {ONE.code}


def test_a_code_that_was_cut_could_be_two_and_both_are_suggested() -> None:
    cut = Transfer(70_000, "HX00000")
    found = suggest(cut, BOOK)
    assert {one.awaited.code for one in found[:2]} <= set(BOOK.by_code)
    assert judge(cut, BOOK) is Verdict.DAMAGED


def test_who_sends_what_says_for_which_order() -> None:
    first, *_rest = suggest(Transfer(70_000, "NGUYEN THI HOA gui 0912345678"), BOOK)
    assert first.awaited is ONE
    assert first.hints == {Hint.NAME, Hint.PHONE, Hint.AMOUNT}


def test_nothing_is_suggested_where_nothing_speaks() -> None:
    assert suggest(Transfer(1, "lai tien gui"), BOOK) == []


def test_money_on_another_account_is_nobodys() -> None:
    transfer = Transfer(70_000, ONE.code, own_account=False)
    assert judge(transfer, BOOK) is Verdict.OTHER_ACCOUNT


@given(st.lists(st.integers(0, 31), min_size=6, max_size=6))
def test_every_code_we_make_is_whole(draws: list[int]) -> None:
    left = iter(draws)
    assert is_whole(make(lambda below: next(left) % below))
