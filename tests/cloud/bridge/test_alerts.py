"""Trouble in the simulated greenhouse becomes an alert, and its end ends it."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlmodel import Session, select

from cloud.alerts.kinds import Kind, Severity
from cloud.alerts.models import Alert
from cloud.alerts.watch import look_round
from tests.cloud.bridge.bridge import Bridge
from tests.cloud.conftest import Seeded
from tests.edge.rig import BROKEN, METER

Found = set[tuple[Kind, int | None]]


@dataclass
class Watch:
    """The garden goes on, its rows reach the cloud, and the cloud looks at the house."""

    bridge: Bridge

    def minutes(self, count: int, *, leaks: bool = False) -> None:
        for _ in range(count):
            for _second in range(60):
                if leaks:
                    self.bridge.rig.pins.pin(METER).pulses(15)
                self.bridge.seconds(1)
            self.bridge.rows()
            look_round(self.bridge.engine, self.bridge.clock.now())

    def away(self, minutes: int) -> None:
        """The line is dead; the garden goes on."""
        for _ in range(minutes):
            self.bridge.seconds(60)
            look_round(self.bridge.engine, self.bridge.clock.now())

    def alerts(self) -> list[Alert]:
        with Session(self.bridge.engine) as session:
            return list(session.exec(select(Alert).order_by(Alert.kind)))

    @property
    def open(self) -> Found:
        return {(one.kind, one.zone_id) for one in self.alerts() if one.resolved_at is None}


@pytest.fixture
def watch(bridge: Bridge) -> Watch:
    watch = Watch(bridge)
    watch.minutes(2)
    assert watch.open == set(), "a garden that is well"
    return watch


def test_a_valve_that_opens_without_water(watch: Watch, seeded: Seeded) -> None:
    watch.bridge.rig.flows = False
    watch.bridge.rig.water()
    watch.minutes(2)
    assert watch.open == {(Kind.NO_FLOW, seeded.zones[0].id)}
    (alert,) = watch.alerts()
    assert alert.severity is Severity.ACT
    assert alert.detail == {"code": "no_flow"}
    assert alert.since < alert.opened_at


def test_water_runs_with_every_valve_shut(watch: Watch) -> None:
    watch.minutes(7, leaks=True)
    kinds = {kind for kind, _zone in watch.open}
    assert kinds & {Kind.LEAK, Kind.STUCK_VALVE}
    watch.minutes(14)
    assert Kind.LEAK not in {kind for kind, _zone in watch.open}


def test_the_box_falls_silent_and_comes_back(watch: Watch) -> None:
    watch.away(5)
    assert watch.open == set()
    watch.away(2)
    assert watch.open == {(Kind.SILENT, None)}
    watch.away(60)
    (alert,) = watch.alerts()
    assert alert.severity is Severity.ACT
    watch.minutes(11)
    assert watch.open == set()
    assert len(watch.alerts()) == 1


def test_a_probe_s_wire_is_cut(watch: Watch, seeded: Seeded) -> None:
    watch.bridge.rig.raw = BROKEN
    watch.minutes(12)
    assert {(Kind.SENSOR, None), (Kind.STALE, seeded.zones[0].id)} <= watch.open


def test_trouble_that_comes_and_goes_is_one_alert(watch: Watch) -> None:
    flicker: list[Callable[[], None]] = [lambda: watch.away(7), lambda: watch.minutes(2)]
    for happens in flicker * 4:
        happens()
    silent = [one for one in watch.alerts() if one.kind is Kind.SILENT]
    assert len(silent) == 1
