"""Calibrations are checked, written with date and name, and overrule hardware.toml."""

from pathlib import Path

import pytest

from edge import calibration
from edge.calibration import Book, FlowPoints, ProbePoints, applied, check_flow, check_probe
from edge.config import FlowMeter, Hardware
from edge.config_buses import AnalogueProbe, ModbusProbe
from edge.config_file import load
from edge.errors import CalibrationError, ConfigError
from edge.probes import to_vwc

AT = "2026-01-07T12:00:00+07:00"
PROBE = AnalogueProbe(key="p1", zone="z1", channel=0, dry_raw=700, wet_raw=300)
DIGITAL = ModbusProbe(key="p9", zone="z1", kind="modbus", rs485="line1", profile="jxct")
METER = FlowMeter(pin=6)


def points(
    dry: int = 690, wet: int = 310, water: tuple[float, float] = (0.05, 0.55), **more: str
) -> ProbePoints:
    known = {"key": "p1", "kind": "mcp3008", "by": "Lan", "at": AT, **more}
    return ProbePoints(dry_raw=dry, wet_raw=wet, dry_vwc=water[0], wet_vwc=water[1], **known)


def bucket(pulses: int = 4300, litres: float = 10.0) -> FlowPoints:
    return FlowPoints(pulses=pulses, litres=litres, by="Lan", at=AT)


@pytest.fixture
def hardware(board_file: Path) -> Hardware:
    return load(board_file)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / calibration.FILE
    book = Book(probes=(points(by='Lan "Bảy" \\ ở vườn 2'), points(key="p2")), flow=(bucket(),))
    calibration.write(file, book)
    assert calibration.read(file) == book
    assert file.stat().st_mode & 0o777 == 0o644
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_without_a_file_nothing_is_calibrated(tmp_path: Path, hardware: Hardware) -> None:
    assert applied(hardware, calibration.read(tmp_path / "none")) == hardware


@pytest.mark.parametrize("text", ["[[probes]", '[[probes]]\nkey = "p1"\n', "[[flow]]\npulses=0"])
def test_a_file_that_somebody_broke_is_refused_in_words(tmp_path: Path, text: str) -> None:
    file = tmp_path / calibration.FILE
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"calibrate again"):
        calibration.read(file)


def test_the_newest_points_of_a_probe_count(hardware: Hardware) -> None:
    book = Book(probes=(points(600, 350), points(), points(650, 400, key="p2")))
    first, second = applied(hardware, book).probes_of("z1")
    assert to_vwc(690, first.calibration) == pytest.approx(0.05)
    assert to_vwc(310, first.calibration) == pytest.approx(0.55)
    assert second.calibration.dry_raw == 650


def test_points_of_another_kind_of_sensor_do_not_count(hardware: Hardware) -> None:
    book = Book(probes=(points(18_000, 7_000, kind="ads1115"), points(key="gone")))
    assert applied(hardware, book) == hardware


def test_a_digital_probe_can_be_calibrated_as_well(hardware: Hardware) -> None:
    measured = points(80, 420, key="p9", kind="modbus")
    check_probe(measured, DIGITAL)
    own = hardware.model_copy(update={"probes": (DIGITAL,)})
    (probe,) = applied(own, Book(probes=(measured,))).probes
    assert to_vwc(420, probe.calibration) == pytest.approx(0.55)
    assert (probe.calibration.low_raw, probe.calibration.high_raw) == (10, 750)


def test_the_meter_counts_what_the_bucket_said(hardware: Hardware) -> None:
    flow = applied(hardware, Book(flow=(bucket(4000), bucket()))).flow
    assert flow is not None
    assert flow.pulses_per_litre == 430.0


def test_a_board_without_a_meter_has_nothing_to_calibrate(hardware: Hardware) -> None:
    bare = hardware.model_copy(update={"flow": None})
    assert applied(bare, Book(flow=(bucket(),))).flow is None


def test_good_points_are_taken() -> None:
    check_probe(points(), PROBE)
    check_flow(bucket(), METER)


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        (points(dry=950), "wires"),
        (points(wet=120), "wires"),
        (points(dry=400, wet=330), "too close"),
        (points(dry=310, wet=690), "wrong way round"),
        (points(water=(0.5, 0.52)), "cannot be"),
        (points(water=(-0.01, 0.5)), "cannot be"),
        (points(water=(0.1, 0.76)), "cannot be"),
    ],
)
def test_points_that_no_probe_has_are_refused(wrong: ProbePoints, advice: str) -> None:
    with pytest.raises(CalibrationError, match=advice):
        check_probe(wrong, PROBE)


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        (bucket(800, 1.9), "at least 2 L"),
        (bucket(199, 2.0), "only 199 pulses"),
        (bucket(2000, 10.0), "200 pulses per litre are far"),
        (bucket(9100, 10.0), "910 pulses per litre are far"),
    ],
)
def test_a_bucket_that_says_nothing_is_refused(wrong: FlowPoints, advice: str) -> None:
    with pytest.raises(CalibrationError, match=advice):
        check_flow(wrong, METER)
