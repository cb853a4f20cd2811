"""The bench of EPCIS through the cloud: what it loads is what a program would have sent."""

import json

import pytest
from sqlmodel import Session, col, select

from bench.epcis_cloud import Captured, Figures, Step, furnish, is_reached, table
from bench.epcis_loader import POPULAR, load, lot
from cloud.db import make_engine
from cloud.epcis import service
from cloud.epcis.models import EpcisEvent
from cloud.epcis.query import EventQuery
from cloud.principal import Principal, Role
from traceability.epcis.document import validate
from traceability.epcis.events import BaseEvent

FEW = POPULAR + 10


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("epcis")
    url = f"sqlite:///{folder / 'cloud.db'}"
    furnish(url, folder, 1)
    assert load(url, FEW, "P0000000", owner=1) == FEW
    return url


def test_what_was_loaded_reads_as_what_was_sent(url: str) -> None:
    with Session(make_engine(url)) as session:
        rows = session.exec(select(EpcisEvent).order_by(col(EpcisEvent.id)).limit(10)).all()
    assert all(isinstance(validate(json.loads(row.body)), BaseEvent) for row in rows)
    assert [row.biz_step for row in rows[:4]] == [
        "commissioning",
        "commissioning",
        "creating_class_instance",
        "shipping",
    ]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"MATCH_outputEPCClass": "L0000002"}, 1),
        ({"MATCH_inputEPCClass": "L0000001"}, 1),
        ({"MATCH_epcClass": "L0000002"}, 2),
        ({"MATCH_epcClass": "P0000000", "perPage": 100}, 100),
        ({"MATCH_anyEPCClass": "N1"}, 0),
    ],
)
def test_a_step_finds_its_events(url: str, asked: dict[str, object], found: int) -> None:
    query = {
        name: lot(value).thing if isinstance(value, str) else value
        for name, value in asked.items()
    }
    who = Principal(1, 1, Role.MANAGER, "vi", "Người thử")
    with Session(make_engine(url)) as session:
        assert len(service.search(session, who, EventQuery.model_validate(query)).events) == found


def test_a_slow_step_or_a_slow_core_misses_the_goal() -> None:
    quick = [Step("one step back", 50, 9.0, 20.0)]
    slow = [*quick, Step("one step forward", 50, 9.0, 200.1)]
    fast, idle = Captured(1_000, 700.0, 1_500.0), Captured(1_000, 700.0, 999.0)
    assert is_reached(Figures("sqlite", 1_000, 1.0, fast, quick, 4.0))
    assert not is_reached(Figures("sqlite", 1_000, 1.0, fast, slow, 4.0))
    assert not is_reached(Figures("sqlite", 1_000, 1.0, idle, quick, 4.0))
    assert "200.1" in "\n".join(table(Figures("sqlite", 1_000, 1.0, fast, slow, 4.0)))
