"""What strangers send: never a breakdown, never an echo, never a field too many."""

import json
from collections.abc import Iterator

import pytest

from cloud.bodies import Body
from cloud.door import MAX_BODY, MAX_PHOTOS, WITH_FILES, WITH_PHOTOS
from cloud.principal import Role
from tests.cloud.walls.corpus import MARK, NO_JSON, PROMOTIONS, VALUES
from tests.cloud.walls.rows import Row
from tests.cloud.walls.world import World

# A buyer's order is read twice: the first reading keeps what was typed, so that it can be shown.
SHOWS_WHAT_WAS_TYPED = {"/gio/dat"}


def with_body(rows: list[Row], *, form: bool) -> list[Row]:
    return [row for row in rows if row.body is not None and row.form is form]


def test_the_samples_are_right(world: World, rows: list[Row]) -> None:
    """Else every refusal below would prove nothing."""
    both = with_body(rows, form=True) + with_body(rows, form=False)
    answers = {row: world.send(Role.MANAGER, row, body=world.body(row)) for row in both}
    assert [str(row) for row, answer in answers.items() if answer.status_code == 422] == []
    assert len(answers) > 15


def test_every_body_is_built_on_the_one_of_the_house(rows: list[Row]) -> None:
    assert [str(row) for row in rows if row.body and not issubclass(row.body, Body)] == []


def test_what_is_no_body_is_refused(world: World, rows: list[Row]) -> None:
    wrong = []
    for row in [*with_body(rows, form=False), *with_body(rows, form=True)]:
        for body in NO_JSON:
            answer = world.send(Role.MANAGER, row, body=body)
            if row.path in SHOWS_WHAT_WAS_TYPED and not row.api:
                good = answer.status_code < 500
            else:
                good = 400 <= answer.status_code < 500
            if not good or MARK in answer.text:
                wrong.append(f"{row} {body[:20]!r}: {answer.status_code}")
    assert wrong == []


def test_no_value_breaks_a_field_or_comes_back(world: World, rows: list[Row]) -> None:
    wrong = []
    for row in with_body(rows, form=False):
        for name, value, content in replaced(world, row):
            answer = world.send(Role.MANAGER, row, body=content)
            if answer.status_code >= 500 or MARK in answer.text:
                wrong.append(f"{row} {name}={value[:20]}: {answer.status_code}")
    assert wrong == []


def replaced(world: World, row: Row) -> Iterator[tuple[str, str, bytes]]:
    """The sample with one field replaced, for each field, also one left out, and each value."""
    sample = world.body(row) or {}
    for name in row.body.model_fields if row.body else {}:
        for value in VALUES:
            fields = {key: json.dumps(one) for key, one in sample.items()} | {name: value}
            text = ",".join(f'"{key}":{one}' for key, one in fields.items())
            yield name, value, f"{{{text}}}".encode()


def test_a_number_is_no_text_and_no_truth(world: World, rows: list[Row]) -> None:
    wrong = []
    for row in with_body(rows, form=False):
        for body in disguised(world.body(row) or {}):
            answer = world.send(Role.MANAGER, row, body=body)
            if answer.status_code != 422:
                wrong.append(f"{row} {body}: {answer.status_code}")
    assert wrong == []


def disguised(sample: dict[str, object]) -> Iterator[dict[str, object]]:
    """The sample with one value of another type, for each field."""
    for name, value in sample.items():
        yield from ({**sample, name: one} for one in impostors(value))


def impostors(value: object) -> list[object]:
    """Values that resemble this one and are of another type."""
    if isinstance(value, bool):
        return [1, "true"]
    if isinstance(value, int | float):
        return [str(value), True, [value]]
    return [7, True, [value]] if isinstance(value, str) else []


@pytest.mark.parametrize("form", [False, True], ids=["json", "form"])
def test_nobody_promotes_themselves(world: World, rows: list[Row], form: bool) -> None:  # noqa: FBT001  # a parameter of pytest
    wrong, tried = [], 0
    for row in with_body(rows, form=form):
        before = world.contents()
        for name in PROMOTIONS:
            assert row.body is not None
            if name in row.body.model_fields:
                continue
            tried += 1
            body = {**(world.body(row) or {}), name: "1"}
            status = world.send(Role.MANAGER, row, body=body).status_code
            if status != 422:
                wrong.append(f"{row} {name}: {status}")
        if world.contents() != before:
            wrong.append(f"{row} changed something")
    assert wrong == []
    assert tried > 100


def too_large(row: Row) -> bytes:
    """More than the door lets through: more where a person who is logged in may bring files."""
    most = MAX_PHOTOS if row.path in WITH_PHOTOS | WITH_FILES else MAX_BODY
    return b'{"a":"' + b"x" * most + b'"}'


def test_a_body_too_large_is_refused_everywhere(world: World, rows: list[Row]) -> None:
    wrong = [
        str(row)
        for row in rows
        if row.body is not None
        and world.send(Role.MANAGER, row, body=too_large(row)).status_code != 413
    ]
    assert wrong == []
