"""Looking changes nothing: every address that is read, and every table before and after."""

from collections.abc import Iterator

import pytest

from cloud.principal import Role
from tests.cloud.walls.rows import SAFE, Row
from tests.cloud.walls.world import ANYONE, FOREIGN, World

# Looking at a stamp is what these write down, and nothing else.
COUNTS_LOOKS = {"/T/{serial}", "/01/{gtin}/21/{serial}", "/01/{gtin}/10/{lot}/21/{serial}"}
LOOKS = {"scan"}

HEADERS = {"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"}


def readable(rows: list[Row]) -> Iterator[Row]:
    """What is read, by each method that may read."""
    for row in rows:
        if row.method in SAFE:
            for method in sorted(SAFE):
                yield Row(method, row.path, row.permission, None, form=False, queries=row.queries)


def addresses(world: World, row: Row) -> list[str]:
    """With the ids there are, with ids there are not, and with each question answered."""
    missing = dict.fromkeys(world.ids, "no-such-thing")
    query = "&".join(f"{name}=1" for name in row.queries)
    return [world.address(row), world.address(row, **missing), f"{world.address(row)}?{query}"]


@pytest.mark.parametrize("who", [Role.MANAGER, FOREIGN, ANYONE])
def test_reading_changes_nothing(world: World, rows: list[Row], who: str) -> None:
    if who != ANYONE:
        world.session_of(who)
    before, changed = world.contents(unwatched=()), []
    for row in readable(rows):
        for address in addresses(world, row):
            world.send(who, row, address=address, headers=HEADERS)
        after = world.contents(unwatched=())
        different = {name for name in after if after[name] != before[name]}
        if different - (LOOKS if row.path in COUNTS_LOOKS else set()):
            changed.append(f"{row}: {different}")
        before = after
    assert changed == []


def test_what_counts_looks_is_still_there(rows: list[Row]) -> None:
    assert {row.path for row in rows} >= COUNTS_LOOKS
