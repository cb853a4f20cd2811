"""Several people, or tabs, who open a practice greenhouse in the same moment."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session, col, select

from cloud.accounts.models import Stand
from cloud.db import writing
from cloud.practice import service
from cloud.principal import Principal
from tests.cloud.conftest import FixedClock, Member, Seeded

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

PATIENCE_S = 120.0


@dataclass
class Rush:
    """The first is not done yet when the others come."""

    engine: Engine
    clock: FixedClock

    def __call__(self, first: Member, then: Member) -> list[int | None]:
        """Who has which stand afterwards, in the order of the stands."""
        odd: list[Exception] = []

        def come() -> None:
            try:
                with Session(writing(self.engine)) as session, session.begin():
                    self.begin(session, then.principal, "second")
            except Exception as error:  # noqa: BLE001  # told by the test, whatever it is
                odd.append(error)

        late = threading.Thread(target=come)
        with Session(writing(self.engine)) as session, session.begin():
            self.begin(session, first.principal, "first")
            late.start()
            self.until_one_waits()
        late.join(PATIENCE_S)
        assert not late.is_alive()
        assert odd == []
        return list(self.taken())

    def begin(self, session: Session, who: Principal, token: str) -> None:
        service.begin(session, who, token, 2, self.clock.now())

    def until_one_waits(self) -> None:
        pause, waiting = threading.Event(), text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        for _look in range(int(PATIENCE_S / 0.02)):
            with self.engine.connect() as connection:
                if connection.execute(waiting).scalar_one():
                    return
            pause.wait(0.02)
        raise AssertionError("nobody waits")

    def taken(self) -> Sequence[int | None]:
        with Session(self.engine) as session:
            return session.exec(select(Stand.learner_id).order_by(col(Stand.id))).all()


@pytest.fixture
def rush(engine: Engine, clock: FixedClock) -> Rush:
    return Rush(engine, clock)


def test_two_who_are_the_very_first_get_one_each(rush: Rush, seeded: Seeded) -> None:
    assert rush(seeded.farmer, seeded.manager) == [
        seeded.farmer.account.id,
        seeded.manager.account.id,
    ]


def test_two_tabs_of_one_person_share_one(rush: Rush, seeded: Seeded) -> None:
    assert rush(seeded.farmer, seeded.farmer) == [seeded.farmer.account.id]
