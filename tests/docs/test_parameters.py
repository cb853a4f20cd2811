"""The table of a zone's parameters says what the code does, and leaves none out."""

import re
from dataclasses import MISSING, fields
from pathlib import Path

from edge.control import ZoneParams

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "irrigation.md").read_text("utf-8")
ROWS = dict(re.findall(r"^\| `(\w+)` \| ([\d., ]+) \|", PAGE, re.MULTILINE))
OF_THE_ZONE = {"strategy", "curve", "planted", "forecast"}
"""Named by the grower or foretold, not numbers."""


def as_written(default: object) -> str:
    if isinstance(default, tuple):
        return ", ".join(str(part) for part in default)
    return f"{default:g}"


def test_every_default_is_in_the_table() -> None:
    defaults = {
        field.name: as_written(field.default)
        for field in fields(ZoneParams)
        if field.default is not MISSING and field.name not in OF_THE_ZONE
    }
    assert defaults == ROWS


def test_every_parameter_has_a_unit_and_a_reason() -> None:
    rows = re.findall(r"^\| `\w+` \| [\d., ]+ \| (.+?) \| (.+?) \|$", PAGE, re.MULTILINE)
    assert len(rows) == len(ROWS)
