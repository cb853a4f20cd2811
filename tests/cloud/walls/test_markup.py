"""Text stays text: every script in every field and address, and every page read afterwards."""

from urllib.parse import quote

import pytest

from cloud.principal import Role
from tests.cloud.walls.corpus import SCRIPTS
from tests.cloud.walls.markup import findings
from tests.cloud.walls.rows import Row
from tests.cloud.walls.world import World

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SHARE = 4
"""Each address is tried with every fourth script, another quarter than the address before."""


def seen(world: World, row: Row, address: str = "") -> list[str]:
    """What a page shows that no page of ours shows."""
    answer = world.send(Role.MANAGER, row, address=address)
    assert answer.status_code < 500, address or row
    html = answer.headers.get("content-type", "").startswith("text/html")
    return [f"{address or row}: {one}" for one in findings(answer.text)] if html else []


def pages(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.method == "GET" and not row.api]


def everywhere(world: World, rows: list[Row]) -> list[str]:
    """All pages, those of an id once for each row there is by now."""
    return [
        one
        for row in pages(rows)
        for address in world.addresses(row)
        for one in seen(world, row, address)
    ]


def test_pages_of_honest_people_are_ours(world: World, rows: list[Row]) -> None:
    assert everywhere(world, rows) == []
    assert len(pages(rows)) > 20


def test_what_people_write_stays_text(world: World, rows: list[Row]) -> None:
    """Each script in every field that takes it, and then every page there is."""
    found, taken = [], 0
    for row in rows:
        free = [name for name in texts(world, row) if accepted(world, row, name)]
        for script in SCRIPTS if free else ():
            body = fresh(world, row) | dict.fromkeys(free, f"A {script}")
            answer = world.send(Role.MANAGER, row, body=body)
            taken += len(free) * (answer.status_code < 400)
            if answer.headers.get("content-type", "").startswith("text/html"):
                found += [f"{row}: {one}" for one in findings(answer.text)]
    assert found == []
    assert everywhere(world, rows) == []
    assert taken > 10 * len(SCRIPTS)


def texts(world: World, row: Row) -> list[str]:
    return [name for name, value in (world.body(row) or {}).items() if isinstance(value, str)]


def accepted(world: World, row: Row, name: str) -> bool:
    body = fresh(world, row) | {name: f"A {SCRIPTS[0]}"}
    return world.send(Role.MANAGER, row, body=body).status_code < 400


def fresh(world: World, row: Row) -> dict[str, object]:
    """The sample, with a lot of which nothing is sold yet."""
    body = world.body(row) or {}
    return body | {"lot": world.fresh_lot()} if "lot" in body else body


def test_what_stands_in_an_address_stays_text(world: World, rows: list[Row]) -> None:
    found = []
    for number, row in enumerate(pages(rows)):
        for script in SCRIPTS[number % SHARE :: SHARE]:
            for address in poisoned(world, row, quote(script, safe="")):
                found += seen(world, row, address)
    assert found == []


def poisoned(world: World, row: Row, script: str) -> list[str]:
    """The address with the script in each of its ids, and in its query."""
    ids = [part[1:-1] for part in row.path.split("/") if part[:1] == "{" and part[-1:] == "}"]
    query = "&".join(f"{name}={script}" for name in row.queries)
    with_query = [f"{world.address(row)}?{query}"] if query else []
    return [world.address(row, **{name: script}) for name in ids] + with_query
