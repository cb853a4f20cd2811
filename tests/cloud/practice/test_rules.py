"""Which steps count as done, by what the greenhouse tells."""

from hypothesis import given
from hypothesis import strategies as st

from cloud.practice import rules
from cloud.practice.rules import DONE, LESSONS, Lesson, Step, done, learnt, places, upcoming
from wire.codes import EventKind

COURSE = (
    EventKind.COMMAND_FLOWING,
    EventKind.STOPPED,
    EventKind.RESUMED,
    EventKind.FAULT,
    EventKind.FAULT_CLEARED,
    EventKind.COMMAND_FLOWING,
)
told = st.lists(st.sampled_from(EventKind), max_size=30)


def test_the_whole_course_in_its_order_is_both_lessons() -> None:
    steps = done(COURSE, seen=True)
    assert steps == set(Step)
    assert learnt(steps) == [Lesson.WATER, Lesson.VALVE]
    assert upcoming(steps) == DONE


def test_a_stop_before_any_water_teaches_nothing() -> None:
    assert done([EventKind.STOPPED, EventKind.COMMAND_FLOWING], seen=False) == {Step.WATER}


def test_water_alone_is_not_seeing_that_it_is_dry() -> None:
    steps = done(COURSE[:3], seen=False)
    assert upcoming(steps) == Step.DRY
    assert learnt(steps) == []


@given(told, told)
def test_what_comes_later_undoes_no_step(before: list[EventKind], later: list[EventKind]) -> None:
    assert done(before, seen=False) <= done([*before, *later], seen=True)


@given(told)
def test_no_step_of_the_greenhouse_is_done_without_all_before_it(rows: list[EventKind]) -> None:
    course = [step for whole in LESSONS.values() for step in whole][1:]
    found = done(rows, seen=False)
    assert list(found) == [] or set(course[: len(found)]) == found


@given(st.integers(0, 32), st.integers(0, 32), st.none() | st.integers(0, 1 << 36))
def test_a_machine_without_room_takes_no_further_one(
    most: int, taken: int, free: int | None
) -> None:
    found = places(most, taken, free)
    assert found <= most
    if free is not None and free < rules.ROOM + rules.TAKES:
        assert found <= taken
