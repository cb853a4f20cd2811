"""The real agent in the simulated greenhouse, in lock-step and without a network."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from edge.config import MAX_LEASE_S
from edge.config_file import load
from firmware_sim.climate import REGIONS, GeneratedClimate, Season
from firmware_sim.folder import BOARD
from firmware_sim.run import LockStep, assemble, events
from firmware_sim.world import Start
from wire.codes import EventKind
from wire.identity import new_identity

SIX = 1_767_222_000_000  # 2026-01-01 06:00 in Viet Nam
HOUR = 3600
BUDGET_L = 180.0
IDENTITY = new_identity(("mqtt://127.0.0.1:1",), simulated=True)


def built(folder: Path, *, fill: float = 0.82, seed: int = 1) -> LockStep:
    start = Start(SIX, {"z1": fill, "z2": fill - 0.03})
    climate = GeneratedClimate(REGIONS["highlands"], Season.HOT, seed)
    folder.mkdir(exist_ok=True)
    return assemble(load(BOARD), IDENTITY, folder / "edge.db", start, climate, seed)


@contextmanager
def greenhouse(folder: Path, *, fill: float = 0.82, seed: int = 1) -> Iterator[LockStep]:
    made = built(folder, fill=fill, seed=seed)
    with closing(made.runtime):
        yield made


def run(lock_step: LockStep, seconds: int) -> LockStep:
    for _ in range(seconds):
        lock_step.tick()
    return lock_step


def told(lock_step: LockStep, kind: EventKind) -> list[dict[str, object]]:
    return [event for event in events(lock_step.runtime) if event["k"] == kind]


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LockStep]:
    """Six hours from six in the morning."""
    with greenhouse(tmp_path_factory.mktemp("morning")) as lock_step:
        yield run(lock_step, 6 * HOUR)


def test_the_agent_waters_by_itself(morning: LockStep) -> None:
    summary = morning.summary()
    assert summary.doses >= 2
    assert summary.litres_plant > 40.0
    assert {event["z"] for event in told(morning, EventKind.DOSE_ENDED)} == {"z1", "z2"}


def test_every_dose_ends_as_it_should(morning: LockStep) -> None:
    ended = [event["d"] for event in told(morning, EventKind.DOSE_ENDED)]
    assert {dose["ended"] for dose in ended if isinstance(dose, dict)} == {"complete"}
    assert not told(morning, EventKind.FAULT)
    assert not told(morning, EventKind.ALARM)


def test_no_valve_is_open_longer_than_the_hardware_allows(morning: LockStep) -> None:
    assert 0.0 < morning.summary().valve_open_max_s <= MAX_LEASE_S


def test_the_soil_stays_in_its_band(morning: LockStep) -> None:
    assert all(0.70 < fill < 1.02 for fill in morning.world.fills().values())
    drained = sum(bed.ledger.drained for bed in morning.world.beds.values())
    assert drained < 0.15 * morning.summary().litres_plant, "the leaching that coir gets"


def test_meter_plants_and_the_agents_own_books_agree(morning: LockStep) -> None:
    summary = morning.summary()
    assert summary.litres_meter == pytest.approx(summary.litres_plant, rel=0.06)
    booked = sum(morning.runtime.valves.totals(zone)[1] for zone in morning.world.beds)
    assert booked == pytest.approx(summary.litres_meter, rel=0.02)


def test_every_minute_has_its_rows(morning: LockStep) -> None:
    store = morning.runtime.store
    rows = store.rows(1, store.last, store.last)
    assert [row.seq for row in rows] == list(range(1, store.last + 1))
    assert all(row.sound for row in rows)
    assert sum(row.kind == "sample" for row in rows) == 6 * 60 * 3


def test_one_seed_gives_one_day(tmp_path: Path) -> None:
    def a_day(name: str) -> tuple[object, list[object]]:
        with greenhouse(tmp_path / name, fill=0.79, seed=4) as lock_step:
            run(lock_step, HOUR)
            return lock_step.world.totals, [event["d"] for event in events(lock_step.runtime)]

    assert a_day("one") == a_day("two")


def test_one_probe_stuck_dry_is_outvoted(tmp_path: Path) -> None:
    with greenhouse(tmp_path, fill=0.90) as lock_step:
        lock_step.world.probe("p1").stuck_raw = 705
        run(lock_step, 2 * HOUR)
        lied = lock_step.summary().litres_plant
    (tmp_path / "honest").mkdir()
    with greenhouse(tmp_path / "honest", fill=0.90) as lock_step:
        run(lock_step, 2 * HOUR)
        assert lied <= 1.05 * lock_step.summary().litres_plant


def test_all_probes_stuck_dry_cannot_flood_the_zone(tmp_path: Path) -> None:
    with greenhouse(tmp_path, fill=0.95) as lock_step:
        for key in ("p1", "p2", "p3"):
            lock_step.world.probe(key).stuck_raw = 700
        run(lock_step, 6 * HOUR)
        assert lock_step.world.beds["z1"].ledger.given < 0.5 * BUDGET_L
        faults = [event["d"] for event in told(lock_step, EventKind.FAULT)]
        assert [fault["fault"] for fault in faults if isinstance(fault, dict)] == ["no_wetting"]


def test_a_killed_agent_starts_again_shut_and_owns_up(tmp_path: Path) -> None:
    killed = built(tmp_path, fill=0.78)
    while not killed.runtime.valves.open_zones():
        killed.tick()
    (zone,) = killed.runtime.valves.open_zones()
    run(killed, 30)
    world = killed.world
    for _ in range(60):
        world.step(1.0, SIX)
    assert world.totals.valve_open_max_s > 60.0

    again = killed.restarted(tmp_path / "edge.db", load(BOARD), IDENTITY)
    with closing(killed.runtime.store), closing(again.runtime):
        assert not again.runtime.valves.open_zones()
        run(again, 5)
        pumped = world.totals.pumped_l
        run(again, 5)
        assert world.totals.pumped_l == pumped
        (interrupted,) = told(again, EventKind.INTERRUPTED)
        assert interrupted["z"] == zone
        assert again.runtime.store.zone(zone).litres > 0.0


def test_the_summary_is_plain_json(morning: LockStep, tmp_path: Path) -> None:
    path = tmp_path / "sim" / "summary.json"
    morning.write_summary(path)
    keys = {"litres_plant", "litres_meter", "valve_open_max_s", "rows", "doses"}
    assert set(json.loads(path.read_text(encoding="utf-8"))) == keys
