"""When a sensor counts as lost, when as found, and how often that is told."""

from edge import sensor_health
from edge.readings import Failure
from edge.sensor_health import FAULT_S, Health, asked, heard, news
from wire.codes import SensorFault

SILENT = Failure(SensorFault.SILENT, "nobody there")
GARBLED = Failure(SensorFault.GARBLED, "checksum")


def test_a_sensor_that_answers_is_no_news() -> None:
    assert news(heard(Health(0.0), 10.0, None), 10.0) == (Health(10.0), None, False)


def test_a_lost_answer_now_and_then_is_no_news() -> None:
    health = heard(heard(Health(0.0), 10.0, None), 20.0, SILENT)
    assert news(health, 20.0)[1:] == (None, False)
    assert news(health, 10.0 + FAULT_S - 0.1)[1:] == (None, False)


def test_a_minute_without_an_answer_is_told_once() -> None:
    health = heard(Health(0.0), 10.0, SILENT)
    health, failure, _ = news(health, FAULT_S)
    assert failure == SILENT
    assert news(heard(health, 70.0, SILENT), 70.0)[1:] == (None, False)


def test_another_fault_of_a_lost_sensor_is_told_as_well() -> None:
    health, _, _ = news(heard(Health(0.0), 10.0, SILENT), FAULT_S)
    assert news(heard(health, 70.0, GARBLED), 70.0)[1] == GARBLED


def test_a_sensor_that_comes_back_is_told_once() -> None:
    lost, _, _ = news(heard(Health(0.0), 10.0, SILENT), FAULT_S)
    found, failure, is_well = news(heard(lost, 80.0, None), 80.0)
    assert (failure, is_well) == (None, True)
    assert news(found, 80.0)[1:] == (None, False)


def test_no_answer_at_all_between_two_questions_is_a_hung_bus() -> None:
    health = asked(Health(0.0))
    assert news(health, FAULT_S)[1] == sensor_health.UNHEARD
    assert asked(heard(Health(0.0), 5.0, SILENT)).failure == SILENT
