"""Heat, cold, dry and damp air: told once it lasts, over once it is well past."""

from edge.air_watch import CALM, AirWatch, watched
from edge.evaporation import Air
from wire.codes import Alarm

MINUTE_S = 60.0


def through(
    watch: AirWatch, air: Air, minutes: int, start_s: float = 0.0, charge: float | None = None
) -> AirWatch:
    for minute in range(minutes + 1):
        watch = watched(watch, air, charge, start_s + minute * MINUTE_S)
    return watch


def told(watch: AirWatch) -> set[Alarm]:
    return {alarm for alarm, said in watch.items() if said.told}


def test_half_an_hour_of_heat_is_told_and_a_hot_moment_is_not() -> None:
    hot = Air(41.0, 0.7)
    assert told(through(CALM, hot, 29)) == set()
    assert told(through(CALM, hot, 30)) == {Alarm.HEAT}


def test_it_is_over_only_well_below_the_limit() -> None:
    watch = through(CALM, Air(41.0, 0.7), 30)
    watch = through(watch, Air(39.0, 0.7), 60, 3600.0)
    assert told(watch) == {Alarm.HEAT}
    assert told(through(watch, Air(37.0, 0.7), 1, 9000.0)) == set()


def test_a_cold_night_is_told() -> None:
    assert told(through(CALM, Air(4.0, 0.8), 31)) == {Alarm.COLD}


def test_dry_air_is_told_after_an_hour() -> None:
    dry = Air(37.0, 0.35)
    assert told(through(CALM, dry, 59)) == set()
    assert told(through(CALM, dry, 61)) == {Alarm.DRY_AIR}


def test_a_damp_night_is_usual_and_a_damp_day_is_told() -> None:
    damp = Air(24.0, 0.97)
    assert told(through(CALM, damp, 11 * 60)) == set()
    assert told(through(CALM, damp, 12 * 60)) == {Alarm.DAMP_AIR}


def test_without_humidity_only_heat_and_cold_are_judged() -> None:
    assert told(through(CALM, Air(41.0, None), 24 * 60)) == {Alarm.HEAT}


def test_a_sensor_that_falls_silent_ends_no_alarm_and_begins_none() -> None:
    watch = through(CALM, Air(41.0, 0.7), 30)
    assert told(through(watch, Air(), 600, 3600.0)) == {Alarm.HEAT}
    almost = through(CALM, Air(41.0, 0.7), 29)
    silent = through(almost, Air(), 5, 29 * MINUTE_S)
    assert told(watched(silent, Air(41.0, 0.7), None, 36 * MINUTE_S)) == set()


def test_a_weak_battery_is_told_until_a_fresh_one_is_in() -> None:
    calm = Air(25.0, 0.7)
    assert told(through(CALM, calm, 29, charge=20.0)) == set()
    watch = through(CALM, calm, 30, charge=20.0)
    assert told(watch) == {Alarm.BATTERY}
    rested = through(watch, calm, 60, 3600.0, charge=26.0)
    asleep = through(rested, calm, 60, 7200.0)
    assert told(asleep) == {Alarm.BATTERY}
    assert told(through(asleep, calm, 0, 14_400.0, charge=97.0)) == set()
