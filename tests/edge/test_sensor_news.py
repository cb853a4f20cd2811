"""What is told of sensors, by the real agent: lost after a minute, with the reason, and found."""

from edge.readings import Answer, Failure, Quantity, Reading, Receipt
from edge.senses import ASK_EVERY_S, Senses
from edge.sensor_health import FAULT_S
from tests.edge.rig import BROKEN, WET, Rig
from tests.edge.test_surroundings import HOUSE
from wire.codes import EventKind, SensorFault

AIR: Answer = {Quantity.AIR_C: Reading(0, 31.0), Quantity.RH: Reading(0, 0.7)}


def test_a_cut_wire_is_told_once_as_what_soil_cannot_say(rig: Rig) -> None:
    rig.seconds(30)
    rig.raw = BROKEN
    rig.seconds(600)
    faults = rig.events(EventKind.SENSOR_FAULT)
    assert [(f["sensor"], f["code"], f["lost"]) for f in faults] == [
        ("p1", SensorFault.IMPLAUSIBLE, 1),
        ("p2", SensorFault.IMPLAUSIBLE, 2),
    ]
    assert "0 counts (0.00) cannot be soil" in str(faults[0]["why"])
    assert "vwc" not in rig.samples("z1")[-1]


def test_a_mended_wire_is_told_and_heard(rig: Rig) -> None:
    rig.raw = BROKEN
    rig.seconds(120)
    rig.raw = WET
    rig.seconds(120)
    found = rig.events(EventKind.SENSOR_WELL)
    assert [(f["sensor"], f["lost"]) for f in found] == [("p1", 1), ("p2", 0)]
    assert "vwc" in rig.samples("z1")[-1]


def test_a_wire_that_sparks_for_half_a_minute_is_no_news(rig: Rig) -> None:
    rig.seconds(30)
    rig.raw = BROKEN
    rig.seconds(30)
    rig.raw = WET
    rig.seconds(120)
    assert rig.events(EventKind.SENSOR_FAULT) == []


class Slow:
    """A bus whose answer comes so many seconds after the question."""

    sensors = frozenset({"air"})

    def __init__(self, after_s: int) -> None:
        self._after_s = after_s
        self._left: int | None = None
        self.now = 0.0

    def ask(self) -> None:
        if self._left is None:
            self._left = self._after_s

    def take(self) -> list[Receipt]:
        if self._left is None:
            return []
        self._left -= 1
        if self._left > 0:
            return []
        self._left = None
        return [Receipt("air", self.now, AIR)]

    def charge(self) -> None:
        """None of its sensors has a battery."""

    def close(self) -> None:
        self._left = None


def lived(bus: Slow, seconds: int) -> list[Failure | None]:
    """Everything that is told of its sensor in so many seconds."""
    senses = Senses(HOUSE, (bus,), None, None, 0.0)
    told = []
    for second in range(seconds):
        bus.now = float(second)
        senses.look(bus.now, frozenset())
        told += [news.failure for news in senses.news()]
    return told


def test_a_bus_that_is_slow_but_answers_is_not_lost() -> None:
    assert lived(Slow(round(2 * ASK_EVERY_S)), 600) == []


def test_a_bus_that_does_not_answer_for_a_minute_hangs() -> None:
    (failure,) = lived(Slow(10_000), round(2 * FAULT_S))
    assert failure is not None
    assert failure.fault is SensorFault.BUS_HUNG
