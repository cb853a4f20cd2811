"""One calibration point of a probe: twenty answers in a row that agree."""

from collections.abc import Callable
from contextlib import closing
from statistics import median
from typing import Final

from edge.config_buses import Probe
from edge.errors import CalibrationError
from edge.readings import Quantity, Sensor

READINGS: Final = 20
EVERY_S: Final = 0.5
MOST_SPREAD: Final = 0.05
"""Share of the range between the rails: more, and the probe still moves or its wire is loose."""


def settled(probe: Probe, sensor: Sensor, wait: Callable[[float], bool]) -> int:
    """The median of the answers; `wait` lets seconds pass and is true when told to stop.

    Raises:
        CalibrationError: they do not agree, or somebody ended it.
        SensorError: the probe does not answer.
    """
    raws = []
    with closing(sensor):
        for _ in range(READINGS):
            raws.append(sensor.read()[Quantity.MOISTURE].raw)
            if wait(EVERY_S):
                raise CalibrationError("ended before it was measured; nothing was written")
    spread = max(raws) - min(raws)
    known = probe.calibration
    if spread > MOST_SPREAD * (known.high_raw - known.low_raw):
        raise CalibrationError(
            f"{probe.key} moves between {min(raws)} and {max(raws)}: "
            "press the substrate firmly around it, look at its plug, and wait a minute"
        )
    return round(median(raws))
