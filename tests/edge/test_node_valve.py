"""A valve on a node as bank and agent see it: every profile, its timer within the lease."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from edge.config_nodes import Nodes, ValveNode
from edge.node_hub import Hub
from edge.node_order import AWAY_S, CONFIRM_S, HOLD_S
from edge.node_profiles import NodeKind
from edge.node_valve import NodeValve, NodeValves
from firmware_sim.farm_broker import FarmBroker
from firmware_sim.valve_node import ValveNodeDevice
from tests.edge.fakes import HandClock
from wire.codes import Fault

KINDS: tuple[NodeKind, ...] = ("tasmota", "esphome", "zigbee2mqtt")


class Yard:
    """One valve node, its broker, and the agent's side of it."""

    def __init__(self, kind: NodeKind, output: str | None = None) -> None:
        table = ValveNode(profile=kind, node="van 1", output=output)
        self.clock, self.broker = HandClock(), FarmBroker()
        self.device = ValveNodeDevice(table, self.broker)
        self.hub = Hub(self.broker.open(Nodes(), self.clock.mono))
        self.valve = NodeValve(table, self.hub, self.clock.mono)
        self.lease_s = 300.0
        self.valve.within(lambda: self.lease_s)
        self.hub.start()

    def seconds(self, count: int, order: Callable[[], None]) -> None:
        """The bank repeats its order every second, the agent listens, the lease runs."""
        for _ in range(count):
            order()
            self.hub.carry()
            self.clock.advance(1.0)
            self.device.step(1.0)
            self.lease_s -= 1.0


@pytest.fixture(params=KINDS)
def yard(request: pytest.FixtureRequest) -> Yard:
    return Yard(request.param)


def test_it_opens_is_renewed_past_its_timer_and_shuts(yard: Yard) -> None:
    yard.seconds(round(HOLD_S) * 3, yard.valve.on)
    was_open = yard.device.is_open
    assert was_open
    assert yard.valve.trouble() is None
    yard.seconds(1, yard.valve.off)
    assert not yard.device.is_open
    yard.hub.carry()
    assert not yard.valve.may_be_open()


def test_no_timer_outlasts_the_lease(yard: Yard) -> None:
    yard.lease_s = 90.0
    yard.seconds(85, yard.valve.on)
    yard.seconds(6, lambda: None)
    assert not yard.device.is_open
    assert yard.device.longest_timer_s <= HOLD_S


def test_without_a_lease_nothing_opens(yard: Yard) -> None:
    yard.lease_s = 0.0
    yard.seconds(3, yard.valve.on)
    assert not yard.device.is_open


def test_when_the_agent_dies_it_shuts_by_itself(yard: Yard) -> None:
    yard.seconds(5, yard.valve.on)
    yard.seconds(round(HOLD_S), lambda: None)
    assert not yard.device.is_open


def test_out_of_reach_while_open_it_is_trouble_within_seconds(yard: Yard) -> None:
    yard.seconds(5, yard.valve.on)
    yard.device.lose()
    yard.seconds(round(CONFIRM_S) + 2, yard.valve.on)
    assert yard.valve.trouble() == Fault.VALVE_SILENT


def test_deaf_without_the_brokers_notice_it_is_trouble_too(yard: Yard) -> None:
    yard.device.is_out_of_reach = True
    yard.seconds(round(CONFIRM_S) + 2, yard.valve.on)
    assert yard.valve.trouble() == Fault.VALVE_SILENT


def test_a_broker_that_restarts_while_it_is_shut_is_none(yard: Yard) -> None:
    yard.seconds(5, yard.valve.off)
    yard.broker.pull_plug()
    yard.seconds(round(AWAY_S) - 10, yard.valve.off)
    yard.broker.restart()
    yard.seconds(20, yard.valve.off)
    assert yard.valve.trouble() is None


def test_opened_by_hand_it_is_shut_again_and_others_wait_for_that(yard: Yard) -> None:
    yard.seconds(5, yard.valve.off)
    yard.device.open_by_hand()
    yard.hub.carry()
    assert NodeValves({"z1": yard.valve}).may_be_open() == {"z1"}
    yard.seconds(2, yard.valve.off)
    assert not yard.device.is_open


def test_an_answer_that_the_broker_had_kept_is_none() -> None:
    yard = Yard("zigbee2mqtt")
    yard.device.is_out_of_reach = True
    yard.broker.publish("zigbee2mqtt/van 1", b'{"state": "ON"}', retain=True)
    yard.hub.carry()
    yard.seconds(1, yard.valve.on)
    yard.broker.restart()
    yard.seconds(round(CONFIRM_S) + 1, yard.valve.on)
    assert yard.valve.trouble() is not None


@dataclass(frozen=True)
class Said:
    kind: NodeKind
    output: str | None
    topic: str
    payload: str


@pytest.mark.parametrize(
    "said",
    [
        Said("tasmota", None, "cmnd/van 1/Backlog", "PulseTime 160; Power ON"),
        Said("tasmota", "2", "cmnd/van 1/Backlog", "PulseTime2 160; Power2 ON"),
        Said("esphome", None, "van 1/number/valve/command", "60"),
        Said("zigbee2mqtt", None, "zigbee2mqtt/van 1/set", '{"state": "ON", "on_time": 60}'),
        Said(
            "zigbee2mqtt", "state_l2", "zigbee2mqtt/van 1/set", '{"state_l2": "ON", "on_time": 60}'
        ),
    ],
    ids=lambda said: f"{said.kind} {said.output}",
)
def test_the_order_to_open_carries_its_off_timer_in_one_message(said: Said) -> None:
    yard = Yard(said.kind, said.output)
    yard.valve.on()
    assert (said.topic, said.payload.encode()) in yard.broker.said
    assert yard.device.is_open
