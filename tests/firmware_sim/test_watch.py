"""The watch over a run: it sees each promise broken by relays that a test drives itself."""

import pytest

from firmware_sim.climate import REGIONS, GeneratedClimate, Season
from firmware_sim.clock import DAY_MS, HOUR_MS, VIETNAM_MS
from firmware_sim.scenario import PUMP_PIN, VALVE_PINS, House, Scenario, Title, Zone
from firmware_sim.watch import Watch
from firmware_sim.world import Start, World

MIDNIGHT = 20_514 * DAY_MS - VIETNAM_MS
MINUTE = 60


class Hand:
    """Two zones of 2 L/min whose relays nobody guards."""

    def __init__(
        self, *, hour: float = 6.0, calendar_true: bool = True, meter: bool = True
    ) -> None:
        scenario = Scenario(
            title=Title(vi="Tay", en="By hand"),
            hours=1.0,
            house=House(meter=meter),
            zones=(
                Zone(key="z1", day_budget_l=30.0, max_lease_l=30.0),
                Zone(key="z2", day_budget_l=30.0, max_lease_l=30.0),
            ),
        )
        self.hardware = scenario.hardware()
        self.now_ms = MIDNIGHT + round(hour * HOUR_MS)
        climate = GeneratedClimate(REGIONS["highlands"], Season.HOT, 1)
        self.world = World(self.hardware, climate, 1, Start(self.now_ms))
        self.watch = Watch(self.hardware, self.world, calendar_true=calendar_true)
        self._pins = dict(zip(("z1", "z2"), VALVE_PINS, strict=False)) | {"pump": PUMP_PIN}
        for number in self._pins.values():
            pin = self.world.factory.pin(number)
            pin.function = "output"
            pin.state = 0

    def relays(self, *names: str) -> "Hand":
        for name, number in self._pins.items():
            self.world.factory.pin(number).state = int(name in names)
        return self

    def seconds(self, count: int) -> list[str]:
        for _ in range(count):
            self.now_ms += 1000
            self.world.step(1.0, self.now_ms)
            self.watch.see(1.0, self.now_ms)
        return self.watch.broken


def test_water_within_bounds_breaks_nothing() -> None:
    hand = Hand()
    assert hand.relays("pump", "z1").seconds(10 * MINUTE) == []
    assert hand.relays().seconds(MINUTE) == []
    hand.watch.end()
    assert hand.watch.broken == []
    account = hand.watch.accounts["z1"]
    assert (account.openings, account.longest_s) == (1, 600.0)
    assert account.litres == pytest.approx(20.0, abs=2.0)


def test_a_pump_against_closed_valves() -> None:
    assert Hand().relays("pump").seconds(1) == ["the pump runs against closed valves"]


def test_more_zones_than_allowed() -> None:
    assert Hand().relays("pump", "z1", "z2").seconds(1) == ["2 zones open, at most 1 allowed"]


def test_a_valve_open_for_longer_than_a_lease() -> None:
    hand = Hand().relays("pump", "z1")
    assert hand.seconds(603) == []
    assert hand.seconds(1) == ["z1: open for more than 600 s"]


@pytest.mark.parametrize("meter", [True, False])
def test_more_litres_in_a_local_day_than_the_cap(*, meter: bool) -> None:
    hand = Hand(meter=meter)
    for _ in range(2):
        hand.relays("pump", "z1").seconds(9 * MINUTE)
        hand.relays().seconds(MINUTE)
    hand.watch.end()
    (told, _) = hand.watch.broken
    assert told.startswith("z1: 3")
    assert hand.watch.accounts["z1"].over_cap == 1


def test_midnight_brings_a_new_budget() -> None:
    hand = Hand(hour=23.8)
    hand.relays("pump", "z1").seconds(9 * MINUTE)
    hand.relays().seconds(5 * MINUTE)
    hand.relays("pump", "z1").seconds(9 * MINUTE)
    hand.relays().seconds(1)
    hand.watch.end()
    assert hand.watch.broken == []


def test_with_a_wrong_calendar_one_budget_more_is_all_there_may_be() -> None:
    hand = Hand(calendar_true=False)
    for number in range(4):
        hand.relays("pump", "z1").seconds(9 * MINUTE)
        hand.relays().seconds(MINUTE)
        hand.watch.end()
        assert bool(hand.watch.broken) is (number == 3)


def test_a_relay_that_is_on_when_the_agent_has_left() -> None:
    hand = Hand().relays("pump", "z2")
    hand.watch.end()
    assert hand.watch.broken == ["still open at the end: z2", "the pump still runs at the end"]


def test_a_promise_is_told_as_broken_once() -> None:
    assert len(Hand().relays("pump").seconds(20)) == 1


@pytest.mark.parametrize(("fill", "dry", "wet"), [(0.70, 1, 0), (0.90, 0, 0), (1.08, 0, 1)])
def test_hours_too_dry_and_too_wet_are_the_plants_own(fill: float, dry: int, wet: int) -> None:
    hand = Hand()
    for place in hand.world.beds["z1"].places:
        place.bucket.root_l = fill * place.bucket.medium.full * place.bucket.medium.volume_l
    hand.seconds(4 * MINUTE)
    account = hand.watch.accounts["z1"]
    assert (account.dry_h > 0.05, account.wet_h > 0.03) == (bool(dry), bool(wet))
