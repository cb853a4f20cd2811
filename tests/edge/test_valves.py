"""No output is on without a live lease, whatever happens."""

import math
from dataclasses import dataclass, field

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from edge.errors import ValveError
from edge.interlock import Interlock, no_interlock
from edge.valves import Bounds, Valve, ValveBank
from wire.codes import Ended

BOUNDS = Bounds(lease_s=600, lease_l=40, nominal_lps=0.1)


@dataclass
class Relay:
    is_on: bool = True
    broken: bool = False
    orders: int = 0

    def on(self) -> None:
        self._write(on=True)

    def off(self) -> None:
        self._write(on=False)

    def _write(self, *, on: bool) -> None:
        if self.broken:
            raise OSError("relay")
        self.orders += 1
        self.is_on = on


@dataclass
class Bench:
    """Two zones, a pump and a meter on relays one can look at."""

    now: float = 0.0
    metered: float = 0.0
    pump: Relay = field(default_factory=Relay)
    relays: dict[str, Relay] = field(default_factory=lambda: {"z1": Relay(), "z2": Relay()})

    def bank(
        self, *, meter: bool = True, max_open: int = 1, interlock: Interlock | None = None
    ) -> ValveBank:
        return ValveBank(
            {zone: Valve(relay, BOUNDS) for zone, relay in self.relays.items()},
            lambda: self.now,
            pump=self.pump,
            meter=(lambda: self.metered) if meter else None,
            max_open=max_open,
            interlock=interlock,
        )

    @property
    def on(self) -> set[str]:
        return {zone for zone, relay in self.relays.items() if relay.is_on}

    @property
    def all_on(self) -> set[str]:
        return self.on | ({"pump"} if self.pump.is_on else set())


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_a_new_bank_shuts_relays_that_came_up_on(bench: Bench) -> None:
    bench.bank()
    assert bench.on == set()
    assert not bench.pump.is_on


def test_a_node_is_told_no_longer_than_the_lease_has_left(bench: Bench) -> None:
    bank = bench.bank()
    assert bank.left_s("z1") == 0.0
    bank.open("z1", 180, 40)
    assert (bank.left_s("z1"), bank.left_s("z2")) == (180.0, 0.0)
    bench.now = 170.0
    bank.guard()
    assert bank.left_s("z1") == 10.0
    bench.now = 180.0
    bank.guard()
    assert bank.left_s("z1") == 0.0


def test_the_lease_ends_in_seconds(bench: Bench) -> None:
    bank = bench.bank()
    bank.open("z1", 180, 40)
    assert bench.all_on == {"pump", "z1"}
    bench.now = 179.9
    bank.guard()
    assert bench.on == {"z1"}
    bench.now = 180
    bank.guard()
    assert bench.all_on == set()
    (closing,) = bank.take_closings()
    assert (closing.zone, closing.ended, closing.seconds) == ("z1", Ended.LEASE, 180)


def test_the_lease_ends_in_litres(bench: Bench) -> None:
    bank = bench.bank()
    bank.open("z1", 180, 5)
    bench.now, bench.metered = 20, 5.0
    bank.guard()
    assert bench.on == set()
    assert bank.take_closings()[0].litres == 5.0


def test_no_request_raises_the_bounds_of_the_hardware_file(bench: Bench) -> None:
    bank = bench.bank()
    bank.open("z1", 86_400, 10_000)
    bench.now = BOUNDS.lease_s
    bank.guard()
    assert bench.on == set()


def test_without_a_meter_litres_are_seconds_times_nominal_flow(bench: Bench) -> None:
    bank = bench.bank(meter=False)
    bank.open("z1", 600, 2)
    bench.now = 20
    bank.guard()
    assert bank.take_closings()[0].litres == pytest.approx(2.0)
    assert bank.totals("z1") == pytest.approx((20.0, 2.0))


@pytest.mark.parametrize("lease", [(0, 1), (1, 0), (-5, 1), (math.nan, 1), (1, math.nan)])
def test_an_unbounded_dose_is_refused(bench: Bench, lease: tuple[float, float]) -> None:
    bank = bench.bank()
    with pytest.raises(ValveError):
        bank.open("z1", *lease)
    assert bench.on == set()


def test_an_open_zone_is_never_extended_and_a_second_one_waits(bench: Bench) -> None:
    bank = bench.bank()
    bank.open("z1", 100, 10)
    with pytest.raises(ValveError, match="already open"):
        bank.open("z1", 100, 10)
    with pytest.raises(ValveError, match="no more"):
        bank.open("z2", 100, 10)
    with pytest.raises(ValveError, match="no valve"):
        bank.open("z9", 100, 10)
    assert bench.on == {"z1"}


def test_two_zones_share_the_meter_by_their_nominal_flow(bench: Bench) -> None:
    bank = bench.bank(max_open=2)
    bank.open("z1", 100, 10)
    bank.open("z2", 100, 10)
    bench.now, bench.metered = 10, 4.0
    bank.guard()
    assert bank.totals("z1")[1] == bank.totals("z2")[1] == 2.0


def test_a_zone_gets_the_water_that_passed_the_meter_while_it_was_open(bench: Bench) -> None:
    bench.metered = 1000.0  # the bank came late to a meter that counts for years
    bank = bench.bank()
    bench.metered = 1003.0  # somebody filled a can
    bank.open("z1", 100, 10)
    for second in (1, 2, 3):
        bench.now, bench.metered = second, 1003.0 + second
        bank.guard()
    assert bank.totals("z1") == (3.0, 3.0)


def test_the_emergency_stop_shuts_an_open_valve_and_says_so(bench: Bench) -> None:
    interlock = no_interlock()
    bank = bench.bank(interlock=interlock)
    bank.open("z1", 100, 10)
    interlock.trip()
    bank.guard()
    assert bench.all_on == set()
    assert bank.take_closings()[0].ended is Ended.STOPPED
    with pytest.raises(ValveError, match="emergency stop"):
        bank.open("z1", 100, 10)


def test_one_zone_at_a_time_unless_told_otherwise(bench: Bench) -> None:
    bank = ValveBank({z: Valve(r, BOUNDS) for z, r in bench.relays.items()}, lambda: bench.now)
    bank.open("z1", 100, 10)
    with pytest.raises(ValveError, match="no more"):
        bank.open("z2", 100, 10)


def test_an_opening_finds_the_line_free_when_the_lease_before_it_is_over(bench: Bench) -> None:
    bank = bench.bank()
    bank.open("z1", 100, 10)
    bench.now = 100.0
    bank.open("z2", 100, 10)
    assert bench.on == {"z2"}


def test_half_a_second_and_half_a_litre_are_a_dose(bench: Bench) -> None:
    bench.now = 1000.0
    bank = bench.bank()
    bank.open("z1", 0.5, 0.5)
    bench.now = 1000.5
    bank.guard()
    assert bank.take_closings()[0].seconds == 0.5


@pytest.mark.parametrize("how", ["one", "all"])
def test_time_and_water_up_to_the_closing_are_booked(bench: Bench, how: str) -> None:
    bank = bench.bank()
    bank.open("z1", 100, 10)
    bench.now, bench.metered = 10.0, 1.0
    if how == "one":
        bank.close("z1", Ended.STOPPED)
    else:
        bank.all_off(Ended.STOPPED)
    (closing,) = bank.take_closings()
    assert (closing.seconds, closing.litres) == (10.0, 1.0)
    assert bank.totals("z1") == (10.0, 1.0)


def test_five_looks_a_second_book_no_more_than_one(bench: Bench) -> None:
    bank = bench.bank(meter=False)
    bank.open("z1", 100, 10)
    for number in range(1, 11):
        bench.now = number * 0.2
        bank.guard()
    assert bank.totals("z1") == pytest.approx((2.0, 0.2))


def test_relays_are_ordered_when_something_changes_and_once_a_second(bench: Bench) -> None:
    bank = bench.bank()
    ordered = bench.pump.orders
    for now in (0.2, 0.4, 0.6, 0.8):
        bench.now = now
        bank.guard()
    assert bench.pump.orders == ordered
    bench.now = 0.95
    bank.guard()
    assert bench.pump.orders == ordered + 1


def test_a_relay_that_fails_while_opening_leaves_everything_shut(bench: Bench) -> None:
    bank = bench.bank()
    bench.pump.broken = True
    with pytest.raises(OSError, match="relay"):
        bank.open("z1", 100, 10)
    assert bank.open_zones() == frozenset()
    assert bench.on == set()


def test_a_relay_that_fails_while_closing_does_not_spare_the_others(bench: Bench) -> None:
    bank = bench.bank(max_open=2)
    bank.open("z1", 100, 10)
    bank.open("z2", 100, 10)
    bench.relays["z2"].broken = True
    with pytest.raises(OSError, match="relay"):
        bank.all_off(Ended.STOPPED)
    assert bench.on == {"z2"}
    assert not bench.pump.is_on
    bench.relays["z2"].broken = False
    bank.guard()
    assert bench.on == set()


def test_a_relay_that_lost_its_state_is_put_right_within_a_second(bench: Bench) -> None:
    bank = bench.bank()
    bank.open("z1", 100, 10)
    bench.relays["z1"].is_on, bench.relays["z2"].is_on = False, True
    bench.now = 1.0
    bank.guard()
    assert bench.on == {"z1"}


def test_a_second_that_rounding_made_too_short_is_a_second(bench: Bench) -> None:
    bank = bench.bank()
    bench.now = 0.033
    bank.all_off(Ended.STOPPED)
    bench.relays["z1"].is_on = True
    bench.now += 1.0  # 1.033 - 0.033 < 1
    bank.guard()
    assert bench.on == set()


def test_a_clock_that_runs_backwards_shuts_everything(bench: Bench) -> None:
    bench.now = 1000.0
    bank = bench.bank()
    bank.open("z1", 100, 10)
    bench.now = 999.0
    bank.guard()
    assert bench.on == set()
    assert bank.take_closings()[0].ended is Ended.FAULT


class AnySequence(RuleBasedStateMachine):
    """Openings, closings, guards, water and a clock that may jump either way."""

    def __init__(self) -> None:
        super().__init__()
        self.bench = Bench()
        self.bank = self.bench.bank()
        self.opened: dict[str, tuple[float, float]] = {}

    @rule(
        zone=st.sampled_from(["z1", "z2", "z9"]),
        lease_s=st.floats(allow_nan=True),
        lease_l=st.floats(allow_nan=True),
    )
    def open(self, zone: str, lease_s: float, lease_l: float) -> None:
        self.bank.guard()
        try:
            self.bank.open(zone, lease_s, lease_l)
        except (OSError, ValveError):
            return
        self.opened[zone] = (self.bench.now, self.bench.metered)

    @rule(zone=st.sampled_from(["z1", "z2"]))
    def close(self, zone: str) -> None:
        self.bank.close(zone, Ended.STOPPED)
        assert zone not in self.bench.on

    @rule()
    def all_off(self) -> None:
        self.bank.all_off(Ended.STOPPED)
        assert not self.bench.on

    @rule(
        seconds=st.floats(-3600, 3600).filter(lambda step: abs(step) > 0.01),
        litres=st.floats(0, 60),
    )
    def guard_after(self, seconds: float, litres: float) -> None:
        self.bench.now += seconds
        self.bench.metered += litres
        self.bank.guard()

    @rule(zone=st.sampled_from(["z1", "z2"]))
    def relay_loses_its_state(self, zone: str) -> None:
        self.bench.relays[zone].is_on = True
        self.bench.now += 1.0
        self.bank.guard()

    @invariant()
    def on_means_a_live_lease_within_bounds(self) -> None:
        assert self.bench.on == set(self.bank.open_zones())
        assert len(self.bench.on) <= 1
        assert self.bench.pump.is_on == bool(self.bench.on)
        for zone in self.bench.on:
            since, metered = self.opened[zone]
            assert 0 <= self.bench.now - since < BOUNDS.lease_s
            assert self.bench.metered - metered < BOUNDS.lease_l


TestAnySequence = AnySequence.TestCase
TestAnySequence.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
