"""Sensors of one bus are asked without waiting for them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event

import pytest

from edge.bus_reader import LockStepReader, ThreadedReader
from edge.errors import SensorError
from edge.readings import Answer, Failure, Quantity, Reading, Receipt
from tests.edge.broker import until
from wire.codes import SensorFault

MOIST: Answer = {Quantity.MOISTURE: Reading(400, 1.29)}
NOW = 77.0


class Steady:
    """Answers at once, and counts how often."""

    def __init__(self) -> None:
        self.asked = 0

    def read(self) -> Answer:
        self.asked += 1
        return MOIST

    def close(self) -> None:
        raise AssertionError("the board closes sensors, not their reader")


class Failing(Steady):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self._error = error

    def read(self) -> Answer:
        raise self._error


class Hung(Steady):
    """Comes back when the test lets it."""

    def __init__(self) -> None:
        super().__init__()
        self.entered, self.let_go = Event(), Event()

    def read(self) -> Answer:
        self.entered.set()
        self.let_go.wait()
        return super().read()


@pytest.fixture
def hung() -> Iterator[Hung]:
    sensor = Hung()
    yield sensor
    sensor.let_go.set()


@contextmanager
def threaded(
    mono: Callable[[], float] = lambda: NOW, **sensors: Steady
) -> Iterator[ThreadedReader]:
    reader = ThreadedReader("test", sensors, mono)
    try:
        yield reader
    finally:
        for sensor in sensors.values():
            if isinstance(sensor, Hung):
                sensor.let_go.set()
        reader.close()


def received(reader: ThreadedReader, count: int) -> list[Receipt]:
    receipts: list[Receipt] = []

    def has_all() -> bool:
        receipts.extend(reader.take())
        return len(receipts) >= count

    until(has_all)
    return receipts


def test_in_lock_step_the_answer_is_there_when_the_question_ends() -> None:
    reader = LockStepReader("test", {"p1": Steady(), "p2": Steady()}, lambda: NOW)
    assert reader.take() == []
    reader.ask()
    assert reader.take() == [Receipt("p1", NOW, MOIST), Receipt("p2", NOW, MOIST)]
    assert reader.take() == []


def test_a_thread_answers_every_sensor_once_per_question() -> None:
    one, two = Steady(), Steady()
    with threaded(p1=one, p2=two) as reader:
        reader.ask()
        assert received(reader, 2) == [Receipt("p1", NOW, MOIST), Receipt("p2", NOW, MOIST)]
        reader.ask()
        assert len(received(reader, 2)) == 2
    assert (one.asked, two.asked) == (2, 2)


def test_a_bus_that_is_never_asked_has_no_thread() -> None:
    sensor = Steady()
    with threaded(p1=sensor):
        pass
    assert sensor.asked == 0


def test_an_answer_is_dated_by_its_receipt_not_by_its_question(hung: Hung) -> None:
    clock = [10.0]
    with threaded(lambda: clock[0], p1=hung) as reader:
        reader.ask()
        until(hung.entered.is_set)
        clock[0] = 25.0
        hung.let_go.set()
        assert [receipt.at for receipt in received(reader, 1)] == [25.0]


def test_a_hung_bus_takes_wishes_without_waiting_and_answers_one_of_them(hung: Hung) -> None:
    with threaded(p1=hung) as reader:
        reader.ask()
        until(hung.entered.is_set)
        for _ in range(100):
            reader.ask()
            assert reader.take() == []
        hung.let_go.set()
        assert len(received(reader, 2)) == 2  # the one that hung, and one for all later wishes
    assert hung.asked == 2


def test_an_error_of_a_sensor_is_told_with_its_code_and_the_others_go_on() -> None:
    silent = Failing(SensorError(SensorFault.SILENT, "nobody there"))
    with threaded(p1=silent, p2=Steady()) as reader:
        reader.ask()
        first, second = received(reader, 2)
    assert first.outcome == Failure(SensorFault.SILENT, "nobody there")
    assert second.outcome == MOIST


def test_a_bug_in_a_driver_is_that_sensors_fault_alone(caplog: pytest.LogCaptureFixture) -> None:
    reader = LockStepReader(
        "test", {"p1": Failing(ZeroDivisionError()), "p2": Steady()}, lambda: 0
    )
    reader.ask()
    first, second = reader.take()
    assert isinstance(first.outcome, Failure)
    assert first.outcome.fault is SensorFault.INTERNAL
    assert second.outcome == MOIST
    assert "the driver of p1 failed" in caplog.text


def test_the_end_does_not_wait_for_a_hung_bus_for_ever(hung: Hung) -> None:
    reader = ThreadedReader("test", {"p1": hung}, lambda: NOW)
    reader.ask()
    until(hung.entered.is_set)
    reader.close()
    assert not hung.let_go.is_set()
