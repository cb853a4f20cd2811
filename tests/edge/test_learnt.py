"""A restart goes on with what was learnt; what cannot be read is learnt anew."""

from edge.learnt import KEEP_EVERY_S, META_BELIEF, found
from edge.store import Store
from tests.edge.rig import DRY, Rig

MINUTE = 60


def stored(rig: Rig) -> Store:
    return rig.runtime.store


def test_what_was_learnt_survives_a_power_cut(rig: Rig) -> None:
    rig.raw = DRY
    rig.seconds(10 * MINUTE)
    before = rig.runtime.agent._house.zones["z1"].memory.belief
    assert before is not None
    kept = found(stored(rig), "z1")
    assert kept is not None
    assert kept.seen is None
    assert len(kept.roots.gardens) == len(before.roots.gardens)
    rig.power_cut()
    rig.start()
    assert rig.runtime.agent._house.zones["z1"].memory.belief == kept


def test_it_goes_to_the_card_once_an_hour(rig: Rig) -> None:
    rig.seconds(5 * MINUTE)
    first = stored(rig).meta(META_BELIEF + "z1")
    rig.seconds(20 * MINUTE)
    assert stored(rig).meta(META_BELIEF + "z1") == first
    rig.seconds(int(KEEP_EVERY_S))
    assert stored(rig).meta(META_BELIEF + "z1") != first


def test_what_cannot_be_read_is_learnt_anew(rig: Rig) -> None:
    with rig.runtime.agent._recorder.entry() as entry:
        entry.change.set_meta(META_BELIEF + "z1", '{"roots": "gone"}')
    assert found(stored(rig), "z1") is None
    assert found(stored(rig), "z2") is None
