"""What becomes of a dose when the agent ends while its water soaks in."""

from tests.edge.rig import DRY, Rig
from wire.codes import EventKind

MINUTE = 60


def test_a_power_cut_between_two_pulses_ends_the_dose_and_charges_no_more(rig: Rig) -> None:
    rig.raw = DRY
    rig.seconds(10 * MINUTE)
    assert len(rig.events(EventKind.DOSE_STARTED)) == 1
    assert rig.open == set()
    drawn = rig.runtime.store.zone("z1").litres
    rig.power_cut()
    rig.start()
    (interrupted,) = rig.events(EventKind.INTERRUPTED)
    assert interrupted["litres_at_most"] == 0.0
    assert rig.runtime.store.zone("z1").litres == drawn
    assert rig.runtime.store.open_doses() == []


def test_an_orderly_end_between_two_pulses_tells_the_end_once(rig: Rig) -> None:
    rig.raw = DRY
    rig.seconds(10 * MINUTE)
    rig.runtime.close()
    rig.start()
    assert len(rig.events(EventKind.DOSE_ENDED)) == 1
    assert rig.events(EventKind.INTERRUPTED) == []
