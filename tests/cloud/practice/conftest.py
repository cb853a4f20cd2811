"""A service with room for practice, and somebody to look after it by hand."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from cloud.accounts.models import Stand
from cloud.clock import unix_ms
from cloud.db import writing
from cloud.growing.models import ReportedSettings
from cloud.practice.keeper import Keeper
from cloud.practice.models import Training
from cloud.settings import Settings
from cloud.telemetry.models import Event, Sample
from tests.cloud.conftest import FixedClock
from wire.codes import EventKind

PLACES = 2
SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]


class Playground:
    """The practice greenhouses of one service; what they tell is told by the test."""

    def __init__(self, keeper: Keeper, engine: Engine, clock: FixedClock) -> None:
        self.keeper, self._engine, self._clock = keeper, engine, clock
        self._seq = 0

    def look(self) -> None:
        self.keeper.look()

    def stand(self, number: int = 1) -> Stand:
        with Session(self._engine, expire_on_commit=False) as session:
            return session.get_one(Stand, number)

    def tell(self, *kinds: EventKind, number: int = 1) -> None:
        """As if the greenhouse had said so, and the worker stored it."""
        device = self.stand(number).device_id
        with Session(writing(self._engine)) as session, session.begin():
            for kind in kinds:
                self._seq += 1
                row = self._row(device) | {"kind": kind.value, "data": {}, "chain": "00"}
                session.add(Event.model_validate(row))
        self.look()

    def measure(self, number: int = 1) -> None:
        self._seq += 1
        row = self._row(self.stand(number).device_id) | {"metrics": {"fill": 0.6}}
        with Session(writing(self._engine)) as session, session.begin():
            session.add(Sample.model_validate({**row, "zone_key": "z1"}))

    def obey(self, version: int, number: int = 1) -> None:
        """As if the greenhouse had said that it goes by these settings."""
        device = self.stand(number).device_id or ""
        with Session(writing(self._engine)) as session, session.begin():
            row = ReportedSettings(device_id=device, epoch="e1", seq=1, applied_version=version)
            session.add(row)
        self.look()

    def see_dry(self) -> None:
        """As if the right zone had been named."""
        with Session(writing(self._engine)) as session, session.begin():
            session.get_one(Stand, 1).seen = True

    def learnt(self) -> list[Training]:
        with Session(self._engine, expire_on_commit=False) as session:
            return list(session.exec(select(Training).order_by(col(Training.id))))

    def pids(self) -> list[int]:
        return [process.pid for process in self.keeper._playing.values()]

    def _row(self, device: str | None) -> dict[str, object]:
        now = unix_ms(self._clock.now())
        return {
            "device_id": device,
            "epoch": "e1",
            "boot": "b1",
            "seq": self._seq,
            "uptime_ms": self._seq,
            "wall_ms": now,
            "quality": 2,
        }


def plays_nothing(folder: Path) -> list[str]:
    assert (folder / "edge" / "identity.json").exists(), "the agent knows who it is"
    return SLEEPER


@pytest.fixture
def playground(
    app: FastAPI, settings: Settings, engine: Engine, clock: FixedClock
) -> Iterator[Playground]:
    keeper = Keeper(settings, engine, clock, plays_nothing)
    app.state.practice_places = lambda: PLACES
    yield Playground(keeper, engine, clock)
    keeper.end()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
