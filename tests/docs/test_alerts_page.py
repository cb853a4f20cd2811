"""The page on alerts names every kind there is, and no other."""

import re
from pathlib import Path

from cloud.alerts.kinds import Kind

PAGE = Path(__file__).parents[2] / "docs" / "alerts.md"


def test_the_table_names_every_kind() -> None:
    rows = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])}
    assert named == {kind.value for kind in Kind}
