"""The practice greenhouse, played through by somebody in front of it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from edge.config_file import load
from edge.orders import Order, ResumeHere, Source, StopHere, WaterHere
from firmware_sim import lesson
from firmware_sim.climate import REGIONS, GeneratedClimate, Season
from firmware_sim.folder import Folder
from firmware_sim.lesson import BOARD, FILLS, Act, Lesson
from firmware_sim.run import LockStep, assemble, events
from wire.codes import EventKind
from wire.identity import new_identity

SIX = 1_767_222_000_000  # 2026-01-01 06:00 in Viet Nam
SETTLED_S = 70
"""After a stop or a fault the agent watches its probes for a minute before it opens."""
WATER = WaterHere(Source.PAGE, "z1", 180.0)


@pytest.fixture
def played(tmp_path: Path) -> Iterator[LockStep]:
    folder, who = Folder(tmp_path), new_identity(("mqtt://127.0.0.1:1",), simulated=True)
    folder.store.parent.mkdir()
    start = lesson.prepare(folder, who, SIX)
    climate = GeneratedClimate(REGIONS["highlands"], Season.HOT, 1)
    lock_step = assemble(load(BOARD), who, folder.store, start, climate, 1)
    with closing(lock_step.runtime):
        yield lock_step


def told(lock_step: LockStep) -> list[object]:
    return [event["k"] for event in events(lock_step.runtime)]


def test_it_waits_for_a_person_however_dry_it_is(played: LockStep) -> None:
    play(played, Lesson(played), 300)
    assert EventKind.DOSE_STARTED not in told(played)
    assert played.world.beds["z1"].fill < FILLS["z1"] + 0.01


def test_water_stop_and_a_valve_that_sticks_once(played: LockStep) -> None:
    course, dry = Lesson(played), played.world.beds["z1"].fill
    play(played, course, 90)
    ask(played, WATER)
    play(played, course, 120)
    assert played.world.beds["z1"].fill > dry + 0.02, "water shows"
    ask(played, StopHere(Source.PAGE))
    play(played, course, 5)
    assert not played.world.open_zones
    ask(played, ResumeHere(Source.PANEL))
    play(played, course, SETTLED_S)
    ask(played, WATER)
    play(played, course, 45)
    assert EventKind.FAULT in told(played)
    ask(played, ResumeHere(Source.PANEL))
    play(played, course, SETTLED_S)
    assert EventKind.FAULT_CLEARED in told(played)
    ask(played, WATER)
    play(played, course, 60)
    assert told(played).count(EventKind.FAULT) == 1
    assert played.world.flow.metered_l > 0.0


@pytest.mark.parametrize("told", [one for one in EventKind if one is not EventKind.RESUMED])
def test_nothing_goes_wrong_before_somebody_has_stopped_the_water(told: EventKind) -> None:
    assert lesson.after(Act.WELL, told) is Act.WELL


def test_what_was_mended_stays_well() -> None:
    assert {lesson.after(Act.MENDED, told) for told in EventKind} == {Act.MENDED}


def ask(lock_step: LockStep, order: Order) -> None:
    lock_step.runtime.agent._office._letterbox.inbox.put(order)


def play(lock_step: LockStep, course: Lesson, seconds: int) -> None:
    for _ in range(seconds):
        lock_step.tick()
        course.watch()
