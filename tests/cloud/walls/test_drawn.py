"""Requests drawn from the description: no breakdown, no echo, no answer that it does not tell of.

`VUONSO_CASES` says how many; `script/prove requests` asks for 20,000.
"""

import os
from collections import Counter
from dataclasses import dataclass, field

import pytest
from fastapi import Depends
from fastapi.responses import JSONResponse
from hypothesis import HealthCheck, Phase, given, seed, settings

from cloud.lots.models import Harvest, LotOut
from cloud.permissions import public
from tests.cloud.client import TestClient
from tests.cloud.conftest import FixedClock
from tests.cloud.walls.drawn import Drawn, drawn, operations, wrong
from tests.cloud.walls.rows import Row, rows_of
from tests.cloud.walls.world import ANYONE, World

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

CASES = int(os.environ.get("VUONSO_CASES", "350"))
EVERYTHING = settings(
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    database=None,
    deadline=None,
)


@dataclass
class Campaign:
    """Sends what is drawn, and remembers what came of it."""

    world: World
    clock: FixedClock
    statuses: Counter[int] = field(default_factory=Counter)
    routes: set[Row] = field(default_factory=set)
    found: list[str] = field(default_factory=list)

    def run(self, rows: list[Row], cases: int) -> None:
        for number, (row, operation) in enumerate(operations(self.world.app, rows).items()):
            self.clock.advance(hours=1)  # whoever was throttled has waited long enough
            alike = settings(EVERYTHING, max_examples=-(-cases // len(rows)))
            seed(number)(alike(given(drawn(self.world, row, operation))(self._knock)))()

    def _knock(self, one: Drawn) -> None:
        client = TestClient(self.world.app, raise_server_exceptions=False, follow_redirects=False)
        if one.who != ANYONE:
            client.cookies.set("sid", self.world.session_of(one.who))
        answer = one.send(client)
        self.routes.add(one.row)
        self.statuses[answer.status_code // 100] += 1
        self.found += [f"{one.case.as_curl_command()}: {fault}" for fault in wrong(one, answer)]


def test_nothing_that_can_be_drawn_breaks_anything(
    world: World, rows: list[Row], clock: FixedClock
) -> None:
    campaign = Campaign(world, clock)
    campaign.run(rows, CASES)
    told = ", ".join(f"{number} × {kind}xx" for kind, number in sorted(campaign.statuses.items()))
    print(f"\n{campaign.statuses.total()} requests to {len(campaign.routes)} routes: {told}")  # noqa: T201  # the figure
    assert campaign.found[:20] == []
    assert campaign.routes == set(rows)
    assert campaign.statuses[2] + campaign.statuses[3] > CASES // 10, "not all is refused"


def test_a_break_an_echo_and_a_surprise_are_found(world: World, clock: FixedClock) -> None:
    """Else finding nothing would prove nothing."""

    def broken(body: Harvest) -> int:
        raise RuntimeError(body.product)

    def echoing(body: Harvest) -> JSONResponse:
        return JSONResponse({"error": body.product}, 400)

    def surprising(body: Harvest) -> JSONResponse:
        return JSONResponse({"nothing that": body.quantity_g})

    for endpoint in (broken, echoing, surprising):
        path = f"/api/v1/{endpoint.__name__}"
        world.app.add_api_route(
            path,
            endpoint,
            methods=["POST"],
            dependencies=[Depends(public())],
            response_model=LotOut,
        )
    planted = [row for row in rows_of(world.app) if row.body is Harvest and row.public]
    campaign = Campaign(world, clock)
    campaign.run(planted, 60)
    found = "\n".join(campaign.found)
    for expected in ("/broken: 500", "echoes ", "Response violates schema"):
        assert expected in found
