"""Only pages of ours and programs act: every unsafe route × every pair of origin headers."""

from itertools import product

import pytest

from cloud.principal import Role
from tests.cloud.walls.rows import Row, unsafe
from tests.cloud.walls.world import ORIGIN, World

SITES = (None, "same-origin", "none", "same-site", "cross-site", "", "Same-Origin", "none, none")
ORIGINS = (
    None,
    ORIGIN,
    "null",
    "",
    "http://evil.example",
    f"{ORIGIN}.evil.example",
    f"{ORIGIN}:8080",
    "http://evil.example/testserver",
    "http://testserver@evil.example",
)

Sent = dict[str, str]


def sent(site: str | None, origin: str | None) -> Sent:
    told = {"Sec-Fetch-Site": site, "Origin": origin}
    return {name: value for name, value in told.items() if value is not None}


def trusted(headers: Sent) -> bool:
    """The rule, said once more: the browser's word on the site, else the origin, else nobody."""
    if "Sec-Fetch-Site" in headers:
        return headers["Sec-Fetch-Site"] in {"same-origin", "none"}
    return headers.get("Origin") == ORIGIN


ALL = [sent(site, origin) for site, origin in product(SITES, ORIGINS)]
HOSTILE = [headers for headers in ALL if not trusted(headers)]


def test_another_sites_page_moves_nothing(world: World, rows: list[Row]) -> None:
    before, through = world.contents(), []
    for row in unsafe(rows):
        body = world.body(row)
        for headers in HOSTILE:
            answer = world.send(Role.MANAGER, row, body=body, headers=headers)
            if answer.status_code != 403:
                through.append(f"{row} {headers}: {answer.status_code}")
    assert through == []
    assert world.contents() == before
    assert len(HOSTILE) > 50


def test_our_own_pages_come_through_everywhere(world: World, rows: list[Row]) -> None:
    """Else the refusals above would prove nothing."""
    kept_out = [
        f"{row} {headers}"
        for row in unsafe(rows)
        for headers in ALL
        if trusted(headers) and row.public
        if world.send(Role.MANAGER, row, headers=headers).status_code == 403
    ]
    assert kept_out == []


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_a_method_nobody_offers_is_asked_the_same(
    world: World, rows: list[Row], method: str
) -> None:
    addresses = {world.address(row) for row in rows}
    answers = {
        address: world.send(
            Role.MANAGER, Row(method, address, "", None, form=False, queries=()), headers={}
        ).status_code
        for address in addresses
    }
    assert {address: status for address, status in answers.items() if status != 403} == {}
