"""A pause ends when it should, whatever power and clock do; a long halt is told once."""

import pytest

from edge import standstill
from edge.standstill import TOO_LONG_S, Halt, Pause

HOUR = 3600.0
HOUR_MS = 3_600_000


def test_a_pause_ends_by_the_monotonic_clock() -> None:
    pause = standstill.pause(HOUR, 100.0, 5_000)
    assert pause.is_on(100.0 + HOUR - 1)
    assert not pause.is_on(100.0 + HOUR)
    assert pause.left(50.0 + HOUR) == 50.0
    assert pause.left(9 * HOUR) == 0.0


@pytest.mark.parametrize("step_ms", [-105 * 24 * HOUR_MS, -HOUR_MS, 60 * 24 * HOUR_MS])
def test_a_step_of_the_wall_clock_moves_no_running_pause(step_ms: int) -> None:
    pause = standstill.pause(HOUR, 0.0, 10**12)
    assert standstill.surer(pause, 60.0, 10**12 + step_ms) == pause


def test_the_time_without_power_counts_once_a_clock_is_believed() -> None:
    pause = standstill.found(10 * HOUR_MS, 8 * HOUR, 0.0)
    assert pause.left(0.0) == 8 * HOUR
    assert standstill.surer(pause, 30.0, None).left(30.0) == 8 * HOUR - 30
    pause = standstill.surer(pause, 30.0, 7 * HOUR_MS)
    assert pause.left(30.0) == 3 * HOUR
    assert standstill.surer(pause, 60.0, 0).left(60.0) == 3 * HOUR - 30


def test_a_clock_that_is_behind_after_a_start_lengthens_nothing() -> None:
    pause = standstill.surer(standstill.found(10 * HOUR_MS, 2 * HOUR, 0.0), 0.0, -HOUR_MS)
    assert pause.left(0.0) == 2 * HOUR


def test_a_pause_that_no_clock_dated_goes_on_for_what_it_had_left() -> None:
    pause = standstill.found(None, 2 * HOUR, 0.0)
    assert standstill.surer(pause, 0.0, 10**12).left(0.0) == 2 * HOUR


def test_nothing_is_on_at_first() -> None:
    assert not Pause().is_on(float("-1e300"))


def test_a_halt_of_six_hours_is_told_once() -> None:
    halt, told = standstill.watch(None, 10.0, halted=True)
    assert (halt, told) == (Halt(10.0), False)
    assert standstill.watch(halt, 9.9 + TOO_LONG_S, halted=True) == (halt, False)
    halt, told = standstill.watch(halt, 10.0 + TOO_LONG_S, halted=True)
    assert told
    assert standstill.watch(halt, 20.0 + TOO_LONG_S, halted=True) == (halt, False)
    assert standstill.watch(halt, 30.0 + TOO_LONG_S, halted=False) == (None, False)


def test_a_halt_goes_on_counting_after_a_power_cut_and_is_not_told_twice() -> None:
    assert standstill.halt_found(0.0, 5.0) is None
    halt = standstill.halt_found(4 * HOUR, 5.0)
    assert halt is not None
    assert standstill.watch(halt, 5.0 + 2 * HOUR, halted=True)[1]
    again = standstill.halt_found(TOO_LONG_S, 0.0)
    assert not standstill.watch(again, 1.0, halted=True)[1]
