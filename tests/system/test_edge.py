"""The agent as the service manager starts it."""

from pathlib import Path

from tests.system.conftest import ROOT, Start

BOARD = (ROOT / "firmware_sim" / "greenhouse.toml").read_text("utf-8")


def test_a_wrong_key_names_file_key_reason_and_fix_and_exits_2(
    start: Start, tmp_path: Path
) -> None:
    board = tmp_path / "hardware.toml"
    board.write_text(BOARD.replace("max_lease_s = 600.0", "max_lease_s = 86400.0", 1), "utf-8")
    files = ["--config", board, "--identity", tmp_path / "identity.json", "--data", tmp_path]
    run = start("edge", "run", *files, GPIOZERO_PIN_FACTORY="mock")
    assert run.finish() == 2
    assert str(board) in run.text
    assert "max_lease_s" in run.text
    assert "600" in run.text
    assert "Traceback" not in run.text
