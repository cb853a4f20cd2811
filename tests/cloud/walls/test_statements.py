"""No address becomes SQL: what looks like a statement is an id that nobody has."""

from itertools import product
from urllib.parse import quote

from cloud.principal import Role
from tests.cloud.walls.corpus import STATEMENTS
from tests.cloud.walls.rows import Row
from tests.cloud.walls.world import ORIGIN, World

SHARE = 4
"""Each route is tried with every fourth statement, another quarter than the route before."""


def test_a_statement_in_an_address_is_an_unknown_id(world: World, rows: list[Row]) -> None:
    before, wrong = world.contents(), []
    for number, row in enumerate(row for row in rows if "{" in row.path):
        unknown = status(world, row, "zzzzzzzzzz")
        for statement in STATEMENTS[number % SHARE :: SHARE]:
            found = status(world, row, quote(statement, safe=""))
            if found not in {unknown, 404, 422, 429}:
                wrong.append(f"{row} {statement}: {found}, not {unknown}")
    assert wrong == []
    assert world.contents() == before


def status(world: World, row: Row, name: str) -> int:
    address = world.address(row, **dict.fromkeys(world.ids, name))
    return world.send(Role.MANAGER, row, body=world.body(row), address=address).status_code


def test_a_statement_in_a_question_breaks_nothing(world: World, rows: list[Row]) -> None:
    before, wrong = world.contents(), []
    for row, statement in product(rows, STATEMENTS):
        for name in row.queries:
            address = f"{world.address(row)}?{name}={quote(statement, safe='')}"
            answer = world.send(Role.MANAGER, row, address=address, headers={"Origin": ORIGIN})
            if answer.status_code >= 500:
                wrong.append(f"{address}: {answer.status_code}")
    assert wrong == []
    assert world.contents() == before
