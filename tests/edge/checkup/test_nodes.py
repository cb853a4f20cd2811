"""What the doctor says of the farm's broker and its nodes."""

from pathlib import Path

import pytest

from edge.checkup import nodes
from edge.checkup.finding import Finding, Level
from edge.config_file import load
from firmware_sim.farm_broker import FarmBroker
from tests.edge.fakes import BOARD, HandClock
from tests.edge.farm import AIR, NODES, hardware


class Visit:
    """A doctor who listens for five seconds, in which something may be said."""

    def __init__(self, folder: Path) -> None:
        self.board, self.broker, self.clock = hardware(folder), FarmBroker(), HandClock()
        self.live: list[tuple[str, bytes]] = []

    def findings(self) -> list[Finding]:
        return [*nodes.heard(self.board, self.broker.open, self.clock.mono, self._wait)]

    def of(self, sensor: str) -> Finding:
        return next(f for f in self.findings() if f.facts.get("sensor") == sensor)

    def _wait(self, seconds: float) -> None:
        self.clock.advance(seconds)
        for topic, payload in self.live:
            self.broker.publish(topic, payload)


@pytest.fixture
def visit(tmp_path: Path) -> Visit:
    return Visit(tmp_path)


def test_a_board_without_nodes_is_asked_nothing(tmp_path: Path, visit: Visit) -> None:
    (tmp_path / "hardware.toml").write_text(BOARD, encoding="utf-8")
    visit.board = load(tmp_path / "hardware.toml")
    assert visit.findings() == []


def test_a_broker_that_is_away_is_the_only_thing_to_look_at(visit: Visit) -> None:
    visit.broker.pull_plug()
    (finding,) = visit.findings()
    assert (finding.level, finding.code) == (Level.LOOK, "nodes_broker_away")


def test_a_node_that_speaks_is_quoted_with_its_raw_figure(visit: Visit) -> None:
    visit.live.append(("tele/dat2/SENSOR", b'{"ANALOG": {"A0": 1850}}'))
    assert visit.of("n2").en == "n2: 1850 counts, raw 1850, node dat2."
    visit.live.append(("zigbee2mqtt/dat 1", b'{"soil_moisture": 31}'))
    assert visit.of("n1").en == "n1: 31.0 %, raw 310, node dat 1."


def test_a_sleeping_node_is_told_and_not_blamed(visit: Visit) -> None:
    finding = visit.of("n1")
    assert (finding.level, finding.code) == (Level.OFF, "node_quiet")
    assert "every 10 minutes" in finding.en


def test_what_the_broker_kept_is_told_as_of_some_earlier_time(visit: Visit) -> None:
    visit.broker.publish("dat3/sensor/soil_moisture/state", b"31.4", retain=True)
    assert "at some earlier time" in visit.of("n3").en


def test_air_is_quoted_with_its_units(tmp_path: Path, visit: Visit) -> None:
    visit.board = hardware(tmp_path, NODES + AIR)
    visit.live.append(("zigbee2mqtt/khi 1", b'{"temperature": 31.4, "humidity": 82}'))
    visit.live.append(("khi2/sensor/air_temperature/state", b"85.0"))
    assert visit.of("a1").en == "a1: 31.4 °C, RH 82 %, raw 31, 82, node khi 1."
    assert (visit.of("a2").level, visit.of("a2").code) == (Level.LOOK, "node_strange")


@pytest.mark.parametrize(
    ("topic", "payload", "code"),
    [
        ("dat3/status", b"offline", "node_offline"),
        ("dat3/sensor/soil_moisture/state", b"unknown", "node_unread"),
        ("dat3/sensor/soil_moisture/state", b"97", "node_strange"),
    ],
)
def test_what_somebody_must_look_at(visit: Visit, topic: str, payload: bytes, code: str) -> None:
    visit.broker.publish(topic, payload, retain=True)
    finding = visit.of("n3")
    assert (finding.level, finding.code) == (Level.LOOK, code)


@pytest.mark.parametrize(
    ("payload", "level", "code"),
    [
        (b'{"state": "online"}', Level.OK, "valve_node"),
        (b"offline", Level.LOOK, "valve_node_offline"),
        (None, Level.OFF, "valve_node_unknown"),
    ],
)
def test_a_valve_node_is_there_or_lost_or_unknown(
    tmp_path: Path, visit: Visit, payload: bytes | None, level: Level, code: str
) -> None:
    valve = 'valve = { profile = "zigbee2mqtt", node = "van 2" }'
    (tmp_path / "hardware.toml").write_text(
        BOARD.replace("pin = 27", valve) + NODES, encoding="utf-8"
    )
    visit.board = load(tmp_path / "hardware.toml")
    if payload is not None:
        visit.broker.publish("zigbee2mqtt/van 2/availability", payload, retain=True)
    _, finding = visit.findings()
    assert (finding.level, finding.code) == (level, code)
