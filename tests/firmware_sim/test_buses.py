"""The real agent hears every kind of sensor in the simulated greenhouse."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.config_file import load
from firmware_sim.climate import REGIONS, GeneratedClimate, Season
from firmware_sim.modbus import Device, LineFault, Port
from firmware_sim.run import LockStep, assemble, events
from firmware_sim.world import Start
from wire.codes import EventKind, SensorFault
from wire.identity import new_identity

NOON_MS = 1_767_762_000_000  # 2026-01-07 12:00 in Viet Nam
BOARD = """
[pump]
pin = 5

[[zones]]
key = "z1"
pin = 17
flow_lph = 120.0
plants = 60
max_lease_l = 25.0
day_budget_l = 180.0

[[probes]]
key = "analogue"
zone = "z1"
channel = 0
dry_raw = 713
wet_raw = 279
wet_vwc = 0.55

[[probes]]
key = "fine"
zone = "z1"
kind = "ads1115"
channel = 2
dry_raw = 18400
wet_raw = 7200
wet_vwc = 0.55

[[rs485]]
key = "line1"

[[probes]]
key = "digital"
zone = "z1"
kind = "modbus"
rs485 = "line1"
profile = "infwin"

[[air]]
key = "shade"
kind = "sht31"

[[air]]
key = "roof"
kind = "ds18b20"
id = "28-0123456789ab"

[[air]]
key = "door"
kind = "modbus"
rs485 = "line1"
address = 6
profile = "xy_md02"

[radiation]
kind = "ads1115"
channel = 1
dark_raw = 0
bright_raw = 14400
bright_w_m2 = 1800.0

[level]
channel = 7
empty_raw = 100
full_raw = 900
"""


@pytest.fixture
def lock_step(tmp_path: Path) -> Iterator[LockStep]:
    (tmp_path / "hardware.toml").write_text(BOARD, encoding="utf-8")
    lock_step = assemble(
        load(tmp_path / "hardware.toml"),
        new_identity(("mqtt://127.0.0.1:1",), simulated=True),
        tmp_path / "edge.db",
        Start(NOON_MS),
        GeneratedClimate(REGIONS["red-river"], Season.CALENDAR, 1),
        seed=1,
    )
    yield lock_step
    lock_step.runtime.close()


def rows(lock_step: LockStep, zone: str | None) -> list[dict[str, float]]:
    store = lock_step.runtime.store
    bodies = [json.loads(r.payload) for r in store.rows(1, store.last, 999) if r.kind == "sample"]
    return [body["m"] for body in bodies if body.get("z") == zone]


def told(lock_step: LockStep, kind: EventKind) -> list[dict[str, object]]:
    """The data of all events of a kind."""
    data = [row["d"] for row in events(lock_step.runtime) if row["k"] == kind]
    return [facts for facts in data if isinstance(facts, dict)]


def run(lock_step: LockStep, seconds: int) -> None:
    for _ in range(seconds):
        lock_step.tick()


def test_three_kinds_of_probes_in_one_bed_agree(lock_step: LockStep) -> None:
    run(lock_step, 120)
    last = rows(lock_step, "z1")[-1]
    theta = [place.bucket.theta for place in lock_step.world.beds["z1"].places]
    felt = [last["vwc_1"], last["vwc_2"], last["vwc_3"]]
    assert felt == pytest.approx(theta, abs=0.06)  # each probe with its own error


def test_the_house_row_tells_air_light_and_tank(lock_step: LockStep) -> None:
    run(lock_step, 120)
    air, last = lock_step.world.air, rows(lock_step, None)[-1]
    assert last["air_c"] == pytest.approx(air.celsius, abs=0.3)
    assert last["rh"] == pytest.approx(air.rh, abs=0.02)
    assert last["rad_w_m2"] == pytest.approx(air.radiation, abs=30)
    assert last["tank"] == pytest.approx(lock_step.world.water.tank_share, abs=0.02)


def test_a_chip_that_falls_off_its_bus_is_told_and_the_others_go_on(lock_step: LockStep) -> None:
    run(lock_step, 30)
    lock_step.world.sensors.i2c[1].absent.add(0x44)
    run(lock_step, 300)
    (fault,) = told(lock_step, EventKind.SENSOR_FAULT)
    assert fault["sensor"] == "shade"
    assert fault["code"] == SensorFault.SILENT
    assert "vwc_2" in rows(lock_step, "z1")[-1]
    lock_step.world.sensors.i2c[1].absent.clear()
    run(lock_step, 20)
    assert told(lock_step, EventKind.SENSOR_WELL) == [{"sensor": "shade", "lost": 0}]


def test_the_same_seed_gives_the_same_rows_whatever_the_machine_does(
    lock_step: LockStep, tmp_path: Path
) -> None:
    run(lock_step, 300)
    again = assemble(
        load(tmp_path / "hardware.toml"),
        new_identity(("mqtt://127.0.0.1:1",), simulated=True),
        tmp_path / "again.db",
        Start(NOON_MS),
        GeneratedClimate(REGIONS["red-river"], Season.CALENDAR, 1),
        seed=1,
    )
    run(again, 300)
    try:
        assert rows(again, "z1") == rows(lock_step, "z1")
        assert rows(again, None) == rows(lock_step, None)
    finally:
        again.runtime.close()


def test_a_port_without_a_terminal_fails_as_one_with_it() -> None:
    request = bytes.fromhex("01 03 00 00 00 01 84 0A")
    port = Port("line", {1: Device({0: 356}, fault=LineFault.CUT_SHORT)}.get)
    port.write(request)
    assert len(port.read(7)) == 6
    assert port.read(1) == b""
