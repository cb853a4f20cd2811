"""What people measured of probes and meter, with date and name; it overrules hardware.toml.

Refuses points that no working sensor gives, in a sentence that says what to do.
"""

import json
import os
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field, StringConstraints, ValidationError

from edge.config import FlowMeter, Hardware
from edge.config_buses import Probe
from edge.config_section import Key, Positive, Section
from edge.errors import CalibrationError, ConfigError
from edge.probes import VWC_HIGH, Calibration

FILE: Final = "calibration.toml"
"""In the data folder, beside the store."""

LEAST_SPAN: Final = 0.10
"""Share of the range between its rails that two points of a probe must lie apart: closer ones
make three counts of noise a per cent of water."""
LEAST_VWC_SPAN: Final = 0.05
"""m³/m³ between the two points; a line through closer ones points anywhere."""
LEAST_L: Final = 2.0
"""A bucket read to 20 mL is then right to a per cent."""
LEAST_PULSES: Final = 200
MOST_OFF: Final = 2.0
"""A meter this many times off its rated pulses is another meter, or its plug is loose."""

Name = Annotated[
    str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]+$")
]
Moment = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+07:00$")]


class ProbePoints(Section):
    """Two points of one probe; `kind` is what it was when they were taken."""

    key: Key
    kind: str
    dry_raw: int
    wet_raw: int
    dry_vwc: float
    wet_vwc: float
    by: Name
    at: Moment


class FlowPoints(Section):
    """A bucket: pulses counted while it filled, and litres found in it."""

    pulses: Annotated[int, Field(gt=0)]
    litres: Positive
    by: Name
    at: Moment

    @property
    def pulses_per_litre(self) -> float:
        return self.pulses / self.litres


class Book(Section):
    """All calibrations, oldest first; of one thing the newest counts."""

    probes: tuple[ProbePoints, ...] = ()
    flow: tuple[FlowPoints, ...] = ()

    def of(self, probe: Probe) -> ProbePoints | None:
        """The newest of a probe; none that was taken of another kind of sensor."""
        own = [p for p in self.probes if (p.key, p.kind) == (probe.key, probe.kind)]
        return own[-1] if own else None


def applied(hardware: Hardware, book: Book) -> Hardware:
    """The hardware as it was measured."""
    probes = tuple(_applied(probe, book.of(probe)) for probe in hardware.probes)
    flow = hardware.flow
    if flow is not None and book.flow:
        flow = flow.model_copy(update={"pulses_per_litre": book.flow[-1].pulses_per_litre})
    return hardware.model_copy(update={"probes": probes, "flow": flow})


def read(path: Path) -> Book:
    """The book of an installation; an empty one where nobody has calibrated.

    Raises:
        ConfigError: somebody wrote into it what cannot be.
    """
    try:
        return Book.model_validate_json(json.dumps(tomllib.loads(path.read_text("utf-8"))))
    except FileNotFoundError:
        return Book()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as error:
        reason = str(error).splitlines()[0]
        fix = "remove the file and calibrate again with `vuonso edge calibrate`"
        raise ConfigError(path, f"cannot be used ({reason})", fix) from None


def write(path: Path, book: Book) -> None:
    """Replace the file in one move, on the card before it counts."""
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write("\n".join(_lines(book)) + "\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.chmod(0o644)  # written by root, read by the agent
    fresh.replace(path)


def check_probe(points: ProbePoints, probe: Probe) -> None:
    """Refuse points that no probe of this kind can have.

    Raises:
        CalibrationError: what is wrong with them, and what to do.
    """
    known = probe.calibration
    for name, raw in (("dry", points.dry_raw), ("wet", points.wet_raw)):
        if not known.low_raw <= raw <= known.high_raw:
            raise CalibrationError(
                f"{raw} in {name} substrate is outside {known.low_raw} to {known.high_raw}: "
                "look at the probe's wires, and that it stands in substrate"
            )
    if abs(points.wet_raw - points.dry_raw) < LEAST_SPAN * (known.high_raw - known.low_raw):
        raise CalibrationError(
            f"{points.dry_raw} dry and {points.wet_raw} wet are too close: "
            "dry the one sample in the sun, water the other until it drips"
        )
    if _rises(points) is not _rises(known):
        raise CalibrationError("dry and wet are the wrong way round: begin again with the dry one")
    if not 0.0 <= points.dry_vwc <= points.wet_vwc - LEAST_VWC_SPAN <= VWC_HIGH - LEAST_VWC_SPAN:
        raise CalibrationError(
            f"water contents of {points.dry_vwc:g} dry and {points.wet_vwc:g} wet cannot be: "
            f"dry is at least 0, wet at most {VWC_HIGH:g} and {LEAST_VWC_SPAN:g} above it"
        )


def check_flow(points: FlowPoints, meter: FlowMeter) -> None:
    """Refuse a bucket that says nothing of this meter.

    Raises:
        CalibrationError: what is wrong with it, and what to do.
    """
    if points.litres < LEAST_L:
        raise CalibrationError(f"{points.litres:g} L is too little: fill at least {LEAST_L:g} L")
    if points.pulses < LEAST_PULSES:
        raise CalibrationError(f"only {points.pulses} pulses: look at the meter's plug and arrow")
    times = points.pulses_per_litre / meter.pulses_per_litre
    if not 1.0 / MOST_OFF <= times <= MOST_OFF:
        raise CalibrationError(
            f"{points.pulses_per_litre:.0f} pulses per litre are far from the "
            f"{meter.pulses_per_litre:g} of hardware.toml: did all water go into the bucket? "
            "For another meter, correct hardware.toml first"
        )


def _rises(points: ProbePoints | Calibration) -> bool:
    """Whether wetter reads higher; capacitive probes read lower."""
    return points.wet_raw > points.dry_raw


def _applied(probe: Probe, points: ProbePoints | None) -> Probe:
    if points is None:
        return probe
    found = points.model_dump(include={"dry_raw", "wet_raw", "dry_vwc", "wet_vwc"})
    return probe.model_copy(update=found)


def _lines(book: Book) -> Iterator[str]:
    yield "# Written by `vuonso edge calibrate`; the agent reads it when it starts."
    yield from _tables("probes", book.probes)
    yield from _tables("flow", book.flow)


def _tables(name: str, entries: Sequence[Section]) -> Iterator[str]:
    for entry in entries:
        yield f"\n[[{name}]]"
        for key, value in entry.model_dump().items():
            # a JSON string of printable text is a TOML string as well
            yield f"{key} = {json.dumps(value, ensure_ascii=False)}"
