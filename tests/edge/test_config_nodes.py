"""Nodes in hardware.toml: what a profile knows, and what is refused with its line."""

from pathlib import Path

import pytest

from edge.config_file import load
from edge.errors import ConfigError
from edge.node_profiles import node_profiles
from edge.probes import Calibration
from tests.edge.farm import AIR, ESPHOME, NODES, PATIENT_BOARD, TASMOTA, ZIGBEE, hardware


def test_each_profile_knows_its_topic_and_where_the_number_lies(tmp_path: Path) -> None:
    heard = [probe.spots[0] for probe in hardware(tmp_path).node_probes]
    assert heard == [
        ("zigbee2mqtt/dat 1", "soil_moisture"),
        ("tele/dat2/SENSOR", "ANALOG.A0"),
        ("dat3/sensor/soil_moisture/state", None),
    ]


def test_air_is_two_fields_of_a_node(tmp_path: Path) -> None:
    assert [sensor.spots for sensor in hardware(tmp_path, NODES + AIR).node_air] == [
        (("zigbee2mqtt/khi 1", "temperature"), ("zigbee2mqtt/khi 1", "humidity")),
        (("khi2/sensor/air_temperature/state", None), ("khi2/sensor/air_humidity/state", None)),
    ]


def test_air_and_soil_may_come_from_one_node(tmp_path: Path) -> None:
    one = AIR.replace("khi 1", "dat 1")
    assert len(hardware(tmp_path, NODES + ZIGBEE + one).node_air) == 2


def test_another_field_of_a_node_is_another_probe(tmp_path: Path) -> None:
    deep = ESPHOME.replace('"n3"', '"n4"') + 'field = "soil_40_cm"\n'
    *_, probe = hardware(tmp_path, NODES + ESPHOME + deep).node_probes
    assert probe.spots[0].topic == "dat3/sensor/soil_40_cm/state"


def test_per_cent_comes_calibrated_counts_by_two_points(tmp_path: Path) -> None:
    percent, counts, _ = (probe.calibration for probe in hardware(tmp_path).node_probes)
    assert percent == Calibration(0, 1000, 0.0, 1.0, 10, 750)
    assert counts == Calibration(2900, 1200, 0.0, 0.5, 40, 4050)


def test_the_table_of_profiles_is_the_list_of_the_file() -> None:
    assert set(node_profiles()) == {"tasmota", "esphome", "zigbee2mqtt"}


# what is wrong: text replaced, its replacement, the key that is told, a word of the reason
WRONG = {
    "air of all nodes": ('"khi2"', '"#"', "air.1.node", "many nodes"),
    "air with the key of a probe": ('"a2"', '"n1"', "air.1.key", "used twice"),
    "no broker": (NODES, "", "probes.2.kind", "no [nodes]"),
    "no address": ("mqtt://127.0.0.1:1883", "127.0.0.1", "nodes.url", "no broker's address"),
    "no port": ("127.0.0.1:1883", "127.0.0.1:none", "nodes.url", "no broker's address"),
    "a login in the address": ("mqtt://", "mqtt://a:b@", "nodes.url", "password_file"),
    "a password of nobody": ("[nodes]", '[nodes]\npassword_file = "x"', "password_file", "user"),
    "all nodes": ('"dat2"', '"+"', "probes.3.node", "many nodes"),
    "a key twice": ('"n2"', '"n1"', "probes.3.key", "used twice"),
    "a key of a wired probe": ('"n2"', '"p1"', "probes.3.key", "used twice"),
    "counts that mean nothing": (
        "dry_raw = 2900\nwet_raw = 1200",
        "",
        "probes.3.kind",
        "no water",
    ),
    "one point only": ("dry_raw = 2900\n", "", "probes.3.key", "missing"),
    "both points one": ("dry_raw = 2900", "dry_raw = 1200", "probes.3.wet_raw", "the same"),
    "no such profile": ('"tasmota"', '"espeasy"', "probes.3.profile", "tasmota"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_names_its_key(wrong: str, tmp_path: Path) -> None:
    text, replacement, key, reason = WRONG[wrong]
    file = tmp_path / "hardware.toml"
    board = PATIENT_BOARD + NODES + ZIGBEE + TASMOTA + ESPHOME + AIR
    assert text in board
    file.write_text(board.replace(text, replacement, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load(file)
    assert key in str(refused.value)
    assert reason in str(refused.value)
    assert refused.value.line is not None


def test_the_same_reading_is_not_two_probes(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"probes\.3\.node: dat3 is used twice, by n3"):
        hardware(tmp_path, NODES + ESPHOME + ESPHOME.replace('"n3"', '"n4"'))


def test_a_zone_must_have_the_patience_for_its_slowest_node(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        hardware(tmp_path, NODES + ZIGBEE.replace("600", "900"))
    assert "probes.2.every_s" in str(refused.value)
    assert "one lost report would silence it" in str(refused.value)
    assert "stale_s = 1980.0 in [zones.tuning] of z2" in str(refused.value)


# what is wrong with a valve's node: text replaced, its replacement, the key, a word of the reason
VALVE = "pin = 27\n"
ON_NODE = 'valve = { profile = "tasmota", node = "van2" }\n'
WRONG_VALVES = {
    "nothing wired before it": ("[pump]\npin = 5\n", "", "zones.1.valve", "nothing wired stands"),
    "no broker": (NODES, "", "zones.1.valve", "no [nodes]"),
    "a pin as well": (ON_NODE, VALVE + ON_NODE, "zones.1.pin", "both a pin and a node"),
    "neither": (ON_NODE, "", "zones.1.pin", "no pin and no node"),
    "all nodes": ('"van2"', '"#"', "zones.1.valve.node", "many nodes"),
    "another zone's": ("pin = 17\n", ON_NODE, "zones.1.valve", "another zone already"),
}


def test_a_valve_may_be_on_a_node_behind_a_wired_pump(tmp_path: Path) -> None:
    board = PATIENT_BOARD.replace(VALVE, ON_NODE) + NODES
    file = tmp_path / "hardware.toml"
    file.write_text(board, encoding="utf-8")
    assert set(load(file).node_valves) == {"z2"}
    assert set(load(file).valve_pins) == {"z1"}


@pytest.mark.parametrize("wrong", WRONG_VALVES)
def test_a_valve_that_cannot_be_on_a_node_names_its_key(wrong: str, tmp_path: Path) -> None:
    text, replacement, key, reason = WRONG_VALVES[wrong]
    board = PATIENT_BOARD.replace(VALVE, ON_NODE) + NODES
    assert text in board
    file = tmp_path / "hardware.toml"
    file.write_text(board.replace(text, replacement, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load(file)
    assert key in str(refused.value)
    assert reason in str(refused.value)
    assert refused.value.line is not None
