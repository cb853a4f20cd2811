"""The chain alone: what a digest covers, and what a check finds."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.audit.rules import START, AuditAction, Break, End, Record, check, digest, root

AT = datetime(2026, 3, 2, tzinfo=UTC)
Chain = list[tuple[Record, str]]


def chain(length: int) -> Chain:
    links: Chain = []
    before = START
    for seq in range(1, length + 1):
        at = AT + timedelta(seconds=seq)
        record = Record(7, seq, at, 3, None, AuditAction.WATER, f"command:{seq}", {"litres": seq})
        before = digest(before, record)
        links.append((record, before))
    return links


def end(links: Sequence[tuple[Record, str]]) -> End:
    return End(7, len(links), links[-1][1] if links else START)


@pytest.mark.parametrize("length", [0, 1, 5])
def test_an_untouched_chain_is_whole(length: int) -> None:
    links = chain(length)
    assert check(end(links), links) is None


CHANGES = {
    "chain": 8,
    "at": AT,
    "actor": None,
    "on_behalf_of": 3,
    "action": AuditAction.STOP,
    "subject": "command:99",
    "detail": {"litres": 1000},
}


def test_every_field_is_covered() -> None:
    assert {*CHANGES, "seq"} == set(Record.__dataclass_fields__)


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_field_is_found_where_it_was_changed(name: str) -> None:
    links = chain(5)
    record, claimed = links[2]
    forged = [*links[:2], (replace(record, **{name: CHANGES[name]}), claimed), *links[3:]]  # type: ignore[arg-type]  # one field at a time
    assert check(end(links), forged) == Break(7, 3)


@given(st.integers(1, 6), st.data())
def test_a_missing_entry_is_found(length: int, data: st.DataObject) -> None:
    links = chain(length)
    gone = data.draw(st.integers(0, length - 1))
    assert check(end(links), links[:gone] + links[gone + 1 :]) == Break(7, gone + 1)


def test_a_forged_chain_that_fits_together_does_not_fit_its_root() -> None:
    honest, forged = chain(3), chain(2)
    assert check(end(forged), forged) is None
    assert root([end(honest)]) != root([end(forged)])


def test_the_root_does_not_depend_on_the_order_of_chains() -> None:
    ends = [End(0, 2, "aa"), End(7, 1, "bb")]
    assert root(ends) == root(reversed(ends))
