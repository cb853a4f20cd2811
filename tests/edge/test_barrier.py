"""What was stopped while the agent ran bars a calibration too."""

from collections.abc import Callable
from pathlib import Path

import pytest

from edge import calibrate
from edge.barrier import barring
from edge.config_file import load
from edge.errors import CalibrationError, StoreError
from tests.edge.rig import METER, Rig
from wire.codes import Op, Reason

STOP = 16
FRONT = f"\n[emergency_stop]\npin = {STOP}\n[resume_button]\npin = 20\n"


def press_stop(rig: Rig) -> None:
    """And pull it out again, but hold no button."""
    rig.pins.pin(STOP).drive_high()
    rig.seconds(2)
    rig.pins.pin(STOP).drive_low()


def stop_from_afar(rig: Rig) -> None:
    rig.send(Op.STOP, id_="stop000001", n=1)
    rig.seconds(2)


def leak(rig: Rig) -> None:
    """Water that flows with every valve shut."""
    for _ in range(90):
        rig.pins.pin(METER).pulses(20)
        rig.seconds(1)


def nothing(_rig: Rig) -> None: ...


def live(folder: Path, what: Callable[[Rig], None]) -> None:
    """The agent runs, this happens, and somebody ends the agent."""
    rig = Rig(folder, more=FRONT)
    rig.pins.pin(STOP).drive_low()
    rig.seconds(20)
    what(rig)
    rig.close()


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        (press_stop, Reason.LOCKOUT),
        (stop_from_afar, Reason.HOLD),
        (leak, Reason.FAULT),
        (nothing, None),
    ],
)
def test_a_bar_outlives_the_agent_that_wrote_it_down(
    tmp_path: Path, what: Callable[[Rig], None], reason: Reason | None
) -> None:
    live(tmp_path, what)
    hardware = load(tmp_path / "hardware.toml")
    assert barring(tmp_path / "edge.db", hardware, "z1") is reason


def test_where_no_agent_ever_ran_nothing_was_stopped(tmp_path: Path, board_file: Path) -> None:
    assert barring(tmp_path / "edge.db", load(board_file), "z1") is None


def test_a_store_that_cannot_be_read_bars_as_well(tmp_path: Path, board_file: Path) -> None:
    (tmp_path / "edge.db").write_bytes(b"worn out" * 500)
    with pytest.raises(StoreError, match="start the agent once"):
        barring(tmp_path / "edge.db", load(board_file), "z1")


def test_the_wizard_asks_nobody_to_hold_a_bucket_then(tmp_path: Path) -> None:
    live(tmp_path, stop_from_afar)
    hardware = load(tmp_path / "hardware.toml")
    with pytest.raises(CalibrationError, match=r"no water for z1\. Water is stopped on request"):
        calibrate._refuse_barred(tmp_path / "edge.db", hardware, "z1")
