"""Words for codes: every code of the wire has a sentence, values read as people say them."""

from datetime import UTC, datetime

from cloud.words import (
    ALARMS,
    ENDINGS,
    FAULTS,
    REASONS,
    REFUSALS,
    SENSOR_FAULTS,
    Line,
    Litres,
    Share,
    lost_sensor,
    say,
    why_not,
)
from wire.codes import Alarm, Ended, Fault, Reason, Refusal, SensorFault


def test_every_code_has_a_sentence() -> None:
    assert set(REASONS) == set(Reason)
    assert set(FAULTS) == set(Fault)
    assert set(SENSOR_FAULTS) == set(SensorFault)
    assert set(ALARMS) == set(Alarm)
    assert set(REFUSALS) == set(Refusal)
    assert set(ENDINGS) == set(Ended)


def test_values_are_spoken() -> None:
    line = Line(
        "%(at)s %(water)s %(fill)s %(count)s %(inner)s",
        {
            "at": datetime(2026, 11, 22, 7, 5, tzinfo=UTC),
            "water": Litres(1234.4),
            "fill": Share(0.615),
            "count": 3,
            "inner": Line("xong"),
        },
    )
    assert say("vi", line) == "14:05 1.234 lít 62% 3 xong"


def test_any_of_the_three_lists_explains_a_refusal() -> None:
    assert why_not("bounds").msgid == REFUSALS[Refusal.BOUNDS]
    assert why_not("no_tank").msgid == REASONS[Reason.NO_TANK]
    assert why_not("burst").msgid == FAULTS[Fault.BURST]
    assert why_not(None) == why_not("never heard of")


def test_a_lost_sensor_is_named_where_it_is_known() -> None:
    named = lost_sensor(1, "p3", SensorFault.SILENT)
    assert say("vi", named) == "Đầu đo p3 không trả lời. Kiểm tra dây và nguồn."
    several = lost_sensor(2, None, None)
    assert say("en", several) == "2 sensors still do not answer. Look at wires and supply."
