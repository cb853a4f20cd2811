"""The data folder, and the clock that the simulator moves."""

from pathlib import Path

from edge.clock import SystemClock
from firmware_sim.clock import HOUR_MS, VirtualClock, local_day, local_hour
from firmware_sim.folder import BOARD, Folder
from firmware_sim.world import Start
from wire.codes import ClockQuality

NOW = 1_767_222_000_000  # 2026-01-01 06:00 in Viet Nam


def test_a_new_folder_gets_the_demonstrations_board_and_keeps_its_own(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    assert folder.hardware().zones[0].plants == 60
    folder.board.write_text(BOARD.read_text(encoding="utf-8").replace("plants = 60", "plants = 7"))
    assert folder.hardware().zones[0].plants == 7


def test_a_new_greenhouse_starts_some_hours_ago(tmp_path: Path) -> None:
    assert Folder(tmp_path).start(NOW, 24.0) == Start(NOW - 24 * HOUR_MS)


def test_a_greenhouse_goes_on_where_it_was_left(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.leave(NOW - HOUR_MS, {"z1": 0.77})
    assert folder.start(NOW, 24.0) == Start(NOW - HOUR_MS, {"z1": 0.77})
    assert folder.start(NOW, 0.5).wall_ms == NOW - HOUR_MS // 2


def test_a_greenhouse_left_in_the_future_starts_now(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.leave(NOW + HOUR_MS, {})
    assert folder.start(NOW, 24.0).wall_ms == NOW


def test_virtual_time_moves_by_order_and_the_networks_does_not() -> None:
    clock = VirtualClock(NOW)
    before = clock.net()
    clock.advance(3600.0)
    assert clock.mono() == 3600.0
    assert clock.wall().unix_ms == NOW + HOUR_MS
    assert clock.wall().quality is ClockQuality.TRUSTED
    assert before <= clock.net() <= SystemClock().net()
    assert clock.net() - before < 60.0


def test_local_time_is_seven_hours_ahead() -> None:
    assert local_hour(NOW) == 6.0
    assert local_day(NOW - 6 * HOUR_MS) == local_day(NOW - 6 * HOUR_MS - 1) + 1
