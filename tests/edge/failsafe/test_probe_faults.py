"""Probes that fall silent, lie or quarrel: no flood, and no drought while one of them is sane."""

from pathlib import Path

import pytest

from edge.control import Strategy
from edge.dosing import PROGRAMME_SHARE
from firmware_sim.scenario import Fault as SimFault
from firmware_sim.scenario import Kind, Zone
from tests.edge.failsafe.greenhouse import BUDGET_L, DRY, MOIST, fault, litres, played
from wire.codes import Ended, Fault


def by_level(zone: Zone) -> Zone:
    return zone.model_copy(update={"strategy": Strategy.THRESHOLD})


def assert_adds_nothing(tmp_path: Path, lie: SimFault, *zones: Zone) -> None:
    """The default strategy replaces what plants drink; a lie must not make that more."""
    lied = litres(played(tmp_path / "lied", lie, zones=zones))
    assert lied <= 1.05 * litres(played(tmp_path / "honest", zones=zones))


def test_stale_no_probe_heard_ends_the_dose_then_only_the_capped_programme(
    tmp_path: Path,
) -> None:
    stage = played(tmp_path, fault(Kind.PROBE_OPEN_WIRE, 6.0, zone="z1"), hours=8.0)
    assert stage.chronicle.ended("z1")[0] == Ended.STALE
    assert set(stage.chronicle.ended("z1")[1:]) == {Ended.COMPLETE}
    assert 0.3 * BUDGET_L < litres(stage) <= PROGRAMME_SHARE * BUDGET_L + 1.0


@pytest.mark.parametrize("kind", [Kind.PROBE_OPEN_WIRE, Kind.PROBE_SHORT])
def test_open_wire_one_probe_is_not_heard_and_the_others_water_on(
    tmp_path: Path, kind: Kind
) -> None:
    stage = played(tmp_path, fault(kind, 0.0, zone="z1", probe=1))
    assert litres(stage) > 10.0
    assert stage.chronicle.faults("z1") == []


@pytest.mark.parametrize("kind", [Kind.PROBE_STUCK_DRY, Kind.PROBE_PULLED_OUT])
def test_stuck_dry_one_of_three_waters_nothing(tmp_path: Path, kind: Kind) -> None:
    lie = fault(kind, 0.0, zone="z1", probe=2)
    assert litres(played(tmp_path / "level", lie, zones=(by_level(MOIST),))) == 0.0
    assert_adds_nothing(tmp_path, lie, MOIST)


def test_stuck_wet_one_of_three_keeps_no_water_from_dry_soil(tmp_path: Path) -> None:
    stage = played(tmp_path, fault(Kind.PROBE_STUCK_WET, 0.0, zone="z1", probe=1))
    assert litres(stage) > 10.0


def test_disagreement_of_two_the_drier_waters_nothing(tmp_path: Path) -> None:
    pair = (Zone(key="z1", fill=0.92, probes=2),)
    lie = fault(Kind.PROBE_STUCK_DRY, 0.0, zone="z1", probe=1)
    level = played(tmp_path / "level", lie, zones=(by_level(pair[0]),))
    # two that contradict each other have one vote: a threshold is left to the capped programme
    assert litres(level) <= PROGRAMME_SHARE * BUDGET_L
    assert_adds_nothing(tmp_path, lie, *pair)


def test_all_probes_lying_dry_cannot_flood_the_zone(tmp_path: Path) -> None:
    stage = played(
        tmp_path, fault(Kind.PROBE_STUCK_DRY, 0.0, zone="z1"), hours=6.0, zones=(MOIST,)
    )
    assert stage.chronicle.faults("z1") == [Fault.NO_WETTING]
    assert litres(stage) < 0.6 * BUDGET_L


def test_spikes_open_no_valve(tmp_path: Path) -> None:
    lie = fault(Kind.PROBE_SPIKES, zone="z1", value=0.05)
    assert litres(played(tmp_path / "level", lie, zones=(by_level(MOIST),))) == 0.0
    assert_adds_nothing(tmp_path, lie, MOIST)


def test_frozen_one_of_three_neither_floods_nor_starves(tmp_path: Path) -> None:
    lie = fault(Kind.PROBE_FROZEN, 0.0, zone="z1", probe=1)
    frozen = litres(played(tmp_path / "frozen", lie, hours=4.0))
    honest = litres(played(tmp_path / "honest", hours=4.0))
    assert frozen == pytest.approx(honest, rel=0.2)


def test_drift_of_one_probe_towards_dry_adds_no_water(tmp_path: Path) -> None:
    lie = fault(Kind.PROBE_DRIFT, 0.0, zone="z1", probe=3, value=-0.5)
    assert litres(played(tmp_path / "level", lie, zones=(by_level(MOIST),))) == 0.0
    assert_adds_nothing(tmp_path, lie, MOIST)


def test_a_zone_without_any_probe_lives_by_the_capped_programme(tmp_path: Path) -> None:
    blind = (DRY.model_copy(update={"probes": 0}),)
    stage = played(tmp_path, hours=8.0, zones=blind)
    assert 0.3 * BUDGET_L < litres(stage) <= PROGRAMME_SHARE * BUDGET_L + 1.0
