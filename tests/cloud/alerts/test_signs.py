"""Each kind of trouble is seen where it is, and not where it is not."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import pytest

from cloud.alerts.facts import DayFlow, Facts, Minute, Since, ZoneFacts
from cloud.alerts.kinds import Kind, Place, Severity
from cloud.alerts.signs import FAULTS, Look, Sign, flow_kept, look
from cloud.telemetry.told import LostSensor
from wire.codes import Alarm, Cause, Fault, Reason, SensorFault, ZoneState

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SHUT: Mapping[str, float] = MappingProxyType({"z1": 0.0, "z2": 0.0})
WELL = ZoneFacts(
    id=1, key="z1", probes=True, state=ZoneState.IDLE, reason=Reason.WET_ENOUGH, mode_at=NOW
)


def ago(**units: float) -> datetime:
    return NOW - timedelta(**units)


def house(*zones: ZoneFacts, **facts: object) -> Facts:
    """A house that was heard ten seconds ago, all well but for what is said."""
    bare = Facts(heard=ago(seconds=10), zones=zones or (WELL,), stored_at=ago(seconds=40))
    return replace(bare, **facts)  # type: ignore[arg-type]  # names of fields, from this file


def minutes(*flows: float | None, open_s: Mapping[str, float] = SHUT) -> tuple[Minute, ...]:
    count = len(flows)
    return tuple(Minute(ago(minutes=count - n), flow, open_s) for n, flow in enumerate(flows))


def season(*rates: float, open_s: float = 1800.0) -> tuple[DayFlow, ...]:
    """A day for each rate in litres a minute, the last one today."""
    count = len(rates)
    return tuple(
        DayFlow(ago(days=count - n - 1), rate * open_s / 60.0, open_s)
        for n, rate in enumerate(rates)
    )


def seen(facts: Facts) -> Look:
    return look(facts, NOW)


def only(facts: Facts) -> Sign:
    signs = list(seen(facts).signs.values())
    assert len(signs) == 1, signs
    return signs[0]


def test_a_house_that_is_well_shows_nothing() -> None:
    shown = seen(house(minutes=minutes(0.0, 0.0, 0.0, 0.0, 0.0, 0.0), tank=0.9))
    assert shown.signs == {}
    assert shown.blind == frozenset()


def test_a_silent_box_is_seen_after_five_minutes_and_presses_after_an_hour() -> None:
    assert seen(house(heard=ago(minutes=5))).signs == {}
    early = only(house(heard=ago(minutes=6)))
    late = only(house(heard=ago(minutes=60)))
    assert early.place == late.place == Place(Kind.SILENT)
    assert (early.severity, late.severity) == (Severity.WATCH, Severity.ACT)
    assert early.since == ago(minutes=6)


def test_of_a_silent_box_s_house_nothing_else_can_be_told() -> None:
    faulty = replace(WELL, fault=Fault.BURST, fault_at=ago(hours=1))
    shown = seen(house(faulty, heard=ago(minutes=6), tank=0.0))
    assert set(shown.signs) == {Place(Kind.SILENT)}
    assert Place(Kind.BURST, 1) in shown.blind
    assert Place(Kind.SILENT) not in shown.blind


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_of_the_box_has_its_place(fault: Fault) -> None:
    sign = only(house(replace(WELL, fault=fault, fault_at=ago(minutes=3))))
    assert sign.place == Place(FAULTS[fault][0], 1)
    assert sign.since == ago(minutes=3)
    assert sign.detail["code"] == fault.value


def test_soil_that_does_not_answer_can_wait_and_a_burst_pipe_cannot() -> None:
    assert only(house(replace(WELL, fault=Fault.NO_WETTING))).severity is Severity.WATCH
    assert only(house(replace(WELL, fault=Fault.BURST))).severity is Severity.ACT


@pytest.mark.parametrize(
    ("alarm", "kind"),
    [(Alarm.CLOGGED, Kind.CLOGGED), (Alarm.LEAKING, Kind.LEAK)],
)
def test_what_a_line_s_watch_tells_is_seen_in_its_zone(alarm: Alarm, kind: Kind) -> None:
    zone = replace(WELL, alarms=frozenset({alarm}), alarm_at=ago(hours=2))
    assert only(house(zone)).place == Place(kind, 1)


@pytest.mark.parametrize(
    ("alarm", "kind"),
    [
        (Alarm.HEAT, Kind.HEAT),
        (Alarm.COLD, Kind.COLD),
        (Alarm.DRY_AIR, Kind.DRY_AIR),
        (Alarm.DAMP_AIR, Kind.DAMP_AIR),
        (Alarm.BATTERY, Kind.BATTERY),
    ],
)
def test_what_the_air_s_watch_tells_is_seen_in_the_house(alarm: Alarm, kind: Kind) -> None:
    sign = only(house(air=frozenset({alarm}), air_at=ago(minutes=20)))
    assert sign.place == Place(kind)
    assert sign.since == ago(minutes=20)


def test_an_open_valve_without_water_is_seen_even_if_the_box_says_nothing() -> None:
    dry = minutes(0.0, 0.0, open_s={"z1": 60.0, "z2": 0.0})
    sign = only(house(minutes=dry))
    assert (sign.place, sign.severity) == (Place(Kind.NO_FLOW, 1), Severity.ACT)
    assert sign.since == ago(minutes=2)


@pytest.mark.parametrize(
    "calm",
    [
        pytest.param(minutes(5.0, 5.0, open_s={"z1": 60.0}), id="water comes"),
        pytest.param(minutes(0.0, 0.0), id="the valve is shut"),
        pytest.param(minutes(0.0, open_s={"z1": 60.0}), id="one row only"),
        pytest.param(minutes(0.0, 0.0, open_s={"z1": 20.0}), id="open for a moment"),
        pytest.param(minutes(None, None, open_s={"z1": 60.0}), id="no meter"),
        pytest.param(minutes(0.0, 4.0, open_s={"z1": 60.0}), id="it came after all"),
    ],
)
def test_no_dry_valve_is_seen_where(calm: tuple[Minute, ...]) -> None:
    assert seen(house(minutes=calm)).signs == {}


def test_water_with_all_valves_shut_is_a_leak() -> None:
    sign = only(house(minutes=minutes(0.0, 1.2, 1.1, 1.2, 1.1, 1.0)))
    assert (sign.place, sign.severity) == (Place(Kind.LEAK), Severity.ACT)
    assert sign.since == ago(minutes=5)
    assert sign.detail == {"lpm": 1.0}


@pytest.mark.parametrize(
    "calm",
    [
        pytest.param(minutes(1.0, 1.0, 1.0, 1.0), id="a bucket was filled"),
        pytest.param(minutes(1.0, 1.0, 0.0, 1.0, 1.0), id="it stopped in between"),
        pytest.param(minutes(*[0.1] * 5), id="less than the meter can tell"),
        pytest.param(minutes(*[5.0] * 5, open_s={"z1": 0.0, "z9": 60.0}), id="another zone"),
        pytest.param(minutes(*[None] * 5), id="no meter"),
    ],
)
def test_no_leak_is_seen_where(calm: tuple[Minute, ...]) -> None:
    assert seen(house(minutes=calm)).signs == {}


def test_while_a_valve_is_open_a_leak_can_be_neither_seen_nor_ruled_out() -> None:
    open_now = minutes(0.0, 0.0, 0.0, 0.0) + minutes(5.0, open_s={"z1": 30.0})
    assert Place(Kind.LEAK) in seen(house(minutes=open_now)).blind
    assert Place(Kind.LEAK) not in seen(house(minutes=minutes(*[0.0] * 5))).blind


def test_water_through_a_stuck_valve_is_one_trouble_and_not_two() -> None:
    stuck = replace(WELL, fault=Fault.STUCK_OPEN)
    assert only(house(stuck, minutes=minutes(*[4.0] * 5))).place.kind is Kind.STUCK_VALVE


def test_a_line_that_carries_less_from_week_to_week_is_seen() -> None:
    slow = season(*[5.0 - 0.1 * n for n in range(20)])
    sign = only(house(replace(WELL, days=slow)))
    assert sign.place == Place(Kind.CLOGGED, 1)
    assert sign.since == ago(days=2)
    assert sign.detail == {"share": 0.76}


@pytest.mark.parametrize(
    "days",
    [
        pytest.param(season(*[5.0] * 20), id="it carries what it did"),
        pytest.param(season(*[5.0] * 6, 2.0, 2.0, 2.0), id="too few days to compare with"),
        pytest.param(
            season(*[5.0] * 20) + season(0.1, 0.1, 0.1, open_s=30.0), id="hardly watered"
        ),
        pytest.param(season(*[5.0] * 17, 5.4, 5.5, 5.6), id="it carries more"),
        pytest.param(season(*[0.0] * 17, 5.0, 5.0, 5.0), id="no meter in those days"),
    ],
)
def test_no_slow_decline_is_seen_where(days: tuple[DayFlow, ...]) -> None:
    assert seen(house(replace(WELL, days=days))).signs == {}


def test_on_the_border_a_line_is_neither_clogged_nor_clean() -> None:
    border = season(*[5.0] * 17, 4.2, 4.2, 4.2)
    assert flow_kept(border) == pytest.approx(0.84)
    assert Place(Kind.CLOGGED, 1) in seen(house(replace(WELL, days=border))).blind


def test_a_zone_whose_soil_tells_nothing_is_seen() -> None:
    sign = only(house(replace(WELL, mute_rows=5, fill_at=ago(minutes=6))))
    assert sign.place == Place(Kind.STALE, 1)
    assert sign.since == ago(minutes=6)
    assert seen(house(replace(WELL, mute_rows=4))).signs == {}
    assert seen(house(replace(WELL, mute_rows=8, probes=False))).signs == {}


def test_a_box_that_talks_and_measures_nothing_is_seen() -> None:
    assert only(house(stored_at=ago(minutes=16))).place == Place(Kind.STALE)
    assert seen(house(stored_at=ago(minutes=14))).signs == {}
    assert seen(house(stored_at=None)).signs == {}


def test_a_sensor_that_is_not_believed_is_seen_by_its_name() -> None:
    lost = LostSensor(1, ago(minutes=9), "z1-probe-2", SensorFault.IMPLAUSIBLE)
    sign = only(house(lost_sensor=lost))
    assert sign.place == Place(Kind.SENSOR)
    assert sign.detail == {"code": "implausible", "sensor": "z1-probe-2", "count": 1}


def test_watering_by_the_clock_is_seen_until_a_dose_is_given_by_the_soil() -> None:
    spare = replace(WELL, cause=Cause.FALLBACK, dose_at=ago(hours=3))
    assert only(house(spare)).place == Place(Kind.FALLBACK, 1)
    assert seen(house(replace(spare, dose_at=ago(hours=37)))).signs == {}
    assert seen(house(replace(spare, cause=Cause.AUTO))).signs == {}


def test_a_used_up_day_is_seen_while_it_holds_watering_back() -> None:
    spent = replace(WELL, reason=Reason.DAY_BUDGET, mode_at=ago(hours=1))
    assert only(house(spent)).place == Place(Kind.BUDGET, 1)
    assert seen(house(replace(spent, reason=Reason.WET_ENOUGH))).signs == {}


@pytest.mark.parametrize(
    ("share", "found", "blind"),
    [(0.14, True, False), (0.15, False, True), (0.19, False, True), (0.20, False, False)],
)
def test_a_tank_is_low_below_one_mark_and_well_above_another(
    share: float, *, found: bool, blind: bool
) -> None:
    shown = seen(house(tank=share))
    assert (Place(Kind.TANK) in shown.signs) is found
    assert (Place(Kind.TANK) in shown.blind) is blind


def test_an_emergency_stop_presses_and_a_stop_is_reminded_of_after_four_hours() -> None:
    locked = replace(WELL, state=ZoneState.LOCKOUT, mode_at=ago(minutes=1))
    held = replace(WELL, state=ZoneState.HOLD, mode_at=ago(hours=4))
    assert only(house(locked)).severity is Severity.ACT
    assert only(house(held, replace(held, id=2, key="z2"))).severity is Severity.WATCH
    assert only(house(held, replace(locked, id=2))).severity is Severity.ACT
    assert seen(house(replace(held, mode_at=ago(hours=3)))).signs == {}


def test_a_full_card_is_seen_for_a_day() -> None:
    sign = only(house(card=Since(ago(hours=23), "rows.dropped")))
    assert sign.place == Place(Kind.CARD)
    assert seen(house(card=Since(ago(hours=25), "rows.dropped"))).signs == {}
