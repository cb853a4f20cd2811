"""What a probe says, when it is believed, and what several say together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.probes import (
    DISPUTE,
    Calibration,
    ProbeMemory,
    Quality,
    Vote,
    receive,
    to_vwc,
    vote,
)

CAPACITIVE = Calibration(dry_raw=713, wet_raw=279, dry_vwc=0.0, wet_vwc=0.55)
WIDE = Calibration(dry_raw=1000, wet_raw=0, dry_vwc=0.0, wet_vwc=0.55)
"""In range between all rails."""
STEEP = Calibration(dry_raw=500, wet_raw=400, dry_vwc=0.0, wet_vwc=0.5)
"""Out of range within the rails: 0.005 m³/m³ a count."""
FINE = Calibration(dry_raw=800, wet_raw=300, dry_vwc=0.0, wet_vwc=0.5)
"""0.001 m³/m³ a count."""


def raw_of(vwc: float) -> int:
    return round(713 + (279 - 713) * vwc / 0.55)


def fed(values: list[float], *, wetted: bool = False, every: float = 10.0) -> ProbeMemory:
    memory = ProbeMemory()
    for number, vwc in enumerate(values):
        memory = receive(memory, raw_of(vwc), CAPACITIVE, number * every, wetted=wetted)
    return memory


def heard(vwc: float, at: float = 0.0) -> ProbeMemory:
    return ProbeMemory((vwc,), vwc, at)


def test_both_calibration_points_are_met() -> None:
    assert to_vwc(713, CAPACITIVE) == pytest.approx(0.0)
    assert to_vwc(279, CAPACITIVE) == pytest.approx(0.55)


def test_fewer_counts_are_wetter() -> None:
    assert to_vwc(300, CAPACITIVE) > to_vwc(600, CAPACITIVE)


@pytest.mark.parametrize("raw", [0, 154, 900, 1023])
def test_a_broken_wire_is_impossible_not_dry(raw: int) -> None:
    memory = receive(heard(0.40), raw, CAPACITIVE, 10.0, wetted=True)
    assert memory.quality is Quality.OUT_OF_RANGE
    assert (memory.value, memory.at, memory.raw) == (0.40, 0.0, raw)


@pytest.mark.parametrize(
    ("raw", "calibration", "believed"),
    [
        (154, WIDE, False),
        (155, WIDE, True),
        (899, WIDE, True),
        (900, WIDE, False),
        (511, STEEP, False),
        (510, STEEP, True),
        (350, STEEP, True),
        (349, STEEP, False),
    ],
)
def test_the_last_count_that_is_believed(
    raw: int, calibration: Calibration, *, believed: bool
) -> None:
    memory = receive(ProbeMemory(), raw, calibration, 0.0, wetted=False)
    assert (memory.quality is Quality.GOOD) is believed


def test_a_line_that_does_not_begin_at_nothing() -> None:
    moist = Calibration(dry_raw=700, wet_raw=300, dry_vwc=0.10, wet_vwc=0.50)
    assert to_vwc(500, moist) == pytest.approx(0.30)


def test_the_filter_is_a_median_of_five_then_three_tenths_of_the_way() -> None:
    memory = ProbeMemory()
    for second, raw in enumerate([400] * 5 + [350] * 3):
        memory = receive(memory, raw, FINE, second, wetted=True)
    assert memory.value == pytest.approx(0.40 + 0.3 * 0.05)


@pytest.mark.parametrize(("after_s", "value"), [(180.0, 0.4075), (181.0, 0.45)])
def test_after_three_minutes_of_silence_the_filter_starts_anew(
    after_s: float, value: float
) -> None:
    before = receive(ProbeMemory(), 400, FINE, 1000.0, wetted=True)
    after = receive(before, 350, FINE, 1000.0 + after_s, wetted=True)
    assert after.value == pytest.approx(value)


@pytest.mark.parametrize(("raw", "quality"), [(290, Quality.GOOD), (289, Quality.TOO_FAST)])
def test_noise_and_ten_percent_in_five_minutes_are_all_that_dry_soil_does(
    raw: int, quality: Quality
) -> None:
    before = receive(ProbeMemory(), 400, FINE, 1000.0, wetted=False)
    after = receive(before, raw, FINE, 1180.0, wetted=False)
    assert (after.quality, after.raw) == (quality, raw)


def test_more_water_than_soil_can_hold_is_refused() -> None:
    narrow = Calibration(dry_raw=600, wet_raw=500, dry_vwc=0.0, wet_vwc=0.55)
    assert receive(ProbeMemory(), 200, narrow, 0.0, wetted=True).value is None


def test_one_spike_leaves_no_trace() -> None:
    calm = fed([0.40] * 6)
    spiked = receive(calm, raw_of(0.52), CAPACITIVE, 60.0, wetted=True)
    assert spiked.value == pytest.approx(0.40, abs=0.002)


def test_dry_soil_does_not_jump() -> None:
    memory = receive(fed([0.40] * 6), raw_of(0.30), CAPACITIVE, 60.0, wetted=False)
    assert memory.quality is Quality.TOO_FAST
    assert memory.value == pytest.approx(0.40, abs=0.002)


def test_watered_soil_may() -> None:
    memory = fed([0.40] * 6 + [0.50] * 20, wetted=True)
    assert memory.value == pytest.approx(0.50, abs=0.005)


def test_a_probe_moved_for_good_is_heard_again() -> None:
    memory = fed([0.40] * 6 + [0.25] * 60)
    assert memory.value == pytest.approx(0.25, abs=0.01)


def test_three_probes_outvote_a_liar_either_way() -> None:
    for lie in (0.01, 0.70):
        together = vote([heard(0.40), heard(0.42), heard(lie)], 5.0, 180.0)
        assert 0.40 <= (together.vwc or 0.0) <= 0.42
        assert together.probes == 2


def test_of_two_quarrelling_probes_the_wetter_is_believed_and_it_counts_as_one() -> None:
    assert vote([heard(0.10), heard(0.45)], 0.0, 180.0) == Vote(0.45, 0.0, 1)


def test_a_silent_probe_has_no_vote() -> None:
    together = vote([heard(0.30, at=0.0), heard(0.40, at=190.0)], 200.0, 180.0)
    assert together == Vote(0.40, 10.0, 1)


def test_a_vote_is_as_old_as_the_oldest_reading_in_it() -> None:
    assert vote([heard(0.40, at=100.0), heard(0.41, at=190.0)], 200.0, 180.0).age_s == 100.0


def test_a_reading_counts_until_it_is_stale() -> None:
    assert vote([heard(0.40)], 180.0, 180.0) == Vote(0.40, 180.0, 1)
    assert vote([heard(0.40)], 180.1, 180.0) == Vote()
    assert (Vote().probes, Vote().age_s) == (0, 0.0)


def test_probes_that_differ_by_no_more_than_the_limit_agree() -> None:
    assert vote([heard(0.0), heard(DISPUTE)], 0.0, 180.0) == Vote(DISPUTE, 0.0, 2)


def test_a_reading_from_the_future_has_no_vote() -> None:
    assert vote([heard(0.40, at=50.0)], 10.0, 180.0) == Vote()


def test_no_probe_no_value() -> None:
    assert vote([ProbeMemory()], 0.0, 180.0) == Vote()


@given(st.floats(0.0, 0.7), st.floats(0.0, 0.7), st.floats(0.0, 0.7))
def test_a_liar_never_drags_three_beyond_the_honest_two(
    one: float, other: float, lie: float
) -> None:
    together = vote([heard(one), heard(other), heard(lie)], 0.0, 180.0)
    assert together.vwc is not None
    assert min(one, other) <= together.vwc <= max(one, other)


@given(st.floats(0.0, 0.7), st.floats(0.0, 0.7))
def test_the_drier_of_two_never_extends_watering(one: float, other: float) -> None:
    together = vote([heard(one), heard(other)], 0.0, 180.0)
    assert together.vwc == max(one, other)
    assert (together.probes == 1) is (abs(one - other) > DISPUTE)


@given(st.lists(st.tuples(st.integers(-50, 1100), st.booleans()), max_size=60))
def test_whatever_the_converter_says_the_value_stays_physical(
    readings: list[tuple[int, bool]],
) -> None:
    memory = ProbeMemory()
    for number, (raw, wetted) in enumerate(readings):
        memory = receive(memory, raw, CAPACITIVE, number * 10.0, wetted=wetted)
    assert memory.value is None or -0.05 <= memory.value <= 0.75
