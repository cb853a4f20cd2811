"""Air, light and tank level from the answers of their sensors."""

import pytest

from edge.config import Hardware, Tank, Zone
from edge.config_buses import Level, Radiation
from edge.evaporation import Air
from edge.gauges import STALE_S, Gauge, feel, together
from edge.readings import Answer, Failure, Quantity, Reading, Receipt
from edge.senses import ASK_EVERY_S, Senses
from edge.surroundings import Surroundings
from wire.codes import SensorFault

ZONE = Zone(key="z1", pin=17, flow_lph=120.0, plants=60, max_lease_l=20.0, day_budget_l=180.0)
LEVEL = Level(channel=0, empty_raw=100, full_raw=900, least=0.1)
LIGHT = Radiation(channel=1, dark_raw=10, bright_raw=910, bright_w_m2=1000.0)
HOUSE = Hardware(zones=(ZONE,), level=LEVEL, radiation=LIGHT)


def air(celsius: float, humidity: float) -> Answer:
    return {Quantity.AIR_C: Reading(0, celsius), Quantity.RH: Reading(0, humidity)}


def level(raw: int) -> Answer:
    return {Quantity.LEVEL: Reading(raw, raw / 310)}


class Feed:
    """A bus whose next answers the test has written down."""

    def __init__(self, *keys: str) -> None:
        self.sensors = frozenset(keys)
        self.next: dict[str, Answer | Failure] = {}
        self.now = 0.0

    def ask(self) -> None:
        self.now += ASK_EVERY_S

    def take(self) -> list[Receipt]:
        receipts = [Receipt(key, self.now, outcome) for key, outcome in self.next.items()]
        self.next = {}
        return receipts

    def charge(self) -> None:
        """None of its sensors has a battery."""

    def close(self) -> None:
        self.next = {}


class Switch:
    """A float switch."""

    def __init__(self, *, water: bool) -> None:
        self.water = water

    def has_water(self) -> bool:
        return self.water


def test_nothing_measured_is_nothing_known() -> None:
    assert Surroundings(HOUSE).air(0.0) == Air()


def test_one_sensor_gives_temperature_and_humidity() -> None:
    house = Surroundings(HOUSE)
    assert house.take(Receipt("shade", 10.0, air(31.5, 0.72))) is None
    assert house.air(20.0) == Air(air_c=31.5, rh=0.72)


def test_several_sensors_are_taken_by_their_median() -> None:
    house = Surroundings(HOUSE)
    for key, celsius in (("a", 30.0), ("b", 31.0), ("c", 55.0)):
        house.take(Receipt(key, 10.0, air(celsius, 0.7)))
    assert house.air(10.0).air_c == 31.0


def test_what_is_old_is_not_known_any_more() -> None:
    house = Surroundings(HOUSE)
    house.take(Receipt("shade", 10.0, air(31.5, 0.72)))
    assert house.air(10.0 + STALE_S).air_c == 31.5
    assert house.air(10.1 + STALE_S).air_c is None


def test_a_spark_does_not_show() -> None:
    gauge = Gauge()
    for second, celsius in enumerate([30.0, 30.1, 69.0, 30.2, 30.1]):
        gauge = feel(gauge, celsius, float(second))
    assert together(Quantity.AIR_C, [gauge], 5.0) == 30.1


def test_after_a_silence_the_filter_begins_anew() -> None:
    gauge = feel(feel(Gauge(), 20.0, 0.0), 35.0, STALE_S + 1.0)
    assert gauge.recent == (35.0,)


@pytest.mark.parametrize("answer", [air(80.0, 0.5), air(-20.0, 0.5), air(30.0, 0.0)])
def test_what_no_greenhouse_has_is_a_fault_of_the_sensor(answer: Answer) -> None:
    failure = Surroundings(HOUSE).take(Receipt("shade", 0.0, answer))
    assert failure is not None
    assert failure.fault is SensorFault.IMPLAUSIBLE


def test_soil_temperature_of_a_transmitter_is_no_air() -> None:
    house = Surroundings(HOUSE)
    assert house.take(Receipt("x", 0.0, {Quantity.SOIL_C: Reading(271, 27.1)})) is None
    assert house.air(0.0) == Air()


@pytest.mark.parametrize(("raw", "watts"), [(10, 0.0), (460, 500.0), (910, 1000.0), (5, 0.0)])
def test_light_is_scaled_between_its_two_points(raw: int, watts: float) -> None:
    house = Surroundings(HOUSE)
    house.take(Receipt("radiation", 0.0, {Quantity.RADIATION: Reading(raw, raw / 310)}))
    assert house.air(0.0).rad_w_m2 == pytest.approx(watts)


def tank(raw: int | None, *, switch: Switch | None = None) -> Senses:
    """The senses after a first look at a tank whose level sensor says this, or nothing."""
    feed = Feed("level")
    feed.next = {"level": Failure(SensorFault.SILENT, "cut") if raw is None else level(raw)}
    senses = Senses(HOUSE, (feed,), None, switch, 0.0)
    senses.look(0.0, frozenset())
    return senses


@pytest.mark.parametrize(("raw", "share", "ok"), [(900, 1.0, True), (500, 0.5, True),
                                                 (181, 0.10125, True), (180, 0.1, False),
                                                 (60, 0.0, False)])  # fmt: skip
def test_a_level_below_its_least_is_an_empty_tank(raw: int, share: float, *, ok: bool) -> None:
    senses = tank(raw)
    assert senses.tank_share() == pytest.approx(share)
    assert senses.tank_ok() is ok


def test_a_level_that_nobody_knows_is_an_empty_tank() -> None:
    senses = tank(None)
    assert senses.tank_share() is None
    assert not senses.tank_ok()


def test_a_float_switch_vouches_for_a_level_that_nobody_knows() -> None:
    assert tank(None, switch=Switch(water=True)).tank_ok()
    assert not tank(None, switch=Switch(water=False)).tank_ok()


def test_a_float_switch_that_says_empty_overrules_the_level() -> None:
    assert not tank(900, switch=Switch(water=False)).tank_ok()


def test_a_cut_level_wire_is_an_empty_tank() -> None:
    assert not tank(0).tank_ok()


def test_a_level_grown_old_is_an_empty_tank() -> None:
    senses = tank(900)
    senses.look(STALE_S - 1.0, frozenset())
    assert senses.tank_ok()
    senses.look(STALE_S + 11.0, frozenset())
    assert not senses.tank_ok()


def test_without_level_and_switch_the_tank_is_presumed_full() -> None:
    bare = Senses(Hardware(zones=(ZONE,)), (), None, None, 0.0)
    assert bare.tank_ok()
    assert bare.tank_share() is None


def test_a_float_switch_alone_knows_full_and_empty() -> None:
    hardware = Hardware(zones=(ZONE,), tank=Tank(pin=13))
    assert Senses(hardware, (), None, Switch(water=True), 0.0).tank_share() == 1.0
    assert Senses(hardware, (), None, Switch(water=False), 0.0).tank_share() == 0.0
