"""A probe that does not move when its surroundings do is not heard; one that does is, again."""

from edge.trust import BACK_SHARE, STUCK_SHARE, TELLING, WINDOW_S, Trust, judged

HOURS = 24


def day(trust: Trust, moved: float, due: float) -> Trust:
    for hour in range(HOURS):
        share = hour / (HOURS - 1)
        trust = judged(trust, 0.40 - moved * share, -due * share, 3600.0)
    return trust


def test_a_probe_that_follows_is_trusted() -> None:
    assert day(Trust(), 0.03, 0.03).is_trusted


def test_a_probe_that_stands_still_while_roots_dry_is_not() -> None:
    assert not day(Trust(), 0.001, 0.03).is_trusted


def test_standing_still_in_still_soil_is_no_fault() -> None:
    assert day(Trust(), 0.001, 0.01).is_trusted


def test_a_frozen_probe_is_found_even_in_still_soil_after_two_days() -> None:
    trust = Trust()
    for is_trusted in (True, False):
        trust = day(trust, 0.0, 0.0)
        assert trust.is_trusted is is_trusted


def test_frozen_days_count_only_in_a_row() -> None:
    trust = Trust()
    for moved in (0.0, 0.01, 0.0, 0.01):
        trust = day(trust, moved, 0.0)
        assert trust.is_trusted


def test_trust_comes_back_only_by_moving_well() -> None:
    lost = day(Trust(), 0.0, 0.03)
    assert not day(lost, 0.006, 0.03).is_trusted
    assert day(lost, 0.012, 0.03).is_trusted


def test_nothing_is_judged_before_the_day_is_over() -> None:
    trust = judged(Trust(), 0.40, 0.0, 3600.0)
    assert judged(trust, 0.40, -0.10, 3600.0).is_trusted


def test_a_day_is_judged_at_its_last_second() -> None:
    """However still the probe stood before."""
    early = judged(judged(Trust(), 0.40, 0.0, 0.0), 0.40, 0.5, WINDOW_S - 1.0)
    assert early.is_trusted
    assert not judged(early, 0.40, 0.5, 1.0).is_trusted


def test_a_probe_that_moves_just_enough_is_heard() -> None:
    def moving(trust: Trust, moved: float, due: float) -> bool:
        return judged(judged(trust, 0.0, 0.0, 0.0), moved, due, WINDOW_S).is_trusted

    lost = Trust(is_trusted=False)
    for trust, share in ((Trust(), STUCK_SHARE), (lost, BACK_SHARE)):
        assert moving(trust, share * 0.5, 0.5)
        assert not moving(trust, 0.99 * share * 0.5, 0.5)
    assert not moving(Trust(), 0.001, TELLING)
    assert moving(Trust(), 0.001, 0.99 * TELLING)
