"""The confirm handshake: late, replayed, forged and repeated messages do nothing."""

from collections.abc import Iterator

import pytest

from edge.commands import ANSWER_S, MAX_PENDING, Confirmed, Desk, Stop, Told
from wire import codec
from wire.codes import EventKind, Op, Refusal
from wire.messages import Ask, Command, Go
from wire.topics import Down, down

DEVICE = "abcdefghijklmn23"
KEY = bytes(range(32))


class Bench:
    """A desk with numbered nonces and a memory of carried out commands."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        nonces = self._nonces()
        self.desk = Desk(DEVICE, KEY, self.seen.__contains__, lambda: next(nonces))

    def _nonces(self) -> Iterator[str]:
        for letter in "abcdefghijklmnopqrstuvwxyz":
            yield letter * 16


@pytest.fixture
def bench() -> Bench:
    return Bench()


def water(id_: str = "command0001", key: bytes = KEY) -> Command:
    command = Command(
        id=id_, iat=0, exp=0, op=Op.WATER, zone="z1", litres=5.0, max_s=60.0, by="account"
    )
    return codec.sign(command, down(DEVICE, Down.CMD), key)


def stop(n: int) -> Command:
    command = Command(id="stop000001", iat=0, exp=0, op=Op.STOP, n=n, by="account")
    return codec.sign(command, down(DEVICE, Down.CMD), KEY)


def go(nonce: str, id_: str = "command0001", key: bytes = KEY) -> Go:
    return codec.sign(Go(id=id_, nonce=nonce), down(DEVICE, Down.GO), key)


def test_a_command_is_asked_back_and_carried_out_on_the_answer(bench: Bench) -> None:
    assert bench.desk.command(water(), 0.0) == Ask(id="command0001", nonce="a" * 16)
    assert bench.desk.go(go("a" * 16), 3.0) == Confirmed(water())


def test_an_answer_counts_once(bench: Bench) -> None:
    bench.desk.command(water(), 0.0)
    bench.desk.go(go("a" * 16), 1.0)
    assert bench.desk.go(go("a" * 16), 1.0) is None


def test_an_answer_counts_from_the_same_instant_for_ten_seconds(bench: Bench) -> None:
    for number, (after_s, wanted) in enumerate([(0.0, True), (9.9, True), (10.0, False)]):
        bench.desk.command(water(), 100.0)
        verdict = bench.desk.go(go("abc"[number] * 16), 100.0 + after_s)
        assert isinstance(verdict, Confirmed) is wanted


def test_a_late_answer_is_told_as_expired(bench: Bench) -> None:
    bench.desk.command(water(), 0.0)
    told = bench.desk.go(go("a" * 16), ANSWER_S)
    assert told == Told(EventKind.COMMAND_EXPIRED, "command0001", Refusal.EXPIRED)


def test_a_question_nobody_answers_is_told_as_expired_once(bench: Bench) -> None:
    bench.desk.command(water(), 0.0)
    assert bench.desk.overdue(ANSWER_S - 0.1) == []
    expired = Told(EventKind.COMMAND_EXPIRED, "command0001", Refusal.EXPIRED)
    assert bench.desk.overdue(ANSWER_S) == [expired]
    assert bench.desk.overdue(ANSWER_S) == []


def test_a_question_is_as_old_as_the_time_since_it_was_asked(bench: Bench) -> None:
    """However long the device has been up."""
    bench.desk.command(water(), 86_400.0)
    assert bench.desk.overdue(86_400.0) == []
    assert bench.desk.overdue(86_400.0 + ANSWER_S - 0.1) == []
    assert len(bench.desk.overdue(86_400.0 + ANSWER_S)) == 1


def test_the_answer_to_an_older_question_is_void(bench: Bench) -> None:
    bench.desk.command(water(), 0.0)
    bench.desk.command(water(), 1.0)  # delivered twice by the broker: asked anew
    assert bench.desk.go(go("a" * 16), 2.0) is None
    assert isinstance(bench.desk.go(go("b" * 16), 2.0), Confirmed)


def test_a_command_carried_out_before_is_a_duplicate(bench: Bench) -> None:
    bench.seen.add("command0001")
    told = bench.desk.command(water(), 0.0)
    assert told == Told(EventKind.COMMAND_DUPLICATE, "command0001", Refusal.DUPLICATE)


def test_a_forged_command_is_refused_and_a_forged_answer_ignored(bench: Bench) -> None:
    told = bench.desk.command(water(key=bytes(32)), 0.0)
    assert told == Told(EventKind.COMMAND_REJECTED, "command0001", Refusal.BAD_MAC)
    bench.desk.command(water(), 0.0)
    assert bench.desk.go(go("a" * 16, key=bytes(32)), 1.0) is None
    assert isinstance(bench.desk.go(go("a" * 16), 1.0), Confirmed)


def test_an_answer_nobody_asked_for_is_ignored(bench: Bench) -> None:
    assert bench.desk.go(go("a" * 16), 0.0) is None


def test_stop_needs_no_answer_and_voids_all_open_questions(bench: Bench) -> None:
    bench.desk.command(water(), 0.0)
    assert bench.desk.command(stop(7), 1.0) == Stop(7, "stop000001", seen=False)
    assert bench.desk.go(go("a" * 16), 2.0) is None


def test_a_flood_of_commands_is_turned_away(bench: Bench) -> None:
    for number in range(MAX_PENDING):
        bench.desk.command(water(f"command{number:04}"), 0.0)
    told = bench.desk.command(water("command9999"), 0.0)
    assert told == Told(EventKind.COMMAND_REJECTED, "command9999", Refusal.BUSY)


def test_a_clock_that_runs_backwards_confirms_nothing(bench: Bench) -> None:
    bench.desk.command(water(), 100.0)
    assert isinstance(bench.desk.go(go("a" * 16), 50.0), Told)


def test_a_clock_that_runs_backwards_closes_all_questions(bench: Bench) -> None:
    bench.desk.command(water(), 100.0)
    assert len(bench.desk.overdue(99.0)) == 1
