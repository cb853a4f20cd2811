"""The bench of reading and proving: every figure is measured, and stands in the table."""

import json
from pathlib import Path

import pytest

from bench.trace import main


def test_every_figure_is_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "figures.json"
    assert main(["--seconds", "0.02", "--leaves", "500", "--json", str(path)]) == 0
    found = json.loads(path.read_bytes())
    assert len(found) == 10
    assert all(figure > 0 for figure in found.values())
    assert len(capsys.readouterr().out.splitlines()) == 6
