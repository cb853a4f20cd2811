"""A round of many houses asks the database as often as a round of few, and mixes up none."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select, update

from bench import alerts as bench
from cloud.alerts.kinds import Kind
from cloud.alerts.models import Alert
from cloud.alerts.watch import TOGETHER, Watch
from cloud.db import writing
from cloud.devices.models import Device
from cloud.telemetry.models import Event

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

FEW, MANY = 2, 40
A_ROUND, A_TURN = 3, 8
"""Questions: what there is to look at, and to whom nobody has seen; then one for each fact."""
BROKEN = 7


@pytest.fixture
def houses(engine: Engine) -> Callable[[int], None]:
    """So many of them, each with a box and two zones."""
    return lambda count: bench.fill(engine, count)


def broken(engine: Engine) -> set[int]:
    with Session(engine) as session:
        return set(session.exec(select(Alert.greenhouse_id).where(Alert.kind == Kind.BURST)))


@pytest.mark.parametrize(
    ("count", "turns"), [(FEW, 1), (MANY, 1), (TOGETHER, 1), (TOGETHER + 1, 2)]
)
def test_a_round_asks_by_turns_and_not_by_houses(
    engine: Engine, houses: Callable[[int], None], count: int, turns: int
) -> None:
    houses(count)
    with bench.counted(engine) as asked:
        Watch().round(engine, bench.START)
    assert len([one for one in asked if one != "BEGIN"]) == A_ROUND + turns * A_TURN


def test_each_house_is_judged_by_its_own_box(
    engine: Engine, houses: Callable[[int], None]
) -> None:
    houses(MANY)
    bench.trouble(engine, BROKEN)
    Watch().round(engine, bench.START)
    with Session(engine) as session:
        firsts = select(Device.greenhouse_id).order_by(Device.id).limit(BROKEN)
        assert broken(engine) == set(session.exec(firsts))


def test_a_box_whose_rows_nobody_understands_keeps_no_other_from_its_look(
    engine: Engine, houses: Callable[[int], None], caplog: pytest.LogCaptureFixture
) -> None:
    houses(FEW)
    bench.trouble(engine, FEW)
    with Session(writing(engine)) as session, session.begin():
        odd = session.exec(select(Device).order_by(Device.id)).first()
        assert odd is not None
        session.exec(update(Event).where(col(Event.device_id) == odd.id).values(wall_ms=2**62))
        house = odd.greenhouse_id
    Watch().round(engine, bench.START + timedelta(seconds=40))
    assert len(broken(engine)) == 1
    assert house not in broken(engine)
    assert f"greenhouse {house}" in caplog.text
