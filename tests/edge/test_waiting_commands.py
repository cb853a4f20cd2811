"""A command accepted but waiting for the line is told an end, whatever becomes of the agent."""

from tests.edge.rig import Rig
from wire.codes import EventKind, Reason

MINUTE = 60


def a_command_waits(rig: Rig) -> None:
    """The line belongs to z1; what a person asked for z2 waits."""
    rig.seconds(20)
    rig.water("z1", litres=40.0)
    rig.water("z2", litres=2.0, id_="command0002")
    assert rig.events(EventKind.COMMAND_REJECTED) == []


def refusals(rig: Rig) -> list[tuple[object, object, object]]:
    told = rig.events(EventKind.COMMAND_REJECTED)
    return [(event["id"], event["zone"], event["reason"]) for event in told]


def test_a_power_cut_ends_it_at_the_next_start(rig: Rig) -> None:
    a_command_waits(rig)
    rig.power_cut()
    rig.start()
    assert refusals(rig) == [("command0002", "z2", Reason.STARTING)]
    rig.seconds(10 * MINUTE)
    assert rig.open == set()


def test_an_orderly_end_tells_it_before_leaving(rig: Rig) -> None:
    a_command_waits(rig)
    rig.runtime.close()
    rig.start()
    assert refusals(rig) == [("command0002", "z2", Reason.STARTING)]


def test_it_is_told_once(rig: Rig) -> None:
    a_command_waits(rig)
    for _ in range(3):
        rig.power_cut()
        rig.start()
    assert len(refusals(rig)) == 1


def test_a_command_that_was_served_leaves_no_note(rig: Rig) -> None:
    rig.seconds(20)
    rig.water("z1", litres=2.0)
    rig.seconds(5 * MINUTE)
    assert rig.runtime.store.waiting() == {}
    rig.power_cut()
    rig.start()
    assert refusals(rig) == []


def test_a_command_cut_off_at_work_fails_and_is_not_also_rejected(rig: Rig) -> None:
    rig.seconds(20)
    rig.water("z1", litres=40.0)
    assert rig.open == {"z1"}
    rig.power_cut()
    rig.start()
    assert [event["id"] for event in rig.events(EventKind.COMMAND_FAILED)] == ["command0001"]
    assert refusals(rig) == []


def test_a_command_refused_after_waiting_leaves_no_note(rig: Rig) -> None:
    a_command_waits(rig)
    rig.seconds(6 * MINUTE)
    assert len(refusals(rig)) == 1
    rig.power_cut()
    rig.start()
    assert len(refusals(rig)) == 1
