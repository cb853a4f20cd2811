"""The simulation must find what it is for: each planted mistake, and none where there is none."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.sim.planted import MISTAKES, Planted, as_built, hunt
from tests.sim.play import play

HONEST_H = 1.0
"""Longer than most mistakes hide; the campaign gives each plan days."""


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_planted_mistake_is_found(mistake: Planted, template: Path) -> None:
    outcome = hunt(mistake, template)

    assert outcome is not None, f"{mistake.name} lived on for {mistake.hours} h under every seed"
    assert outcome.broken


@pytest.mark.parametrize("plan", as_built(), ids=lambda plan: plan.name)
def test_without_the_mistake_the_same_seed_is_quiet(plan: Planted, template: Path) -> None:
    outcome = play(replace(plan.plan, seed=plan.seeds[0]), HONEST_H, template)

    assert outcome.broken is None, outcome.story
