"""The greenhouse behind the pins, met through the production drivers."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from edge.config import Hardware
from edge.config_file import load
from edge.hardware.board import Board, claim
from edge.readings import Quantity
from firmware_sim.climate import REGIONS, GeneratedClimate, Season
from firmware_sim.pins import HISTORY, SimPin
from firmware_sim.probes import WET_VWC, count_at
from firmware_sim.world import Start, World

GREENHOUSE = Path(__file__).parents[2] / "firmware_sim/greenhouse.toml"
SIX = 1_767_222_000_000  # 2026-01-01 06:00 in Viet Nam


class Rig:
    """A world and the board claimed on its pins."""

    def __init__(self, seed: int = 1) -> None:
        self.hardware: Hardware = load(GREENHOUSE)
        climate = GeneratedClimate(REGIONS["highlands"], Season.HOT, seed)
        self.world = World(self.hardware, climate, seed, Start(SIX))
        self.board: Board = claim(self.hardware, self.world.factory)
        self.seconds = 0

    def run(self, seconds: int) -> None:
        for _ in range(seconds):
            self.seconds += 1
            self.world.step(1.0, SIX + self.seconds * 1000)

    def water(self, zone: str, seconds: int) -> None:
        assert self.board.pump is not None
        self.board.pump.on()
        self.board.valves[zone].on()
        self.run(seconds)
        self.board.valves[zone].off()
        self.board.pump.off()

    def counts(self) -> list[int]:
        sensors = self.board.sensors["spi0"].values()
        return [sensor.read()[Quantity.MOISTURE].raw for sensor in sensors]


@contextmanager
def rig(seed: int = 1) -> Iterator[Rig]:
    made = Rig(seed)
    try:
        yield made
    finally:
        made.board.close()


def test_the_shipped_board_is_calibrated_for_the_probes_it_simulates() -> None:
    for probe in load(GREENHOUSE).probes:
        points = probe.calibration
        assert (points.dry_raw, points.wet_raw) == (count_at(0.0), count_at(WET_VWC))
        assert (points.dry_vwc, points.wet_vwc) == (0.0, WET_VWC)


def test_nothing_flows_until_a_valve_and_the_pump_are_on() -> None:
    with rig() as it:
        it.run(60)
        it.board.valves["z1"].on()
        it.run(60)
        assert it.world.totals.pumped_l == 0.0


def test_a_watered_zone_reads_wetter_and_its_neighbour_does_not() -> None:
    with rig() as it:
        it.run(10)
        before = it.counts()
        it.water("z1", 1800)
        it.run(600)
        wetter = [was - now for was, now in zip(before, it.counts(), strict=True)]
        assert all(change > 30 for change in wetter[:3])
        assert all(abs(change) < 20 for change in wetter[3:])


def test_the_meter_counts_the_litres_that_the_plants_got() -> None:
    with rig() as it:
        it.water("z1", 1200)
        it.run(3600)
        assert it.board.flow is not None
        metered, totals = it.board.flow.litres(), it.world.totals
        assert metered == pytest.approx(totals.metered_l, abs=0.01)
        assert metered == pytest.approx(totals.dripped_l, rel=0.06)


def test_all_water_is_accounted_for() -> None:
    with rig() as it:
        stored = {zone: bed.stored_l for zone, bed in it.world.beds.items()}
        it.water("z1", 1200)
        it.water("z2", 2400)
        it.run(7200)
        for zone, bed in it.world.beds.items():
            out = bed.ledger.transpired + bed.ledger.evaporated + bed.ledger.drained
            change = bed.stored_l - stored[zone]
            assert change == pytest.approx(bed.ledger.given - out, abs=1e-6)
        given = sum(bed.ledger.given for bed in it.world.beds.values())
        assert given == pytest.approx(it.world.totals.dripped_l, abs=1e-6)


def test_the_longest_opening_is_measured_at_the_pin() -> None:
    with rig() as it:
        it.water("z1", 240)
        it.run(10)
        it.water("z2", 90)
        totals = it.world.totals
        assert (totals.valve_open_max_s, totals.openings) == (240.0, 2)


def test_the_float_switch_hangs_down_when_the_tank_is_empty() -> None:
    with rig() as it:
        assert it.board.tank is not None
        it.run(1)
        assert it.board.tank.has_water()
        it.world.water.tank_l = 20.0
        it.run(1)
        assert not it.board.tank.has_water()


def test_an_unused_channel_reads_as_a_broken_wire() -> None:
    with rig() as it:
        assert it.world.sensors.convert(7) == 0


def test_a_stuck_probe_says_the_same_for_ever() -> None:
    with rig() as it:
        it.world.probe("p2").stuck_raw = 700
        it.run(100)
        assert it.counts()[1] == 700


def test_one_seed_gives_one_greenhouse() -> None:
    def counts(seed: int) -> list[int]:
        with rig(seed) as it:
            it.water("z1", 300)
            it.run(600)
            return it.counts()

    assert counts(5) == counts(5)
    assert counts(5) != counts(6)


def test_a_pin_forgets_its_old_states() -> None:
    with rig() as it:
        it.water("z1", 300)
        pin = it.world.factory.pin(6)
        assert isinstance(pin, SimPin)
        assert len(pin.states) <= HISTORY
