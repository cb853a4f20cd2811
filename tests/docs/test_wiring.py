"""The wiring guide, its drawing and the example board agree on every pin."""

import re
from pathlib import Path

from edge.checkup import front
from edge.config import Hardware, pins
from edge.config_file import load
from edge.config_panel import front_pins

ROOT = Path(__file__).resolve().parents[2]
HEADER = {2: 3, 6: 31, 8: 24, 9: 21, 10: 19, 11: 23, 12: 32, 13: 33, 16: 36, 17: 11, 20: 38}
HEADER |= {22: 15, 25: 22, 26: 37, 27: 13}
"""BCM number to place on the 40-pin header."""


def example() -> Hardware:
    return load(ROOT / "deploy" / "hardware.example.toml")


def drawn() -> dict[int, int]:
    text = (ROOT / "docs" / "images" / "wiring.svg").read_text("utf-8")
    return {int(bcm): int(place) for bcm, place in re.findall(r"GPIO(\d+) \((\d+)\)", text)}


def test_every_pin_of_the_example_board_is_drawn() -> None:
    assert {pin for _, pin in pins(example())} <= set(drawn())


def test_the_example_board_has_a_whole_front_and_a_page() -> None:
    board = example()
    assert list(front.promised(board)) == []
    assert board.page is not None


def test_the_guide_names_every_contact_of_the_front_with_its_pin() -> None:
    guide = (ROOT / "docs" / "wiring.md").read_text("utf-8")
    _, front_of_the_box = guide.split("## The front of the box")
    rows = re.findall(r"^\|[^|]+\| GPIO(\d+)", front_of_the_box, re.MULTILINE)
    told = {int(pin) for pin in rows}
    assert told == {pin for _, pin in front_pins(example())}


def test_every_drawn_pin_has_its_place_on_the_header() -> None:
    assert drawn() == {bcm: HEADER[bcm] for bcm in drawn()}


def test_every_drawn_pin_of_the_guides_relays_is_pulled_low_while_starting() -> None:
    guide = (ROOT / "docs" / "wiring.md").read_text("utf-8")
    relays = re.search(r"Relay inputs to GPIO(\d+), (\d+), (\d+)", guide)
    assert relays is not None
    assert all(int(pin) in drawn() and int(pin) >= 9 for pin in relays.groups())
