"""A valve that did not close: its fault ends by a person's word, once, and else never."""

from collections.abc import Callable
from pathlib import Path

import pytest

from edge import clearance
from edge.clear_fault import give_word
from edge.errors import ClearanceError
from tests.edge.rig import METER, Rig
from wire.codes import EventKind, Fault, Op

ZONES = ("z1", "z2")


def saying(word: str) -> Callable[[str], str]:
    return lambda _question: word


def leak(rig: Rig) -> None:
    """Water runs with every valve shut, until both zones are out of service."""
    rig.flows = False
    rig.seconds(20)
    for _ in range(90):
        rig.pins.pin(METER).pulses(20)
        rig.seconds(1)
    assert faults(rig) == [Fault.STUCK_OPEN] * 2


def faults(rig: Rig) -> list[Fault | None]:
    return [zone.memory.fault for zone in rig.runtime.agent._house.zones.values()]


def restart(rig: Rig) -> None:
    rig.runtime.close()
    rig.start()
    rig.seconds(5)


def test_neither_a_restart_nor_the_cloud_ends_it(rig: Rig) -> None:
    leak(rig)
    restart(rig)
    rig.confirm(Op.CLEAR_FAULT, id_="command0009")
    assert faults(rig) == [Fault.STUCK_OPEN] * 2


def test_a_word_ends_it_at_the_next_start_for_that_zone(rig: Rig, tmp_path: Path) -> None:
    leak(rig)
    give_word(tmp_path, "z1", ZONES, saying("z1\n"))
    assert faults(rig) == [Fault.STUCK_OPEN] * 2
    restart(rig)
    assert faults(rig) == [None, Fault.STUCK_OPEN]
    (told,) = rig.events(EventKind.FAULT_CLEARED)
    assert (told["zone"], told["fault"]) == ("z1", "stuck_open")


def test_a_word_counts_once(rig: Rig, tmp_path: Path) -> None:
    """One given while nothing was wrong must not end a fault of another day."""
    give_word(tmp_path, "z1", ZONES, saying("z1"))
    restart(rig)
    leak(rig)
    restart(rig)
    assert faults(rig) == [Fault.STUCK_OPEN] * 2


def test_a_valve_that_still_leaks_is_out_of_service_again(rig: Rig, tmp_path: Path) -> None:
    leak(rig)
    give_word(tmp_path, "z1", ZONES, saying("z1"))
    restart(rig)
    assert faults(rig)[0] is None
    leak(rig)


def test_a_word_that_cannot_be_taken_away_is_none(tmp_path: Path) -> None:
    (tmp_path / "cleared.z1").mkdir()
    assert not clearance.taken(tmp_path, "z1")


@pytest.mark.parametrize("word", ["", "y", "z2", "yes"])
def test_anything_but_the_zones_key_leaves_the_fault(word: str, tmp_path: Path) -> None:
    with pytest.raises(ClearanceError, match="the fault stays"):
        give_word(tmp_path, "z1", ZONES, saying(word))
    assert not clearance.taken(tmp_path, "z1")


def test_where_nobody_answers_the_fault_stays(tmp_path: Path) -> None:
    def nobody(_question: str) -> str:
        raise EOFError

    with pytest.raises(ClearanceError, match="the fault stays"):
        give_word(tmp_path, "z1", ZONES, nobody)


def test_a_zone_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(ClearanceError, match="no zone z9; there are: z1, z2"):
        give_word(tmp_path, "z9", ZONES, saying("z9"))


def test_a_folder_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ClearanceError, match="sudo"):
        give_word(tmp_path / "none", "z1", ZONES, saying("z1"))
