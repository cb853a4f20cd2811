"""The bench of backups tells the truth about a thousand rows too."""

import json
from pathlib import Path

import pytest

from bench import backup


def test_what_was_put_back_hashes_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VUONSO_TEST_POSTGRES", raising=False)
    out = tmp_path / "out.json"
    assert backup.main(["--rows", "1000", "--json", str(out)]) == 0
    (found,) = json.loads(out.read_text("utf-8"))
    assert (found["rows"], found["hashes_equal"]) == (1000, True)
    assert found["backup_mb"] > 0
