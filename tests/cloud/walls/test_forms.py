"""Forms get what no browser sends: never a breakdown, never an echo, never a change by half."""

from collections.abc import Iterator

import httpx2
import pytest

from cloud.principal import Role
from tests.cloud.walls.corpus import MARK
from tests.cloud.walls.drawn import SHOWS_WHAT_WAS_TYPED
from tests.cloud.walls.forms import NO_FORM, NUMBERS, TEXTS, Sent, as_parts, encoded
from tests.cloud.walls.rows import Row
from tests.cloud.walls.world import ORIGIN, World

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def forms(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.form]


def knock(world: World, row: Row, sent: Sent) -> httpx2.Response:
    headers = {"Origin": ORIGIN, "Content-Type": sent.kind}
    return world.send(Role.MANAGER, row, body=sent.body, headers=headers)


def quiet(row: Row, answer: httpx2.Response) -> bool:
    """Whether nothing of what was sent came back, where it is not to be typed once more."""
    return row.path in SHOWS_WHAT_WAS_TYPED or MARK not in answer.text + str(answer.headers)


def replaced(world: World, row: Row) -> Iterator[tuple[str, str, Sent]]:
    """The sample with one field replaced, for each field, also one left out, and each text."""
    for name in row.body.model_fields if row.body else {}:
        for value in TEXTS:
            yield name, value, encoded((world.body(row) or {}) | {name: value})


def test_what_is_no_form_changes_nothing(world: World, rows: list[Row]) -> None:
    before, wrong = world.contents(), []
    for row in forms(rows):
        for sent in NO_FORM:
            answer = knock(world, row, sent)
            refused = 400 <= answer.status_code < 500 or row.path in SHOWS_WHAT_WAS_TYPED
            if not refused or not quiet(row, answer) or answer.status_code >= 500:
                wrong.append(f"{row} {sent.kind} {sent.body[:40]!r}: {answer.status_code}")
    assert wrong == []
    assert world.contents() == before


def test_no_text_breaks_a_field_or_comes_back(world: World, rows: list[Row]) -> None:
    wrong = []
    for row in forms(rows):
        for name, value, sent in replaced(world, row):
            answer = knock(world, row, sent)
            echoed = answer.status_code >= 400 and not quiet(row, answer)
            if answer.status_code >= 500 or echoed or "set-cookie: sid=1" in str(answer.headers):
                wrong.append(f"{row} {name}={value[:20]!a}: {answer.status_code}")
    assert wrong == []


def test_what_is_no_number_is_none(world: World, rows: list[Row]) -> None:
    """A form's number is a `Whole`."""
    tried = [one for row in forms(rows) for one in numbers(world, row)]
    found = {f"{row} {name}={value[:20]!a}": status for row, name, value, status in tried}
    assert {one: status for one, status in found.items() if not 400 <= status < 500} == {}
    assert len(tried) >= 3 * len(NUMBERS)


def numbers(world: World, row: Row) -> Iterator[tuple[Row, str, str, int]]:
    """Each field that takes a number, with each value that is none, and what was answered."""
    for name in [name for name, one in (world.body(row) or {}).items() if isinstance(one, int)]:
        for value in NUMBERS:
            sent = encoded((world.body(row) or {}) | {name: value})
            yield row, name, value, knock(world, row, sent).status_code


def test_a_form_in_parts_is_the_same_form_and_a_file_is_none(
    world: World, rows: list[Row]
) -> None:
    wrong = []
    for row in forms(rows):
        as_file = knock(world, row, as_parts(world.body(row) or {}, '; filename="a.txt"'))
        in_parts = knock(world, row, as_parts(world.body(row) or {}))
        shown = row.path in SHOWS_WHAT_WAS_TYPED
        if as_file.status_code != 422 and not shown:
            wrong.append(f"{row} as a file: {as_file.status_code}")
        if in_parts.status_code == 422:
            wrong.append(f"{row} in parts: {in_parts.status_code}")
    assert wrong == []


def takes_many(row: Row, name: str) -> bool:
    """Whether each value of that name is another member of a list, and judged as one."""
    return row.body is not None and "list[" in str(row.body.model_fields[name].annotation)


def test_a_field_sent_twice_counts_once(world: World, rows: list[Row]) -> None:
    """The last one; of the first nothing is kept and nothing told."""
    wrong = []
    for row in forms(rows):
        first: dict[str, object] = {
            name: f"{MARK}{one}"
            for name, one in (world.body(row) or {}).items()
            if not takes_many(row, name)
        }
        last = encoded(world.body(row) or {})
        twice = Sent(last.kind, encoded(first).body + b"&" + last.body)
        answer = knock(world, row, twice)
        if answer.status_code == 422 or MARK in answer.text:
            wrong.append(f"{row}: {answer.status_code}")
    assert wrong == []
    assert MARK not in str(world.contents())
