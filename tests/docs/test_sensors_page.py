"""Every example of the sensors' page is a board that loads, and its tables are the code's."""

import re
from pathlib import Path

import pytest

from edge.config_file import load
from edge.node_profiles import node_profiles
from edge.register_maps import profiles, register_map

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "sensors.md").read_text("utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
ZONE = """
[[zones]]
key = "z1"
pin = 17
flow_lph = 120.0
plants = 60
max_lease_l = 25.0
day_budget_l = 180.0
"""


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_every_example_loads(example: str, tmp_path: Path) -> None:
    file = tmp_path / "hardware.toml"
    file.write_text(ZONE + example, encoding="utf-8")
    assert load(file).zones


def test_every_profile_is_in_the_table_with_device_and_baud() -> None:
    rows = re.findall(r"^\| `([a-z0-9_]+)` \| (.*?) \| (\d+) \|$", PAGE, re.MULTILINE)
    told = {name: (device.removesuffix(" (air)"), int(baud)) for name, device, baud in rows}
    maps = {name: register_map(name) for name in profiles()}
    assert told == {name: (known.device, known.baud) for name, known in maps.items()}


def test_the_guide_and_the_manual_lead_to_the_page() -> None:
    for name in ("wiring.md", "operations.md"):
        assert "(sensors.md)" in (ROOT / "docs" / name).read_text("utf-8")


def test_every_profile_of_nodes_is_in_its_table_with_field_and_unit() -> None:
    rows = re.findall(
        r"^\| `([a-z0-9]+)` \| `([^`]+)`, .*? \| `([^`]+)` \| (.+?) \|$", PAGE, re.MULTILINE
    )
    written = {"percent": "per cent"}
    told = {
        name: (topic.replace("NODE", "{node}").replace("FIELD", "{field}"), field, unit)
        for name, topic, field, unit in rows
    }
    assert told == {
        name: (known.topic, known.field, written.get(known.unit, known.unit))
        for name, known in node_profiles().items()
    }
