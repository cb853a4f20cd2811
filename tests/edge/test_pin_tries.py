"""Guessing the PIN: slow for one telephone, slow for a crowd, and no nuisance to the farmer."""

from collections.abc import Iterator
from itertools import cycle, islice
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.pin_tries import (
    DAY_S,
    IN_A_DAY,
    IN_A_MINUTE,
    MINUTE_S,
    MOST_KNOWN,
    STRANGERS_IN_A_DAY,
    Tries,
    met,
    missed,
    wait_s,
)

RIGHT = "2468"
FARMER, NEIGHBOUR = "192.168.1.20", "192.168.1.66"
CROWD = [f"192.168.1.{host}" for host in range(1, 251)]
GUESSES = [f"{number:04}" for number in range(10_000)]


class Door:
    """The rules at work, on a clock that a test moves."""

    def __init__(self) -> None:
        self.tries = Tries()
        self.now = 1_000.0
        self.looked_at = 0

    def give(self, pin: str, address: str) -> bool | None:
        """Whether it opens; None when it was not even looked at."""
        if wait_s(self.tries, address, self.now) > 0:
            return None
        self.looked_at += 1
        if pin == RIGHT:
            self.tries = met(self.tries, address)
            return True
        self.tries = missed(self.tries, address, self.now)
        return False

    def hammer(self, address: str, seconds: int) -> None:
        """A wrong PIN every second."""
        for _ in range(seconds):
            self.now += 1.0
            self.give("0000", address)


@pytest.fixture
def door() -> Door:
    return Door()


def guessed(order: str) -> list[str]:
    """All PINs of four digits, as a program would try them."""
    if order == "shuffled":
        return Random(20261123).sample(GUESSES, len(GUESSES))
    return GUESSES if order == "upwards" else GUESSES[::-1]


@pytest.mark.parametrize("order", ["upwards", "downwards", "shuffled"])
@pytest.mark.parametrize("addresses", [[NEIGHBOUR], CROWD], ids=["one telephone", "250 addresses"])
@pytest.mark.parametrize("every_s", [0.1, 1.0, 8.0])
def test_ten_thousand_guesses_meet_nothing(
    door: Door, order: str, addresses: list[str], every_s: float
) -> None:
    hits = 0
    for pin, address in zip(guessed(order), cycle(addresses), strict=False):
        door.now += every_s
        hits += door.give(pin, address) is True
    assert hits == 0
    assert door.looked_at <= (IN_A_DAY if addresses == [NEIGHBOUR] else STRANGERS_IN_A_DAY)


def test_one_telephone_has_five_tries_a_minute(door: Door) -> None:
    answers = [door.give("0000", NEIGHBOUR) for _ in range(7)]
    assert answers == [False] * IN_A_MINUTE + [None, None]
    assert wait_s(door.tries, NEIGHBOUR, door.now) == MINUTE_S
    door.now += MINUTE_S
    assert door.give("0000", NEIGHBOUR) is False


def test_and_twenty_a_day(door: Door) -> None:
    door.hammer(NEIGHBOUR, 3600)
    assert door.looked_at == IN_A_DAY
    door.now += DAY_S
    assert door.give("0000", NEIGHBOUR) is False


def test_a_neighbour_who_guesses_all_day_never_keeps_the_farmer_waiting(door: Door) -> None:
    for _ in range(24):
        door.hammer(NEIGHBOUR, 3600)
        assert door.give(RIGHT, FARMER) is True


def test_even_in_the_middle_of_the_neighbours_first_minutes(door: Door) -> None:
    for new_telephone in CROWD[:30]:
        door.hammer(NEIGHBOUR, 7)
        assert door.give(RIGHT, new_telephone) is True


def test_a_crowd_shuts_out_strangers_but_no_telephone_that_watered_before(door: Door) -> None:
    door.give(RIGHT, FARMER)
    for address in islice(cycle(CROWD[30:]), 2_000):
        door.hammer(address, 1)
    assert door.give(RIGHT, "192.168.1.7") is None
    assert door.give(RIGHT, FARMER) is True
    door.now += DAY_S
    assert door.give(RIGHT, "192.168.1.7") is True


def test_a_known_telephone_may_not_guess_without_end_either(door: Door) -> None:
    door.give(RIGHT, FARMER)
    door.looked_at = 0
    door.hammer(FARMER, 3600)
    assert door.looked_at == IN_A_DAY


def test_the_right_pin_between_guesses_gives_nobody_more_of_them(door: Door) -> None:
    for _ in range(IN_A_MINUTE - 1):
        door.give("0000", FARMER)
        assert door.give(RIGHT, FARMER) is True
    door.give("0000", FARMER)
    assert door.give("0000", FARMER) is None


def test_the_telephone_that_was_silent_longest_is_forgotten_first(door: Door) -> None:
    for address in CROWD[:MOST_KNOWN]:
        door.give(RIGHT, address)
    door.give(RIGHT, CROWD[0])
    door.give(RIGHT, FARMER)
    assert CROWD[0] in door.tries.known
    assert CROWD[1] not in door.tries.known
    assert len(door.tries.known) == MOST_KNOWN


@st.composite
def attacks(draw: st.DrawFn) -> Iterator[tuple[str, str, float]]:
    seed = draw(st.integers(0, 2**32))
    gap_s = draw(st.sampled_from([0.5, 10.0, 120.0]))
    crowd = draw(st.integers(1, len(CROWD)))
    rights = draw(st.sampled_from([0.0, 0.02]))
    rng = Random(seed)

    def steps() -> Iterator[tuple[str, str, float]]:
        for _ in range(2_000):
            pin = RIGHT if rng.random() < rights else "0000"
            yield pin, rng.choice(CROWD[:crowd]), rng.expovariate(1 / gap_s)

    return steps()


@settings(deadline=None, max_examples=30)
@given(attacks())
def test_no_day_has_more_wrong_pins_than_strangers_and_known_telephones_have_tries(
    attack: Iterator[tuple[str, str, float]],
) -> None:
    door = Door()
    for pin, address, wait in attack:
        door.now += wait
        door.give(pin, address)
        day = [miss for miss in door.tries.misses if door.now - miss.at < DAY_S]
        assert len(day) <= STRANGERS_IN_A_DAY + 2 * MOST_KNOWN * IN_A_DAY
