"""The wiring guide, its drawing and the example board agree on every pin."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEADER = {2: 3, 6: 31, 8: 24, 9: 21, 10: 19, 11: 23, 13: 33, 17: 11, 26: 37, 27: 13}
"""BCM number to place on the 40-pin header."""


def drawn() -> dict[int, int]:
    text = (ROOT / "docs" / "images" / "wiring.svg").read_text("utf-8")
    return {int(bcm): int(place) for bcm, place in re.findall(r"GPIO(\d+) \((\d+)\)", text)}


def test_every_pin_of_the_example_board_is_drawn() -> None:
    board = tomllib.loads((ROOT / "deploy" / "hardware.example.toml").read_text("utf-8"))
    tables = [board["pump"], board["flow"], board["tank"], *board["zones"]]
    assert {table["pin"] for table in tables} <= set(drawn())


def test_every_drawn_pin_has_its_place_on_the_header() -> None:
    assert drawn() == {bcm: HEADER[bcm] for bcm in drawn()}


def test_every_drawn_pin_of_the_guides_relays_is_pulled_low_while_starting() -> None:
    guide = (ROOT / "docs" / "wiring.md").read_text("utf-8")
    relays = re.search(r"Relay inputs to GPIO(\d+), (\d+), (\d+)", guide)
    assert relays is not None
    assert all(int(pin) in drawn() and int(pin) >= 9 for pin in relays.groups())
