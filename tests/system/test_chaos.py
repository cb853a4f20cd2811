"""Processes are killed and lines broken while rows are made: each arrives once, and whole."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from cloud.telemetry.models import EpochState
from tests.edge.broker import BINARY
from tests.system.chaos import plan
from tests.system.chaos.cast import POSTGRES_BIN, until
from tests.system.chaos.founding import Charter, founded
from tests.system.chaos.plan import FULL, FULL_ROWS, Deed
from tests.system.chaos.town import Town

SHARE = 6
SEED = 20261129
Found = Callable[..., Town]

pytestmark = pytest.mark.skipif(BINARY is None, reason="mosquitto is not installed")
postgresql = pytest.param(
    "postgresql",
    marks=pytest.mark.skipif(
        not (POSTGRES_BIN / "initdb").exists(), reason="PostgreSQL is not installed"
    ),
)


@pytest.fixture
def found(tmp_path: Path) -> Iterator[Found]:
    """A town as its charter says; it is gone after the test, whatever becomes of that."""
    with ExitStack() as at_the_end:
        yield lambda **charter: at_the_end.enter_context(founded(Charter(**charter), tmp_path))


@pytest.mark.parametrize("database", ["sqlite", postgresql])
def test_whatever_is_killed_or_torn_every_row_arrives_once(found: Found, database: str) -> None:
    town = found(database=database)
    rows, counts = FULL_ROWS // SHARE, plan.part(FULL, SHARE)
    verdict = town.live(plan.faults(SEED, rows, counts), rows)
    assert verdict.is_clean, f"seed {SEED}: {verdict}"
    assert verdict.made >= rows
    assert {deed: town.done[deed] for deed in counts} == counts
    assert sum(town.struck.values()) >= sum(counts[deed] for deed in (Deed.RESET, Deed.STALL))


@pytest.mark.parametrize("database", ["sqlite", postgresql])
def test_two_brokers_killed_in_turn_keep_no_row(found: Found, database: str) -> None:
    """Each dies with what it had confirmed, while the other is there; boxes go back and forth."""
    town = found(database=database, brokers=2)
    for turn in range(1, 9):
        dying = town.brokers[turn % 2]
        town.allow(200 * turn)
        dying.kill()
        dying.lose_all()
        until(lambda: town.stored() >= town.made, f"rows go over the other broker, turn {turn}")
        dying.start()
    verdict = town.rest()
    assert verdict.is_clean, str(verdict)
    assert verdict.made >= 1600
    assert all(line.visits > 2 for line in town.box_lines)


class TestMistakesAreFound:
    def test_a_box_that_trusts_the_broker(self, found: Found) -> None:
        town = found(box_mistake="forgetful")
        verdict = town.live(plan.faults(SEED, 800, {Deed.CLOUD: 1, Deed.BROKER: 2}), 800, 10.0)
        assert verdict.missing
        assert not verdict.unknown
        assert not verdict.altered

    def test_a_worker_that_answers_before_it_stores(self, found: Found) -> None:
        town = found(worker_mistake="hasty")
        town.allow(400)
        town.until(lambda: 400 <= town.made <= booked(town.engine), "all rows are promised")
        town.workers[0].kill()
        town.workers[0].start()
        verdict = town.rest(10.0)
        assert verdict.missing
        assert not verdict.unknown
        assert not verdict.altered


def booked(engine: Engine) -> int:
    """How many rows the cloud says that it has."""
    with Session(engine) as session:
        return sum(session.exec(select(EpochState.upto)))
