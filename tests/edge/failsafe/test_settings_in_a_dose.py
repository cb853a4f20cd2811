"""Settings from the cloud while water runs."""

from tests.edge.rig import DRY, Rig
from wire.codes import Ended, EventKind


def test_settings_that_arrive_in_a_dose_wait_for_its_end(rig: Rig) -> None:
    rig.raw = DRY
    while not rig.open:
        rig.seconds(1)
    rig.settle(2, z1={"strategy": "monitor"})
    assert rig.events(EventKind.SETTINGS_TAKEN)[0]["version"] == 2
    assert rig.open == {"z1"}
    assert rig.events(EventKind.SETTINGS_APPLIED) == []
    rig.seconds(3 * 3600)
    assert [event["version"] for event in rig.events(EventKind.SETTINGS_APPLIED)] == [2]
    ended = [event for event in rig.events(EventKind.DOSE_ENDED) if event["zone"] == "z1"]
    assert [event["ended"] for event in ended] == [Ended.COMPLETE]
    started = [event["zone"] for event in rig.events(EventKind.DOSE_STARTED)]
    assert started.count("z1") == 1
