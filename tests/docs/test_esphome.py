"""The nodes' ESPHome files speak as the profile hears; script/prove has ESPHome judge them."""

import re
from pathlib import Path

import pytest

from edge.node_order import HOLD_S
from edge.node_profiles import node_profiles

FOLDER = Path(__file__).resolve().parents[2] / "deploy" / "esphome"
SOIL = (FOLDER / "soil-node.yaml").read_text("utf-8")
VALVE = (FOLDER / "valve-node.yaml").read_text("utf-8")
SECRETS = (FOLDER / "secrets.example.yaml").read_text("utf-8")
ESPHOME = node_profiles()["esphome"]


def ids_on_mqtt(text: str) -> set[str]:
    """ESPHome's topics hold the name of a thing, in small letters and with underscores."""
    return {
        name.lower().replace(" ", "_")
        for name in re.findall(r"^    name: (.+)$", text, re.MULTILINE)
    }


@pytest.mark.parametrize("text", [SOIL, VALVE], ids=["soil", "valve"])
def test_every_secret_has_its_example(text: str) -> None:
    secrets = set(re.findall(r"!secret (\w+)", text))
    assert secrets <= set(re.findall(r"^(\w+):", SECRETS, re.MULTILINE))
    assert "topic_prefix: ${node}" in text


def test_the_soil_node_tells_the_field_and_the_battery_that_are_listened_to() -> None:
    assert ESPHOME.battery is not None
    heard = {ESPHOME.field, ESPHOME.battery.topic.split("/")[2]}
    assert heard <= ids_on_mqtt(SOIL)


def test_the_soil_nodes_readings_are_not_kept_by_the_broker() -> None:
    assert SOIL.count("retain: false") == 2


def test_the_valve_node_hears_its_orders_and_answers_each() -> None:
    assert ids_on_mqtt(VALVE) == {ESPHOME.valve.output}
    answers = set(re.findall(r"topic: (\S+)\n +payload: \"(\w+)\"", VALVE))
    topic = ESPHOME.valve.state.topic.replace("{output}", ESPHOME.valve.output)
    assert answers == {(topic.replace("{node}", "${node}"), word) for word in ("ON", "OFF")}


def test_the_valve_node_takes_no_order_beyond_a_minute() -> None:
    assert f"max_value: {HOLD_S:.0f}" in VALVE
