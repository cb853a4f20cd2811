"""A question about a few rows reads those few, whatever else a device has sent."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as trials
from hypothesis import strategies as st
from sqlalchemy import Engine, event
from sqlmodel import Session

from cloud.clock import unix_ms
from cloud.db import writing
from cloud.telemetry import archive, rollups, service, store
from cloud.telemetry.models import RollupDue
from tests.cloud.conftest import START, Seeded
from wire import messages
from wire.codes import ClockQuality, EventKind, Metric

DAY_MINUTES = 1_440
MINUTE_MS = 60_000

Said = tuple[str, tuple[object, ...]]
Ask = Callable[[Session, int], object]


@contextmanager
def heard(session: Session) -> Iterator[list[Said]]:
    """What is sent to the database meanwhile."""
    found: list[Said] = []

    def note(
        _c: object, _cursor: object, statement: str, values: tuple[object, ...], *_rest: object
    ) -> None:
        found.append((statement, values))

    bind = session.get_bind()
    event.listen(bind, "before_cursor_execute", note)
    yield found
    event.remove(bind, "before_cursor_execute", note)


def plans(session: Session, table: str, said: Sequence[Said]) -> set[str]:
    """How SQLite looks a table up for these statements."""
    found: set[str] = set()
    for statement, values in said:
        ask = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        found |= {line[3] for line in ask if f" {table} " in f"{line[3]} "}
    return found


def ask_chart(session: Session, zone: int) -> object:
    end = START + timedelta(days=1)
    return service.series(session, service.served(session, zone, START, end), Metric.FILL)


def ask_events(session: Session, zone: int) -> object:
    end = START + timedelta(days=1)
    return service.events(
        session, service.served(session, zone, START, end), [EventKind.DOSE_ENDED]
    )


def ask_day(session: Session, _zone: int) -> object:
    return archive.rows_of(session, "devicedevicedev2", 20_000, "z1")


def ask_roll(session: Session, _zone: int) -> None:
    rollups.roll(session, [RollupDue(quarter=2_000_000, device_id="devicedevicedev2")])


@pytest.mark.parametrize(
    ("ask", "table", "narrowed"),
    [
        (
            ask_chart,
            "sample",
            "(device_id=? AND day=? AND zone_key=? AND wall_ms>? AND wall_ms<?)",
        ),
        (ask_events, "event", "(device_id=? AND kind=? AND wall_ms>? AND wall_ms<?)"),
        (ask_day, "sample", "(device_id=? AND day=? AND zone_key=?)"),
        (ask_roll, "sample", "(device_id=? AND day=?)"),
    ],
)
def test_sqlite_looks_up_what_is_asked_for_and_nothing_else(
    engine: Engine, seeded: Seeded, ask: Ask, table: str, narrowed: str
) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL counts its rows for itself")
    with Session(writing(engine)) as session:
        with heard(session) as said:
            ask(session, seeded.zones[0].id or 0)
        found = plans(session, table, said)
    assert found
    assert {plan[plan.index("(") :] for plan in found} == {narrowed}


@dataclass(frozen=True)
class Row:
    """A row by its minute; the zone was bound long before the first of them."""

    epoch: str
    minute: int
    zone: str | None
    fill: float | None

    def message(self, seq: int) -> messages.Sample:
        return messages.Sample(
            e=self.epoch,
            s=seq,
            b="bootbootbootboo2",
            u=seq,
            t=unix_ms(START) + self.minute * MINUTE_MS,
            q=ClockQuality.TRUSTED,
            z=self.zone,
            m={Metric.VWC: 0.3} if self.fill is None else {Metric.FILL: self.fill},
        )


ROWS = st.lists(
    st.builds(
        Row,
        epoch=st.sampled_from(["epochepochepoch2", "otherotherother2"]),
        minute=st.integers(-60, 3 * DAY_MINUTES),
        zone=st.sampled_from(["z1", "z2", None]),
        fill=st.none() | st.floats(0, 1),
    ),
    max_size=40,
)


@example(drawn=[Row("epochepochepoch2", -1, "z1", 0.0)], start=-1)
@given(drawn=ROWS, start=st.integers(-60, 3 * DAY_MINUTES))
@trials(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None
)
def test_a_curve_is_what_was_measured_in_its_time(
    engine: Engine, seeded: Seeded, drawn: list[Row], start: int
) -> None:
    """Of two epochs, among other zones, with and without a value, and nothing of before."""
    device, began = seeded.device.id, START + timedelta(minutes=start)
    with Session(writing(engine)) as session:
        store.insert_samples(
            session, [(device, one.message(n + 1)) for n, one in enumerate(drawn)]
        )
        zone = seeded.zones[0].id or 0
        found = service.series(
            session, service.served(session, zone, began, began + timedelta(days=1)), Metric.FILL
        )
        session.rollback()
    expected = [
        (START + timedelta(minutes=one.minute), one.fill)
        for one in drawn
        if one.zone == "z1" and start <= one.minute < start + DAY_MINUTES
    ]
    assert [one.at for one in found] == sorted(one.at for one in found)
    assert sorted((one.at, one.value) for one in found) == sorted(
        (at, value) for at, value in expected if value is not None
    )
