"""The agent is gone between two statements: valves shut, books whole, all water charged.

A small cut of `tests/edge/crashed/steps.py`; and it finds fault with books that are wrong.
"""

from dataclasses import replace

import pytest

from tests.edge.crashed.steps import Witness, day, verdict
from tests.edge.rig import Rig
from wire.codes import EventKind

EVERY = 9


@pytest.fixture
def witness(rig: Rig) -> Witness:
    return day(rig, EVERY)


def test_a_death_at_any_statement_leaves_books_that_the_next_start_closes(
    witness: Witness, rig: Rig
) -> None:
    kinds = [event["kind"] for event in rig.events()]
    assert kinds.count(EventKind.DOSE_STARTED) >= 2
    assert {EventKind.STOPPED, EventKind.RESUMED, EventKind.DAY_SUMMARY} <= set(kinds)
    assert len(witness.images) == witness.statements // EVERY > 30
    assert any(image.before == "COMMIT" for image in witness.images)
    assert [wrong for image in witness.images for wrong in verdict(image, rig)] == []


def test_water_that_nobody_charged_and_rows_that_are_gone_are_found(
    witness: Witness, rig: Rig
) -> None:
    image = witness.images[-1]
    (thirsty,) = verdict(replace(image, litres=image.litres + 100.0), rig)
    assert thirsty.endswith("L are charged")
    (lost,) = verdict(replace(image, promised=10_000), rig)
    assert "row 10000 was promised" in lost
