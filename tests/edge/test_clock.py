"""Wall time is believed only as far as it deserves."""

from edge.clock import Clock, SystemClock, Timekeeper
from tests.edge.fakes import HandClock
from wire.codes import ClockQuality

CLOUD_MS = 1_800_000_000_000


def test_the_machine_clock_never_runs_backwards() -> None:
    clock: Clock = SystemClock()
    assert clock.mono() <= clock.mono()
    assert clock.net() <= clock.net()
    assert clock.wall().quality in {ClockQuality.NONE, ClockQuality.TRUSTED}


def test_a_trusted_wall_is_passed_on(hand_clock: HandClock) -> None:
    assert Timekeeper(hand_clock).wall() == hand_clock.wall()


def test_a_wall_behind_the_last_written_time_is_not_believed(hand_clock: HandClock) -> None:
    keeper = Timekeeper(hand_clock, floor_ms=hand_clock.wall_offset_ms + 1)
    assert keeper.wall().quality is ClockQuality.NONE


def test_the_cloud_corrects_an_untrusted_wall(hand_clock: HandClock) -> None:
    hand_clock.quality = ClockQuality.NONE
    keeper = Timekeeper(hand_clock)
    keeper.discipline(CLOUD_MS)
    hand_clock.advance(2.5)
    wall = keeper.wall()
    assert (wall.unix_ms, wall.quality) == (CLOUD_MS + 2500, ClockQuality.CLOUD)


def test_the_cloud_does_not_correct_a_trusted_wall(hand_clock: HandClock) -> None:
    keeper = Timekeeper(hand_clock)
    keeper.discipline(CLOUD_MS)
    assert keeper.wall() == hand_clock.wall()
