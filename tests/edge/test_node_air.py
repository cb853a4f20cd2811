"""Air by radio: two figures of a node, believed for as long as it may be silent."""

from pathlib import Path

import pytest

from edge.evaporation import Air
from edge.node_hub import Hub
from edge.node_reader import NodeReader
from edge.senses import Senses
from firmware_sim.farm_broker import FarmBroker
from tests.edge.fakes import HandClock
from tests.edge.farm import AIR, NODES, ZIGBEE, hardware
from wire.codes import SensorFault

ZIGBEE_SAYS = "zigbee2mqtt/khi 1"
SLOW_PATIENCE_S = 2.2 * 600.0


class House:
    """Two nodes in the air: Zigbee every ten minutes, ESPHome every minute."""

    def __init__(self, folder: Path, broker: FarmBroker | None = None) -> None:
        self.clock, self.broker = HandClock(), broker or FarmBroker()
        board = hardware(folder, NODES + ZIGBEE + AIR)
        assert board.nodes is not None
        reader = NodeReader(
            board, Hub(self.broker.open(board.nodes, self.clock.mono)), self.clock.mono
        )
        self.senses = Senses(board, [reader], None, None, self.clock.mono())
        self.pass_(1.0)

    def says(self, topic: str, payload: str, *, retain: bool = False) -> None:
        self.broker.publish(topic, payload.encode(), retain=retain)
        self.pass_(1.0)

    def pass_(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.senses.look(self.clock.mono(), frozenset())

    def air(self) -> Air:
        return self.senses.air(self.clock.mono())

    def lost(self) -> dict[str, SensorFault]:
        return {
            news.sensor: news.failure.fault
            for news in self.senses.news()
            if news.failure is not None
        }


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_both_figures_of_one_message_are_taken(house: House) -> None:
    house.says(ZIGBEE_SAYS, '{"temperature": 31.4, "humidity": 82, "battery": 90}')
    assert house.air() == Air(31.4, 0.82, None)


def test_each_may_have_a_topic_of_its_own(house: House) -> None:
    house.says("khi2/sensor/air_temperature/state", "29.5")
    assert house.air() == Air(29.5, None, None)
    house.says("khi2/sensor/air_humidity/state", "70")
    assert house.air() == Air(29.5, 0.7, None)


def test_it_is_believed_from_report_to_report_and_no_longer(house: House) -> None:
    house.says(ZIGBEE_SAYS, '{"temperature": 31.4}')
    house.pass_(SLOW_PATIENCE_S - 1.0)
    assert house.air().air_c == 31.4
    house.pass_(2.0)
    assert house.air().air_c is None


def test_the_newest_report_counts_alone(house: House) -> None:
    for celsius in (20.0, 30.0, 41.0):
        house.says(ZIGBEE_SAYS, f'{{"temperature": {celsius}}}')
        house.pass_(600.0)
    assert house.air().air_c == 41.0


def test_what_the_broker_had_kept_is_not_believed(tmp_path: Path) -> None:
    broker = FarmBroker()
    broker.publish(ZIGBEE_SAYS, b'{"temperature": 31.4}', retain=True)
    house = House(tmp_path, broker)
    assert house.air() == Air()
    house.says(ZIGBEE_SAYS, '{"temperature": 30.0}')
    assert house.air().air_c == 30.0


@pytest.mark.parametrize(
    "rubbish", ["", "{", '{"temperature": "warm"}', '{"temperature": null}', '{"state": "ON"}']
)
def test_rubbish_says_nothing_of_the_air(house: House, rubbish: str) -> None:
    house.says(ZIGBEE_SAYS, rubbish)
    assert house.air() == Air()


def test_a_figure_that_cannot_be_is_told_as_such(house: House) -> None:
    house.says(ZIGBEE_SAYS, '{"temperature": 31.4}')
    house.pass_(61.0)
    house.says(ZIGBEE_SAYS, '{"temperature": 85.0}')
    assert house.air().air_c == 31.4
    assert house.lost() == {"a1": SensorFault.IMPLAUSIBLE}


def test_a_silent_node_is_missed_after_its_own_patience(house: House) -> None:
    house.says(ZIGBEE_SAYS, '{"temperature": 31.4}')
    house.pass_(2.2 * 60.0)
    house.pass_(10.0)
    assert house.lost() == {"a2": SensorFault.SILENT}
    house.pass_(SLOW_PATIENCE_S)
    house.pass_(10.0)
    assert "a1" in house.lost()
