"""What the round through the houses costs: `python -m bench.alerts`.

Each house has a box, two zones and a day of minutes; a row a minute is what boxes send, so in a
round of 20 seconds a third of them has something new. `--houses` takes other numbers. Times are of
the processor, so that whoever else is on the machine counts little; SQLite, no disk waited for.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from sqlalchemy import Engine, event
from sqlmodel import Session, col, select, update

from cloud.alerts.watch import Watch
from cloud.clock import unix_ms
from cloud.cooperatives import service as cooperatives
from cloud.cooperatives.service import Planting
from cloud.db import make_engine, writing
from cloud.devices.models import Device, DeviceSession, ZoneBinding
from cloud.schema import migrate
from cloud.telemetry.models import EpochState, Event, Sample

START = datetime(2026, 3, 2, 1, tzinfo=UTC)
MINUTES = 12
"""As far back as a look reads rows."""
BIRTH: dict[str, object] = {
    "last": 0,
    "zones": [{"key": "z1", "sensors": ["a"]}, {"key": "z2", "sensors": ["b"]}],
}


@dataclass(frozen=True)
class Round:
    """One round: the processor's seconds, and how often the database was asked."""

    cpu_s: float
    questions: int


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.alerts")
    parser.add_argument("--houses", type=int, nargs="+", default=[100, 1000, 5000])
    print("| houses | nothing new | | 1 % of houses in trouble | | a minute's rows of all | |")
    print("|---|---|---|---|---|---|---|")
    for count in parser.parse_args(argv).houses:
        with TemporaryDirectory() as folder:
            cells = [f"{one.cpu_s:.2f} s | {one.questions:,}" for one in measured(folder, count)]
            print(f"| {count:,} | {' | '.join(cells)} |", flush=True)
    return 0


def measured(folder: str, count: int) -> Iterator[Round]:
    """Nothing new; trouble in one house of a hundred; a minute's rows of every house."""
    engine = make_engine(f"sqlite:///{Path(folder) / 'cloud.db'}")
    event.listen(engine, "connect", lambda line, _record: line.execute("PRAGMA synchronous=OFF"))
    migrate(engine)
    fill(engine, count)
    look, now = Watch(), START
    look.round(engine, now)
    yield timed(engine, look, now + timedelta(seconds=20))
    trouble(engine, count // 100)
    yield timed(engine, look, now + timedelta(seconds=40))
    now += timedelta(seconds=60)
    rows_of_a_minute(engine, now)
    yield timed(engine, look, now)
    engine.dispose()


def timed(engine: Engine, look: Watch, now: datetime) -> Round:
    with counted(engine) as asked:
        began = time.process_time()
        look.round(engine, now)
        return Round(time.process_time() - began, len(asked))


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(*words: object) -> None:
        asked.append(str(words[2]))

    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def fill(engine: Engine, count: int) -> None:
    with Session(writing(engine)) as session, session.begin():
        home = cooperatives.create(session, "HTX", "", "", START)
        farm = cooperatives.add_farm(session, home, "Trại", "")
        for number in range(count):
            house = cooperatives.add_greenhouse(session, farm, f"Nhà {number}", START)
            device = Device(
                id=f"device{number:010}",
                cooperative_id=house.cooperative_id,
                greenhouse_id=cast("int", house.id),
                public_key="",
                broker_hash="",
                sealed_command_key="",
                simulated=True,
                created_at=START,
            )
            session.add(device)
            session.flush()
            for n in (1, 2):
                zone = cooperatives.add_zone(
                    session, house, n, Planting(f"Khu {n}", "Cà chua", 50, date(2026, 2, 1))
                )
                bound = START - timedelta(days=30)
                session.add(
                    ZoneBinding(
                        cooperative_id=house.cooperative_id,
                        zone_id=cast("int", zone.id),
                        device_id=device.id,
                        zone_key=f"z{n}",
                        bound_from=bound,
                    )
                )
            connect(session, device.id)


def connect(session: Session, device: str) -> None:
    session.add(
        DeviceSession(
            device_id=device,
            epoch="e",
            boot="b",
            session=1,
            birth=BIRTH,
            born_at=START,
            heard_at=START,
        )
    )
    state = EpochState(device_id=device, epoch="e", upto=MINUTES * 3, have=[], changed_at=START)
    session.add(state)
    for minute in range(MINUTES):
        add_rows(session, device, minute, START - timedelta(minutes=MINUTES - 1 - minute))


def add_rows(session: Session, device: str, minute: int, at: datetime) -> None:
    for n, key in enumerate((None, "z1", "z2")):
        metrics = {"flow_lpm": 0.0} if key is None else {"fill": 0.8, "open_s": 0.0}
        session.add(
            Sample.model_validate(
                {
                    "device_id": device,
                    "epoch": "e",
                    "boot": "b",
                    "seq": minute * 3 + n,
                    "uptime_ms": minute * 60_000,
                    "wall_ms": unix_ms(at),
                    "quality": 2,
                    "zone_key": key,
                    "metrics": metrics,
                }
            )
        )


def trouble(engine: Engine, count: int) -> None:
    """So many houses with a burst pipe."""
    with Session(writing(engine)) as session, session.begin():
        for device in session.exec(select(Device.id).order_by(Device.id).limit(count)).all():
            session.add(
                Event.model_validate(
                    {
                        "device_id": device,
                        "epoch": "e",
                        "boot": "b",
                        "seq": 900,
                        "uptime_ms": 900_000,
                        "wall_ms": unix_ms(START),
                        "quality": 2,
                        "kind": "fault",
                        "zone_key": "z1",
                        "data": {"fault": "burst", "flow_lpm": 20.0},
                        "chain": "00",
                    }
                )
            )
            state = update(EpochState).where(col(EpochState.device_id) == device)
            session.exec(state.values(changed_at=START + timedelta(seconds=30)))


def rows_of_a_minute(engine: Engine, now: datetime) -> None:
    with Session(writing(engine)) as session, session.begin():
        for device in session.exec(select(Device.id)).all():
            add_rows(session, device, 400, now)
        session.exec(update(DeviceSession).values(heard_at=now))
        session.exec(update(EpochState).values(changed_at=now))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
