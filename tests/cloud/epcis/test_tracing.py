"""A lot is traced by what names it, in any order, however long the history is."""

import re

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from cloud.epcis import service
from cloud.epcis.query import EventQuery
from tests.cloud.client import TestClient
from tests.cloud.conftest import Seeded
from tests.cloud.epcis.test_epcis import EVENTS, harvest, listed, lot, send, sent
from tests.cloud.telemetry.test_plans import heard


def test_the_events_of_a_lot_follow_one_another_newest_first(writer: TestClient) -> None:
    send(writer, sent(*(harvest(number) for number in (3, 1, 2))))
    names = "|".join(lot(f"L{number}").thing for number in (1, 2, 3))
    asked = {"MATCH_epcClass": names, "orderBy": "eventTime", "perPage": "1"}
    answer, times = writer.get(EVENTS, params=asked), list[str]()
    while True:
        times += [one["eventTime"] for one in listed(answer)]
        onward = re.search("<(.*)>", answer.headers.get("link", ""))
        if onward is None:
            break
        answer = writer.get(onward[1])
    assert len(times) == 3
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("order", [{}, {"orderBy": "eventTime"}])
def test_a_lot_is_found_by_its_name_and_not_by_going_through_all_events(
    engine: Engine, seeded: Seeded, order: dict[str, str]
) -> None:
    asked = EventQuery.model_validate({"MATCH_anyEPCClass": lot("L1").thing, **order})
    with Session(engine) as session, heard(session) as said:
        service.search(session, seeded.manager.principal, asked)
        statement, values = said[-1]
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        steps = [line[3] for line in plan]
    assert any("epcis_thing USING PRIMARY KEY" in step for step in steps), steps
    assert any("epcis_event" in step and "id=?" in step for step in steps), steps
