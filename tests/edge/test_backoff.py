"""Agents that lost their broker come back one after another, and need not come twice."""

import heapq
import random
from collections import Counter
from dataclasses import dataclass, field

import pytest

from edge.backoff import FIRST_S, LONGEST_S, wait_s
from edge.courier import GREETING_S

DEVICES = 2_000
HANDSHAKE_S = 0.00125
"""A broker's time for one new encrypted session: 800 a second (Mosquitto, ECDSA, one core)."""
SEED = 22
BACK_S = 5.0
"""How much later than its own wait an agent may be back."""


@dataclass
class Herd:
    """Agents of one broker, which serves one greeting after the other once it is there."""

    devices: int
    brokers: int
    there_from: float
    greeted: dict[int, float] = field(default_factory=dict)
    knocks: Counter[int] = field(default_factory=Counter)
    """Per second, those after the broker was there."""
    late: int = 0
    """Greetings that came after the agent had given up."""
    _free_at: float = 0.0

    def run(self) -> None:
        chance = random.Random(SEED)
        failures = Counter(dict.fromkeys(range(self.devices), 1))
        coming = [(wait_s(1, self.brokers, chance.random()), who) for who in failures]
        heapq.heapify(coming)
        while coming:
            now, who = heapq.heappop(coming)
            gone = self._knock(now, who)
            if gone is not None:
                failures[who] += 1
                wait = wait_s(failures[who], self.brokers, chance.random())
                heapq.heappush(coming, (gone + wait, who))

    def _knock(self, now: float, who: int) -> float | None:
        """When the agent gives up; None if it is let in."""
        if now < self.there_from:
            return now
        self.knocks[int(now - self.there_from)] += 1
        self._free_at = max(self._free_at, now) + HANDSHAKE_S
        if self._free_at - now > GREETING_S:
            self.late += 1
            return now + GREETING_S
        self.greeted[who] = self._free_at
        return None


@pytest.mark.parametrize("brokers", [1, 2])
@pytest.mark.parametrize("away_s", [0.5, 1.5, 10.0, 60.0, 600.0, 3600.0])
def test_two_thousand_are_back_within_their_wait_and_none_comes_twice(
    brokers: int, away_s: float
) -> None:
    herd = Herd(DEVICES, brokers, away_s)
    herd.run()
    longest = 2 * min(max(2 * away_s, 2 * FIRST_S), LONGEST_S)
    assert len(herd.greeted) == DEVICES
    assert max(herd.greeted.values()) <= away_s + longest + BACK_S
    assert herd.late == 0
    assert herd.knocks.total() == DEVICES


def test_the_longer_it_was_away_the_thinner_they_come() -> None:
    peaks = []
    for away_s in (0.0, 10.0, 600.0):
        herd = Herd(DEVICES, 1, away_s)
        herd.run()
        peaks.append(max(herd.knocks.values()))
    assert peaks == sorted(peaks, reverse=True)
    assert peaks[-1] <= DEVICES / 50


def test_more_than_a_broker_can_greet_come_back_all_the_same() -> None:
    """A cell of a million: some give up and wait longer, but never longer than the longest."""
    herd = Herd(30_000, 1, 0.0)
    herd.run()
    assert len(herd.greeted) == 30_000
    assert herd.late > 0
    assert max(herd.greeted.values()) <= 2 * LONGEST_S


def test_without_chance_a_broker_is_knocked_at_by_all_at_once() -> None:
    """What the dice are for: the same waits for all are the same second for all."""
    assert {wait_s(4, 1, 0.0) for _ in range(DEVICES)} == {8.0}
    chance = random.Random(SEED)
    seconds = Counter(int(wait_s(4, 1, chance.random())) for _ in range(DEVICES))
    assert max(seconds.values()) < DEVICES / 6


def test_the_list_is_gone_through_before_anything_is_waited_for() -> None:
    waits = [wait_s(failures, 3, 0.5) for failures in range(1, 10)]
    assert waits == [0.0, 0.0, 1.5, 0.0, 0.0, 3.0, 0.0, 0.0, 6.0]
    assert wait_s(10_000, 1, 1.0) == 2 * LONGEST_S
