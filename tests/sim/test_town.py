"""Some device-hours of the simulation for every change; `script/prove sim` plays 1,000 days."""

from pathlib import Path

from tests.sim.play import play
from tests.sim.town import Plan

HOURS = 4.0


def test_every_promise_holds_in_a_storm(template: Path) -> None:
    outcome = play(Plan(seed=3), HOURS, template)

    assert outcome.broken is None, outcome.story
    assert sum(outcome.faults.values()) > 400
    assert outcome.seen["dose.ended"] > 0


def test_one_seed_is_one_story(template: Path) -> None:
    """Of many houses, whose names and keys of this start must not decide who is served first."""
    first, second = (play(Plan(seed=4, houses=6), 0.3, template) for _ in range(2))

    assert first.digest == second.digest
    assert first.faults == second.faults


def test_another_seed_is_another_story(template: Path) -> None:
    first, second = (play(Plan(seed=seed, houses=1), 0.5, template) for seed in (5, 6))

    assert first.digest != second.digest
