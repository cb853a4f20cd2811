"""What is made of the words of nodes: dated by receipt, refused when old, missed when silent."""

from pathlib import Path

import pytest

from edge.node_hub import Hub
from edge.node_reader import NodeReader
from edge.readings import Failure, Quantity, Receipt
from firmware_sim.farm_broker import FarmBroker
from tests.edge.fakes import HandClock
from tests.edge.farm import hardware
from wire.codes import SensorFault

MOISTURE = "zigbee2mqtt/dat 1"
PATIENCE_S = 1400.0


class Yard:
    """The reader of three nodes' probes, and the broker on which they speak."""

    def __init__(self, folder: Path) -> None:
        self.clock, self.broker = HandClock(), FarmBroker()
        board = hardware(folder)
        assert board.nodes is not None
        self.reader = self.start(folder)

    def start(self, folder: Path) -> NodeReader:
        board = hardware(folder)
        assert board.nodes is not None
        link = self.broker.open(board.nodes, self.clock.mono)
        self.reader = NodeReader(board, Hub(link), self.clock.mono)
        self.reader.ask()
        return self.reader

    def says(self, topic: str, payload: str, *, retain: bool = False) -> None:
        self.broker.publish(topic, payload.encode(), retain=retain)

    def heard(self) -> list[tuple[str, float, int]]:
        """Sensor, receipt and raw of all readings."""
        receipts = self.reader.take()
        return [(r.sensor, r.at, _raw(r)) for r in receipts if not isinstance(r.outcome, Failure)]

    def missed(self) -> dict[str, str]:
        self.reader.ask()
        receipts = self.reader.take()
        failures = {r.sensor: r.outcome for r in receipts if isinstance(r.outcome, Failure)}
        assert {failure.fault for failure in failures.values()} <= {SensorFault.SILENT}
        return {sensor: failure.why for sensor, failure in failures.items()}


def _raw(receipt: Receipt) -> int:
    assert not isinstance(receipt.outcome, Failure)
    return receipt.outcome[Quantity.MOISTURE].raw


@pytest.fixture
def yard(tmp_path: Path) -> Yard:
    return Yard(tmp_path)


def test_every_profile_is_heard_and_dated_by_receipt(yard: Yard) -> None:
    yard.clock.advance(7.0)
    yard.says(MOISTURE, '{"soil_moisture": 42, "battery": 90, "linkquality": 131}')
    yard.says("tele/dat2/SENSOR", '{"Time": "2019-01-01T00:00:00", "ANALOG": {"A0": 1850}}')
    yard.clock.advance(1.0)
    yard.says("dat3/sensor/soil_moisture/state", "31.4", retain=True)
    assert yard.heard() == [("n1", 7.0, 420), ("n2", 7.0, 1850), ("n3", 8.0, 314)]


def test_what_the_broker_had_kept_is_not_fresh(yard: Yard, tmp_path: Path) -> None:
    yard.says("dat3/sensor/soil_moisture/state", "31.4", retain=True)
    assert len(yard.heard()) == 1
    yard.start(tmp_path)
    assert yard.heard() == []
    yard.clock.advance(PATIENCE_S + 1.0)
    assert "1 messages kept by the broker" in yard.missed()["n3"]


@pytest.mark.parametrize("rubbish", ["", "{", '{"soil_moisture": 101}', '{"soil_moisture": "x"}'])
def test_rubbish_is_counted_and_dropped(yard: Yard, rubbish: str) -> None:
    yard.says(MOISTURE, rubbish)
    assert yard.heard() == []
    yard.clock.advance(PATIENCE_S + 1.0)
    assert "1 messages" in yard.missed()["n1"]


def test_a_node_is_missed_only_after_the_patience_of_its_zone(yard: Yard) -> None:
    yard.clock.advance(PATIENCE_S)
    assert yard.missed() == {}
    yard.says(MOISTURE, '{"soil_moisture": 42}')
    yard.clock.advance(1.0)
    assert yard.missed().keys() == {"n2", "n3"}


def test_the_reason_tells_what_is_known(yard: Yard) -> None:
    yard.says(MOISTURE, '{"battery": 4}')
    yard.says("zigbee2mqtt/dat 1/availability", '{"state": "offline"}', retain=True)
    yard.clock.advance(1500.0)
    assert yard.missed()["n1"] == (
        "node dat 1: no reading for 25 minutes; the broker has lost it; battery 4 %; "
        "1 messages without the field"
    )


def test_the_weakest_battery_is_the_one_that_counts(yard: Yard) -> None:
    assert yard.reader.charge() is None
    yard.says(MOISTURE, '{"battery": 90}')
    yard.heard()
    assert yard.reader.charge() == 90.0
    yard.says(MOISTURE, '{"battery": 14}')
    yard.says(MOISTURE, '{"battery": 140}')
    yard.heard()
    assert yard.reader.charge() == 14.0


def test_a_broker_that_is_gone_is_the_reason(yard: Yard) -> None:
    yard.broker.pull_plug()
    yard.clock.advance(1500.0)
    assert "the broker does not answer" in yard.missed()["n2"]
