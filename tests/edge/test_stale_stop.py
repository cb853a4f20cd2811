"""A STOP whose number was used before: nothing moves, and the cloud hears how far the count is."""

from tests.edge.rig import Rig
from wire.codes import EventKind, Op


def rejected(rig: Rig) -> list[dict[str, object]]:
    told = rig.events(EventKind.COMMAND_REJECTED)
    return [{name: event[name] for name in ("id", "reason", "n")} for event in told]


def test_a_stop_of_a_cloud_that_counts_too_low_is_answered_with_the_count(rig: Rig) -> None:
    rig.seconds(20)
    rig.send(Op.STOP, id_="stop000001", n=5)
    rig.send(Op.RESUME, id_="resume0001")
    rig.seconds(2)
    rig.send(Op.STOP, id_="stop000002", n=5)
    rig.seconds(1)
    assert rejected(rig) == [{"id": "stop000002", "reason": "stale", "n": 5}]
    rig.send(Op.STOP, id_="stop000002", n=6)
    rig.seconds(1)
    assert rig.runtime.agent._house.hold
    assert [event["n"] for event in rig.events(EventKind.STOPPED)] == [5, 6]


def test_the_same_stop_delivered_twice_is_no_news_not_even_after_a_restart(rig: Rig) -> None:
    rig.seconds(20)
    rig.send(Op.STOP, id_="stop000001", n=5)
    rig.seconds(1)
    rig.send(Op.STOP, id_="stop000001", n=5)
    rig.seconds(1)
    rig.runtime.close()
    rig.start()
    rig.send(Op.STOP, id_="stop000001", n=5)
    rig.seconds(1)
    assert rejected(rig) == []
    assert len(rig.events(EventKind.STOPPED)) == 1
