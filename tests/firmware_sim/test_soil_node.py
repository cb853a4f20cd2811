"""The firmware of a battery node: it wakes, says it, sleeps, loses reports and runs flat."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from edge.config_nodes import NodeProbe
from edge.node_link import Message
from edge.node_reader import reading
from edge.readings import Quantity
from firmware_sim.farm_broker import FarmBroker
from firmware_sim.soil_node import CAPACITY_MAH, SoilNode, sayings
from tests.edge.farm import hardware

HOUR_S = 3600
DRY_SOIL = 0.2


def new_node(table: NodeProbe, vwc: Callable[[], float] = lambda: DRY_SOIL) -> SoilNode:
    return SoilNode(table, vwc, FarmBroker(), Random(1))


def reports(node: SoilNode, table: NodeProbe) -> int:
    return sum(topic == table.spots[0].topic for topic, _ in node._broker.said)


@pytest.fixture
def tables(tmp_path: Path) -> tuple[NodeProbe, ...]:
    return hardware(tmp_path).node_probes


def test_the_agent_understands_every_profile(tables: tuple[NodeProbe, ...]) -> None:
    for table in tables:
        said = [s for s in sayings(table, 0.31, 80.0) if s.topic == table.spots[0].topic]
        (answer,) = (reading(table, Message(s.topic, s.payload.encode(), 0.0)) for s in said)
        assert isinstance(answer, dict)
        raw, points = answer[Quantity.MOISTURE].raw, table.calibration
        share = (raw - points.dry_raw) / (points.wet_raw - points.dry_raw)
        vwc = points.dry_vwc + share * (points.wet_vwc - points.dry_vwc)
        assert vwc == pytest.approx(0.31, abs=0.001)


def test_it_reports_as_often_as_it_promised(tables: tuple[NodeProbe, ...]) -> None:
    node = new_node(tables[0])
    node.lost_share = 0.0
    for _ in range(10 * HOUR_S):
        node.step(1.0)
    assert reports(node, tables[0]) == pytest.approx(60, abs=3)


def test_a_report_that_the_air_swallows_is_not_repeated(tables: tuple[NodeProbe, ...]) -> None:
    node = new_node(tables[0])
    node.lost_share = 1.0
    for _ in range(HOUR_S):
        node.step(1.0)
    assert node._broker.said == []


def test_a_cell_lasts_months_and_then_it_is_silent(tables: tuple[NodeProbe, ...]) -> None:
    node = new_node(tables[0])
    for _ in range(24 * HOUR_S):
        node.step(1.0)
    a_day = CAPACITY_MAH - node.left_mah
    assert 100 < CAPACITY_MAH / a_day < 200
    node.left_mah = 0.0
    before = reports(node, tables[0])
    for _ in range(HOUR_S):
        node.step(1.0)
    assert reports(node, tables[0]) == before


def test_a_dead_node_says_nothing(tables: tuple[NodeProbe, ...]) -> None:
    node = new_node(tables[0])
    node.is_dead = True
    for _ in range(HOUR_S):
        node.step(1.0)
    assert node._broker.said == []
