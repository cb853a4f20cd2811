"""Which steps count as done, by what the greenhouse tells."""

from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from cloud.practice import rules
from cloud.practice.rules import (
    DONE,
    LESSONS,
    Deeds,
    Lesson,
    Step,
    done,
    learnt,
    open_lessons,
    places,
    upcoming,
)
from wire.codes import EventKind

COURSE = (
    EventKind.COMMAND_FLOWING,
    EventKind.STOPPED,
    EventKind.RESUMED,
    EventKind.FAULT,
    EventKind.FAULT_CLEARED,
    EventKind.COMMAND_FLOWING,
)
NOTHING, ALL = Deeds(), Deeds(**{one.name: True for one in fields(Deeds)})
told = st.lists(st.sampled_from(EventKind), max_size=30)


def test_the_whole_course_in_its_order_is_every_lesson() -> None:
    steps = done(COURSE, ALL)
    assert steps == set(Step)
    assert learnt(steps) == list(Lesson)
    assert upcoming(steps) == DONE
    assert open_lessons(steps) == []


def test_a_lesson_that_was_chosen_comes_first_and_the_others_after_it() -> None:
    steps = done([], Deeds(noted=True))
    assert upcoming(steps) == Step.DRY
    assert upcoming(steps, Lesson.DIARY) == Step.MEND
    assert upcoming(done([], Deeds(noted=True, mended=True)), Lesson.DIARY) == Step.DRY
    assert Lesson.VALVE not in open_lessons(steps), "its valves stick after the one before"
    assert Lesson.VALVE in open_lessons(done(COURSE[:3], Deeds(seen=True)))


def test_a_stop_before_any_water_teaches_nothing() -> None:
    assert done([EventKind.STOPPED, EventKind.COMMAND_FLOWING], NOTHING) == {Step.WATER}


def test_water_alone_is_not_seeing_that_it_is_dry() -> None:
    steps = done(COURSE[:3], NOTHING)
    assert upcoming(steps) == Step.DRY
    assert learnt(steps) == []


@given(told, told)
def test_what_comes_later_undoes_no_step(before: list[EventKind], later: list[EventKind]) -> None:
    assert done(before, NOTHING) <= done([*before, *later], ALL)


@given(told)
def test_no_step_of_the_greenhouse_is_done_without_all_before_it(rows: list[EventKind]) -> None:
    course = [*LESSONS[Lesson.WATER], *LESSONS[Lesson.VALVE]][1:]
    found = done(rows, NOTHING)
    assert list(found) == [] or set(course[: len(found)]) == found


@given(st.integers(0, 32), st.integers(0, 32), st.none() | st.integers(0, 1 << 36))
def test_a_machine_without_room_takes_no_further_one(
    most: int, taken: int, free: int | None
) -> None:
    found = places(most, taken, free)
    assert found <= most
    if free is not None and free < rules.ROOM + rules.TAKES:
        assert found <= taken
