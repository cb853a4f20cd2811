"""The simulated probe: late, wrong by a little, and never silent."""

import pytest

from firmware_sim.chance import stream
from firmware_sim.probes import NOISE_V, Probe, count_at, new_probe


def perfect(felt: float) -> Probe:
    return Probe(stream(1), offset=0.0, gain=1.0, felt=felt)


def mean_raw(probe: Probe) -> float:
    return sum(probe.raw() for _ in range(400)) / 400


def test_wetter_means_fewer_counts() -> None:
    assert count_at(0.0) == 713
    assert count_at(0.55) == 279


def test_it_feels_a_change_minutes_later() -> None:
    probe = perfect(0.30)
    probe.soak(60.0, 0.50, 25.0)
    assert 0.36 < probe.felt < 0.40
    probe.soak(1200.0, 0.50, 25.0)
    assert probe.felt == pytest.approx(0.50, abs=0.001)


def test_noise_averages_out() -> None:
    assert mean_raw(perfect(0.40)) == pytest.approx(count_at(0.40), abs=0.5)
    assert NOISE_V > 0.0


def test_warm_soil_reads_a_little_wetter() -> None:
    cold, warm = perfect(0.40), perfect(0.40)
    cold.soak(1.0, 0.40, 15.0)
    warm.soak(1.0, 0.40, 35.0)
    assert mean_raw(warm) < mean_raw(cold)


def test_no_two_probes_are_alike() -> None:
    one, other = (new_probe(stream("box", number), 0.4) for number in range(2))
    assert (one.offset, one.gain) != (other.offset, other.gain)


def test_counts_stay_within_the_converter() -> None:
    assert perfect(5.0).raw() == 0
    assert perfect(-5.0).raw() == 1023


def test_a_stuck_probe_ignores_the_world() -> None:
    probe = perfect(0.4)
    probe.stuck_raw = 700
    assert probe.raw() == 700
