"""A line's flow, opening by opening: clogs and leaks are told, a meter's noise is not."""

import random
from dataclasses import replace

import pytest

from edge.flow_watch import LEARN_MIN, FlowWatch, measured, watched
from tests.edge.zone_bench import CALM
from wire.codes import Alarm, ZoneState

MADE_FOR = 20.0
PULSE_MIN = 3.0
SEASON_OPENINGS = 75 * 12
NOISE = 0.03
ALARM_MIN = 48 * 60.0


def learnt(chance: random.Random, noise: float = NOISE) -> FlowWatch:
    watch = FlowWatch(MADE_FOR)
    while watch.minutes < LEARN_MIN:
        watch = opened(watch, 1.0, chance, noise)
    return watch


def opened(watch: FlowWatch, share: float, chance: random.Random, noise: float) -> FlowWatch:
    lpm = MADE_FOR * share * chance.gauss(1.0, noise)
    return measured(watch, lpm * PULSE_MIN, PULSE_MIN)


def test_a_meters_noise_raises_no_alarm_in_200_seasons() -> None:
    told = 0
    for seed in range(200):
        chance = random.Random(seed)
        watch = learnt(chance)
        for _ in range(SEASON_OPENINGS):
            watch = opened(watch, 1.0, chance, NOISE)
            told += watch.told is not None
    assert told == 0


@pytest.mark.parametrize(
    ("share", "alarm"), [(0.88, Alarm.CLOGGED), (0.92, Alarm.CLOGGED), (1.15, Alarm.LEAKING)]
)
def test_a_changed_line_is_told_long_before_48_hours_of_irrigation(
    share: float, alarm: Alarm
) -> None:
    slowest = 0.0
    for seed in range(200):
        chance = random.Random(seed)
        watch, minutes = learnt(chance), 0.0
        while watch.told is None:
            watch = opened(watch, share, chance, NOISE)
            minutes += PULSE_MIN
        assert watch.told is alarm
        slowest = max(slowest, minutes)
    assert slowest < ALARM_MIN / 20


def test_a_mended_line_ends_the_alarm() -> None:
    chance = random.Random(1)
    watch = learnt(chance)
    for _ in range(300):
        watch = opened(watch, 0.85, chance, NOISE)
    assert watch.told is Alarm.CLOGGED
    for _ in range(60):
        watch = opened(watch, 1.0, chance, NOISE)
    assert watch.told is None


def test_a_line_made_for_another_flow_is_learnt_anew() -> None:
    watch = learnt(random.Random(1))
    assert watch.asleep(MADE_FOR, None) == watch
    assert watch.asleep(MADE_FOR / 2, None) == FlowWatch(MADE_FOR / 2)


def test_a_meter_calibrated_anew_is_no_clog() -> None:
    chance = random.Random(1)
    watch = replace(learnt(chance), pulses_per_litre=450.0).asleep(MADE_FOR, 530.0)
    assert watch == FlowWatch(MADE_FOR, pulses_per_litre=530.0)
    for _ in range(SEASON_OPENINGS):
        watch = opened(watch, 450 / 530, chance, NOISE)
        assert watch.told is None


def test_what_was_told_before_a_calibration_ends_once_the_line_is_learnt() -> None:
    chance = random.Random(1)
    watch = replace(learnt(chance), told=Alarm.CLOGGED).asleep(MADE_FOR, 530.0)
    minutes = 0.0
    while watch.told is not None:
        watch = opened(watch, 450 / 530, chance, NOISE)
        minutes += PULSE_MIN
    assert LEARN_MIN < minutes < LEARN_MIN + 60.0


def test_only_a_full_line_of_its_own_is_measured() -> None:
    fresh = FlowWatch(MADE_FOR)
    flowing = replace(CALM, open=True, flow_lpm=20.0, litres=100.0)
    priming = watched(fresh, ZoneState.PRIME, flowing, 0.0)
    assert priming == fresh
    running = watched(fresh, ZoneState.RUN, flowing, 0.0)
    shut = replace(flowing, open=False, litres=160.0)
    assert watched(running, ZoneState.SOAK, shut, 180.0).usual_lpm == pytest.approx(20.0)
    blind = replace(flowing, flow_lpm=None)
    assert watched(fresh, ZoneState.RUN, blind, 0.0) == fresh
    shared = replace(flowing, others_open=True)
    assert watched(fresh, ZoneState.RUN, shared, 0.0) == fresh


def test_a_blink_of_the_valve_says_nothing() -> None:
    fresh = FlowWatch(MADE_FOR)
    assert measured(fresh, 1.0, 0.1) == fresh
