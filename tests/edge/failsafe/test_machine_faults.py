"""The machine itself in trouble: a card that takes nothing, a bus that hangs, no broker."""

from pathlib import Path

import pytest

from edge.dosing import PROGRAMME_SHARE
from firmware_sim.scenario import Kind, Zone
from tests.edge.failsafe.greenhouse import BESIDE, BUDGET_L, DRY, fault, litres, played
from wire.codes import Ended

MID_DOSE_MIN = 7.0
ON_I2C = Zone(key="z1", fill=0.72, bus="i2c-1")


def test_a_card_that_cannot_be_written_ends_the_dose_and_waters_again_when_it_can(
    tmp_path: Path,
) -> None:
    stage = played(tmp_path, fault(Kind.DISK_ERROR, MID_DOSE_MIN, for_min=30.0), hours=3.0)
    dark = [note for note in stage.chronicle.notes if 700.0 < note.at_s <= 2100.0]
    assert dark
    assert sum(note.litres for note in dark) == 0.0
    later = [note.litres for note in stage.chronicle.notes if note.at_s > 2400.0]
    assert "irrigation.interrupted" in [told.what for told in stage.chronicle.told]
    assert sum(later) > 5.0
    assert not list(tmp_path.glob("*.corrupt-*")), "the file was sound all the time"


def test_what_was_given_outlives_a_damaged_card_that_also_takes_nothing(tmp_path: Path) -> None:
    damage = [fault(Kind.STORE_DAMAGED, 30.0), fault(Kind.DISK_ERROR, 30.0, for_min=20.0)]
    small = (DRY.model_copy(update={"fill": 0.55, "day_budget_l": 30.0, "max_lease_l": 30.0}),)
    stage = played(tmp_path, *damage, hours=4.0, zones=small)
    assert 10.0 < litres(stage) <= 30.5


def test_a_full_card_still_takes_how_the_water_ended(tmp_path: Path) -> None:
    stage = played(tmp_path, fault(Kind.DISK_FULL, MID_DOSE_MIN), hours=1.0)
    told = [(told.what, told.at_s) for told in stage.chronicle.told]
    assert [what for what, _ in told] == ["irrigation.interrupted"]
    assert not (tmp_path / "edge.db.ballast").exists()
    assert stage.watch.accounts["z1"].openings > 1, "it waters on in the room of the ballast"
    assert stage.line.waiting == 0


def test_a_bus_that_hangs_costs_its_own_zone_the_probes_and_no_other(tmp_path: Path) -> None:
    hung = fault(Kind.BUS_HUNG, MID_DOSE_MIN, zone="z1")
    stage = played(tmp_path, hung, hours=4.0, zones=(ON_I2C, BESIDE))
    last = {note.zone: note.believed for note in stage.chronicle.notes}
    assert stage.chronicle.ended("z1")[0] == Ended.STALE
    assert litres(stage) <= PROGRAMME_SHARE * BUDGET_L + 1.0
    assert last["z2"] is not None
    assert litres(stage, "z2") > 10.0


def test_a_bus_that_comes_back_gives_its_zone_the_probes_again(tmp_path: Path) -> None:
    hung = fault(Kind.BUS_HUNG, MID_DOSE_MIN, for_min=60.0, zone="z1")
    stage = played(tmp_path, hung, hours=4.0, zones=(ON_I2C,))
    last = stage.chronicle.notes[-1]
    assert last.believed == pytest.approx(last.fill, abs=0.1)


def test_without_a_broker_it_waters_on_and_keeps_every_row(tmp_path: Path) -> None:
    gone = fault(Kind.BROKER_GONE, MID_DOSE_MIN)
    stage = played(tmp_path / "gone", gone, hours=6.0)
    assert litres(stage) == litres(played(tmp_path / "there", hours=6.0))
    assert stage.line.waiting > 6 * 60


def test_rows_of_an_outage_reach_the_cloud_when_the_broker_is_back(tmp_path: Path) -> None:
    gone = fault(Kind.BROKER_GONE, MID_DOSE_MIN, for_min=300.0)
    killed = fault(Kind.KILLED, 200.0)
    stage = played(tmp_path, gone, killed, hours=6.0, zones=(DRY, BESIDE))
    assert stage.line.waiting == 0
    assert stage.line.longest_gone_s == pytest.approx(300.0 * 60.0)
    (numbers,) = stage.line.arrived.values()
    assert numbers == set(range(1, max(numbers) + 1))
