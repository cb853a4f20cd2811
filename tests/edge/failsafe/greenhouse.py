"""The real agent in a house with one or two zones of coir, from six in the morning."""

from pathlib import Path

from firmware_sim.scenario import Fault, House, Kind, Scenario, Title, Zone
from firmware_sim.stage import Stage

HOUR = 60.0
BUDGET_L = 180.0
DRY = Zone(key="z1", fill=0.72)
MOIST = Zone(key="z1", fill=0.92)
BESIDE = Zone(key="z2", fill=0.72)
BY_GRAVITY = House(pump=False)


def played(
    folder: Path,
    *faults: Fault,
    hours: float = 2.0,
    zones: tuple[Zone, ...] = (DRY,),
    house: House | None = None,
) -> Stage:
    """Live through it; that no promise was broken is part of every test."""
    scenario = Scenario(
        title=Title(vi="Thử", en="Test"),
        hours=hours,
        house=house or House(),
        zones=zones,
        faults=faults,
    )
    stage = Stage(scenario, folder)
    stage.run()
    assert stage.watch.broken == []
    return stage


def fault(kind: Kind, at_min: float = 0.0, **facts: float | str | None) -> Fault:
    return Fault.model_validate({"kind": kind, "at_min": at_min, **facts})


def litres(stage: Stage, zone: str = "z1") -> float:
    return stage.watch.accounts[zone].litres
