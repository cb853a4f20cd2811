"""Real time: the calendar follows the clock's trust, and a dead guard ends the run."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from edge.clock import SystemClock
from edge.config_file import load
from edge.errors import EdgeError
from edge.loop import Calendar
from edge.runtime import build
from firmware_sim.pins import SimFactory
from tests.edge.broker import until
from tests.edge.rig import NOWHERE, VALVES
from wire.codes import ClockQuality
from wire.identity import new_identity


@pytest.fixture
def midnights() -> list[str]:
    return []


@pytest.fixture
def calendar(midnights: list[str]) -> Iterator[Calendar]:
    calendar = Calendar(lambda: midnights.append("over"))
    yield calendar
    calendar.close()


def test_no_job_is_planned_while_the_clock_is_not_trusted(calendar: Calendar) -> None:
    calendar.follow(ClockQuality.CLOUD, 0)
    assert calendar._scheduler is None


def test_the_days_end_is_planned_just_after_local_midnight(calendar: Calendar) -> None:
    calendar.follow(ClockQuality.TRUSTED, 0)
    assert calendar._scheduler is not None
    (job,) = calendar._scheduler.get_jobs()
    at = job.next_run_time
    assert at.utcoffset() == timedelta(hours=7)
    assert (at.hour, at.minute, at.second) == (0, 0, 30)


def test_a_clock_that_was_set_gets_a_new_calendar(calendar: Calendar) -> None:
    calendar.follow(ClockQuality.TRUSTED, 0)
    before = calendar._scheduler
    calendar.follow(ClockQuality.TRUSTED, 0)
    assert calendar._scheduler is before
    calendar.follow(ClockQuality.TRUSTED, 1)
    assert calendar._scheduler is not before
    calendar.follow(ClockQuality.NONE, 2)
    assert calendar._scheduler is None


def test_a_clock_that_is_new_may_have_passed_a_midnight(
    calendar: Calendar, midnights: list[str]
) -> None:
    calendar.follow(ClockQuality.NONE, 0)
    assert midnights == []
    calendar.follow(ClockQuality.TRUSTED, 0)
    calendar.follow(ClockQuality.TRUSTED, 0)
    assert midnights == ["over"]
    calendar.follow(ClockQuality.TRUSTED, 1)
    assert midnights == ["over", "over"]


def test_a_guard_that_dies_ends_the_run_with_every_valve_shut(
    board_file: Path, caught_in_threads: list[str]
) -> None:
    pins = SimFactory(lambda _channel: 400)
    identity = new_identity(NOWHERE, simulated=True)
    runtime = build(load(board_file), identity, SystemClock(), pins, board_file.parent / "edge.db")
    runtime.valves._mono = Broken()
    runtime.valves.open("z1", 300, 30)
    with pytest.raises((EdgeError, ZeroDivisionError)):
        runtime.run(threading.Event())
    assert not pins.pin(VALVES["z1"]).driven(active_high=True)
    assert set(caught_in_threads) <= {"ZeroDivisionError"}


class Broken:
    """A clock that fails for the guard's thread only."""

    def __call__(self) -> float:
        if threading.current_thread().name == "guard":
            raise ZeroDivisionError
        return SystemClock().mono()


@pytest.fixture
def caught_in_threads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What ended a thread, instead of a warning."""
    caught: list[str] = []
    monkeypatch.setattr(
        threading, "excepthook", lambda args: caught.append(args.exc_type.__name__)
    )
    return caught


def test_stop_from_the_cloud_is_heard_between_two_ticks(board_file: Path) -> None:
    identity = new_identity(NOWHERE, simulated=True)
    pins, stop = SimFactory(lambda _channel: 400), threading.Event()
    runtime = build(load(board_file), identity, SystemClock(), pins, board_file.parent / "edge.db")
    worker = threading.Thread(target=runtime.run, args=(stop,))
    worker.start()
    until(lambda: runtime.agent.last_tick > 0)
    runtime.uplink.news.set()
    until(lambda: not runtime.uplink.news.is_set(), patience_s=0.9)
    stop.set()
    worker.join()
