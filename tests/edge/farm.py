"""Sections of hardware.toml for nodes on the farm's own broker."""

from pathlib import Path

from edge.config import Hardware
from edge.config_file import load
from tests.edge.fakes import BOARD

NODES = """
[nodes]
url = "mqtt://127.0.0.1:1883"
"""
PATIENT = '\n[zones.tuning]\nstale_s = 1400.0\n\n[[probes]]\nkey = "p1"'
ZIGBEE = """
[[probes]]
key = "n1"
zone = "z2"
kind = "mqtt"
profile = "zigbee2mqtt"
node = "dat 1"
every_s = 600
"""
TASMOTA = """
[[probes]]
key = "n2"
zone = "z2"
kind = "mqtt"
profile = "tasmota"
node = "dat2"
every_s = 300
dry_raw = 2900
wet_raw = 1200
"""
ESPHOME = """
[[probes]]
key = "n3"
zone = "z2"
kind = "mqtt"
profile = "esphome"
node = "dat3"
every_s = 300
"""
AIR = """
[[air]]
key = "a1"
kind = "mqtt"
profile = "zigbee2mqtt"
node = "khi 1"
every_s = 600

[[air]]
key = "a2"
kind = "mqtt"
profile = "esphome"
node = "khi2"
every_s = 60
"""
PATIENT_BOARD = BOARD.replace('\n[[probes]]\nkey = "p1"', PATIENT)
"""Zone z2 waits for nodes that report every ten minutes."""


def hardware(folder: Path, more: str = NODES + ZIGBEE + TASMOTA + ESPHOME) -> Hardware:
    file = folder / "hardware.toml"
    file.write_text(PATIENT_BOARD + more, encoding="utf-8")
    return load(file)
