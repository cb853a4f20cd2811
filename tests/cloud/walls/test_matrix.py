"""Who gets where: every route × every role × own and foreign cooperative, made from the app."""

import pytest

from cloud.permissions import ROLE_PERMISSIONS, declared_routes
from cloud.principal import Role
from tests.cloud.walls.rows import SAFE, Row
from tests.cloud.walls.samples import LOG
from tests.cloud.walls.world import ACTORS, ANYONE, FOREIGN, World

OPEN = set(range(200, 500)) - {401, 403}
REFUSALS = {303, 401, 403}


def test_no_route_is_left_out(world: World, rows: list[Row]) -> None:
    declared = {(one.method, one.path) for one in declared_routes(world.app)}
    assert {(row.method, row.path) for row in rows} == declared
    assert all(world.address(row) and (row.body is None or world.body(row)) for row in rows)


@pytest.mark.parametrize("who", ACTORS)
def test_a_role_gets_what_the_table_gives_it(world: World, rows: list[Row], who: str) -> None:
    before = world.contents()
    refused = [row for row in rows if expected(row, who) <= REFUSALS]
    found = {row: world.send(who, row, body=world.body(row)).status_code for row in refused}
    assert world.contents() == before, "whoever is refused has changed nothing"
    found |= {row: world.send(who, row).status_code for row in rows if row not in refused}
    assert [f"{row}: {got}" for row, got in found.items() if got not in expected(row, who)] == []
    assert len(found) == len(rows)


def expected(row: Row, who: str) -> set[int]:
    """The statuses that are right; which of those a route gives is another test's matter."""
    if row.public:
        return OPEN
    if who == ANYONE:
        return {303} if row.method == "GET" and not row.api else {401}
    return OPEN if row.asks in ROLE_PERMISSIONS[Role(who)] else {403}


def test_what_is_anothers_is_not_there(world: World, rows: list[Row]) -> None:
    """A manager elsewhere has every permission, and finds nothing of this cooperative."""
    before, leaks = world.contents(), []
    named = [row for row in rows if not row.public and world.names_own(row)]
    for row in named:
        status = world.send(FOREIGN, row, body=world.body(row)).status_code
        if status != 404:
            leaks.append(f"{row}: {status}")
    assert leaks == []
    assert world.contents() == before
    assert len(named) > 20


def test_lists_show_nothing_of_another(world: World, rows: list[Row]) -> None:
    lists = [row for row in rows if row.method in SAFE and not world.names_own(row)]
    ids = [one for name, one in world.ids.items() if name not in LOG]
    own = [*ids, world.seeded.greenhouse.name, world.seeded.device.id]
    shown = {row: world.send(FOREIGN, row).text for row in lists if not row.public}
    leaks = [f"{row}: {name}" for row, text in shown.items() for name in own if name in text]
    assert leaks == []


def test_the_same_requests_succeed_at_home(world: World, rows: list[Row]) -> None:
    """Else the 404 of the stranger would prove nothing."""
    missed = []
    for row in sorted(rows, key=lambda row: row.path.endswith("/xoa")):  # who is let go, at last
        if row.public or not world.names_own(row):
            continue
        answer = world.send(Role.MANAGER, row, body=world.body(row))
        if answer.status_code >= 400 and answer.status_code != 409:
            missed.append(f"{row}: {answer.status_code}")
    assert missed == []
