"""The wizards: a person is led through the steps, and a valve opens only on a bounded lease."""

import io
import signal
from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import gpiozero
import pytest

from edge import calibrate, calibration, cli
from edge.bucket import pour
from edge.calibration import Book
from edge.checkup.machine import Machine
from edge.config_file import load
from edge.errors import CalibrationError
from edge.hardware.sensors import LOCK_STEP
from firmware_sim.pins import SimFactory, SimPin
from tests.edge.checkup.pi import Pi
from tests.edge.fakes import HandClock
from tests.edge.rig import METER, PULSES_PER_S, PUMP, VALVES

DRY, WET = 690, 310


class Contact(SimPin):
    """A switch to ground beats the pull-up that a program asks for."""

    closed = False

    def drive_low(self) -> None:
        self.closed = True
        super().drive_low()

    def drive_high(self) -> None:
        self.closed = False
        super().drive_high()

    def _set_pull(self, value: str) -> None:
        closed = self.closed
        super()._set_pull(value)
        if closed:
            self.drive_low()


@dataclass
class Farmer:
    """Answers the wizard; time passes only while it waits, and water then flows."""

    folder: Path
    answers: dict[str, str] = field(default_factory=dict)
    raw: int = DRY
    wobble: int = 0
    patience_s: float = float("inf")
    happens: tuple[float, Callable[[], object]] | None = None
    """Once so many seconds have passed."""

    def __post_init__(self) -> None:
        self.clock = HandClock()
        self.pins = SimFactory(lambda _channel: self._counts())
        self.pins.pin_class = Contact
        gpiozero.Device.pin_factory = self.pins
        self.said: list[str] = []
        self.asked: list[str] = []
        self.open_s: dict[str, float] = dict.fromkeys(VALVES, 0.0)
        self._pulses = 0.0

    def run(self, words: str, machine: Machine | None = None) -> Book:
        """Carry out one command, and read what it left."""
        given = [*words.split(), "--config", str(self.folder / "hardware.toml")]
        args: Namespace = calibrate._parser().parse_args([*given, "--data", str(self.folder)])
        person = calibrate.Person(self.said.append, self.answer, self.clock, self.wait, LOCK_STEP)
        calibrate.work(args, person, machine or Machine(self.folder))
        return calibration.read(self.folder / calibration.FILE)

    def add(self, sections: str) -> None:
        """To the board's file."""
        board = self.folder / "hardware.toml"
        board.write_text(board.read_text() + sections)

    def answer(self, question: str) -> str:
        self.asked.append(question)
        if "watered" in question:
            self.raw = WET
        return next((said for key, said in self.answers.items() if key in question), "")

    def wait(self, seconds: float) -> bool:
        self.clock.advance(seconds)
        for zone in self.open:
            self.open_s[zone] += seconds
            self._pulses += PULSES_PER_S * seconds
        whole = int(self._pulses)
        self._pulses -= whole
        self.pins.pin(METER).pulses(whole)
        if self.happens is not None and self.clock.now >= self.happens[0]:
            (_, what), self.happens = self.happens, None
            what()
        return self.clock.now > self.patience_s

    @property
    def open(self) -> set[str]:
        return {
            zone for zone, pin in VALVES.items() if self.pins.pin(pin).driven(active_high=True)
        }

    def _counts(self) -> int:
        self.wobble = -self.wobble
        return self.raw + self.wobble


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """The command listens to them; the tests after it shall not."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


@pytest.fixture
def farmer(board_file: Path) -> Iterator[Farmer]:
    farmer = Farmer(board_file.parent)
    yield farmer
    assert farmer.open == set()
    assert not farmer.pins.pin(PUMP).driven(active_high=True)
    farmer.pins.reset()


def test_a_probe_is_measured_at_two_points(farmer: Farmer) -> None:
    farmer.wobble = 2
    book = farmer.run("probe p1 --by Lan")
    (points,) = book.probes
    assert (points.key, points.dry_raw, points.wet_raw) == ("p1", DRY, WET)
    assert (points.dry_vwc, points.wet_vwc) == (0.0, 0.55)
    assert (points.by, points.at) == ("Lan", "2026-01-07T12:00:00+07:00")
    assert "dry" in farmer.asked[0]
    assert "watered" in farmer.asked[1]
    assert "p1: 690 dry, 310 wet" in farmer.said[-1]


def test_whoever_does_not_say_who_they_are_is_asked(farmer: Farmer) -> None:
    farmer.answers = {"Who": "  Bảy "}
    assert farmer.run("probe p1 --dry-raw 690 --wet-raw 310").probes[0].by == "Bảy"
    farmer.answers = {"Who": "  "}
    with pytest.raises(CalibrationError, match="say who measures"):
        farmer.run("probe p1 --dry-raw 690 --wet-raw 310")


def test_flags_alone_measure_nothing_and_ask_nothing(farmer: Farmer) -> None:
    book = farmer.run("probe p2 --dry-raw 680 --wet-raw 320 --wet-vwc 0,5 --by Lan")
    assert (book.probes[0].dry_raw, book.probes[0].wet_vwc) == (680, 0.5)
    assert farmer.asked == []


def test_calibrations_are_kept_one_after_another(farmer: Farmer) -> None:
    farmer.run("probe p1 --dry-raw 680 --wet-raw 320 --by Lan")
    farmer.run("flow --pulses 4300 --litres 10 --by Lan")
    book = farmer.run("probe p1 --dry-raw 690 --wet-raw 310 --by Bay")
    assert [points.by for points in book.probes] == ["Lan", "Bay"]
    assert [points.pulses for points in book.flow] == [4300]


def test_a_probe_that_still_moves_is_not_written_down(farmer: Farmer) -> None:
    farmer.wobble = 30
    with pytest.raises(CalibrationError, match="moves between 660 and 720"):
        farmer.run("probe p1 --by Lan")
    assert not (farmer.folder / calibration.FILE).exists()


def test_points_out_of_bounds_are_not_written_down(farmer: Farmer) -> None:
    with pytest.raises(CalibrationError, match="wires"):
        farmer.run("probe p1 --dry-raw 1020 --wet-raw 310 --by Lan")
    assert not (farmer.folder / calibration.FILE).exists()


def test_an_unknown_probe_is_told_with_the_known_ones(farmer: Farmer) -> None:
    with pytest.raises(CalibrationError, match="p1, p2"):
        farmer.run("probe p7 --by Lan")


def test_a_bucket_counts_the_pulses_of_one_lease(farmer: Farmer) -> None:
    farmer.answers = {"Litres": "4,2"}
    (bucket,) = farmer.run("flow --zone z2 --seconds 60 --by Lan").flow
    assert farmer.open_s == {"z1": 0.0, "z2": pytest.approx(60.0, abs=0.3)}
    assert bucket.pulses == pytest.approx(1800, abs=10)
    assert bucket.litres == 4.2


def test_a_lease_ends_by_litres_as_well(farmer: Farmer) -> None:
    farmer.answers = {"Litres": "40"}
    (bucket,) = farmer.run("flow --seconds 600 --by Lan").flow
    assert bucket.pulses == pytest.approx(40 * 450, abs=10)  # max_lease_l of z1


def test_no_longer_than_a_lease_may_be(farmer: Farmer) -> None:
    with pytest.raises(CalibrationError, match="600 s at most"):
        farmer.run("flow --seconds 601 --by Lan")
    assert farmer.open_s["z1"] == 0.0


def test_ctrl_c_shuts_the_valve_and_writes_nothing(farmer: Farmer) -> None:
    farmer.patience_s = 10.0
    with pytest.raises(CalibrationError, match="nothing was written"):
        farmer.run("flow --by Lan")
    assert farmer.open_s["z1"] == pytest.approx(10.0, abs=0.5)
    assert not (farmer.folder / calibration.FILE).exists()


def test_counted_pulses_open_no_valve(farmer: Farmer) -> None:
    farmer.run("flow --pulses 4300 --litres 10 --by Lan")
    assert farmer.open_s == dict.fromkeys(VALVES, 0.0)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("flow --pulses 0 --litres 10", "meter's plug"),
        ("flow --pulses 4000 --litres 0", "meter's plug"),
        ("flow --pulses 2000 --litres 10", "far from"),
        ("flow --zone z7", "no zone z7"),
        ("flow --pulses 4000", "is not a number of litres"),
    ],
)
def test_a_bucket_that_cannot_be_is_refused(farmer: Farmer, words: str, why: str) -> None:
    farmer.answers = {"Litres": "nan"}
    with pytest.raises(CalibrationError, match=why):
        farmer.run(f"{words} --by Lan")


def test_an_empty_tank_opens_no_valve(farmer: Farmer) -> None:
    farmer.add("[tank]\npin = 13\n")
    with pytest.raises(CalibrationError, match="tank is empty"):
        farmer.run("flow --by Lan")
    assert farmer.open_s["z1"] == 0.0


def test_a_tank_that_runs_empty_meanwhile_ends_it(farmer: Farmer) -> None:
    farmer.add("[tank]\npin = 13\n")
    farmer.pins.pin(13).drive_low()
    farmer.happens = (20.0, farmer.pins.pin(13).drive_high)
    with pytest.raises(CalibrationError, match="tank is empty"):
        farmer.run("flow --by Lan")
    assert farmer.open_s["z1"] == pytest.approx(20.0, abs=0.5)


class TestEmergencyStop:
    STOP = 16

    @pytest.fixture(autouse=True)
    def mushroom(self, farmer: Farmer) -> None:
        farmer.add(f"[emergency_stop]\npin = {self.STOP}\n[resume_button]\npin = 20\n")
        farmer.pins.pin(self.STOP).drive_low()

    def test_pressed_or_cut_off_no_valve_opens(self, farmer: Farmer) -> None:
        farmer.pins.pin(self.STOP).drive_high()
        with pytest.raises(CalibrationError, match="emergency stop is pressed"):
            farmer.run("flow --by Lan")
        assert farmer.open_s["z1"] == 0.0

    def test_pressed_meanwhile_it_shuts_the_valve(self, farmer: Farmer) -> None:
        farmer.happens = (20.0, farmer.pins.pin(self.STOP).drive_high)
        with pytest.raises(CalibrationError, match="emergency stop shut the valve"):
            farmer.run("flow --by Lan")
        assert farmer.open_s["z1"] == pytest.approx(20.0, abs=0.5)
        assert not (farmer.folder / calibration.FILE).exists()

    def test_not_touched_it_is_in_nobodys_way(self, farmer: Farmer) -> None:
        farmer.answers = {"Litres": "4,2"}
        assert farmer.run("flow --by Lan").flow[0].litres == 4.2


def test_a_lease_that_a_fault_ends_is_no_full_bucket(farmer: Farmer) -> None:
    farmer.happens = (20.0, lambda: farmer.clock.advance(-5.0))
    with pytest.raises(CalibrationError, match="shut by a fault"):
        farmer.run("flow --by Lan")
    assert farmer.open_s["z1"] == pytest.approx(20.0, abs=0.5)


def test_without_a_meter_there_is_nothing_to_calibrate(farmer: Farmer) -> None:
    board = farmer.folder / "hardware.toml"
    board.write_text(board.read_text().replace("[flow]\npin = 6\npulses_per_litre = 450.0\n", ""))
    with pytest.raises(CalibrationError, match="no meter"):
        farmer.run("flow --by Lan")


def test_beside_the_running_agent_it_refuses(farmer: Farmer) -> None:
    running = Pi.installed(farmer.folder / "pi").machine
    with pytest.raises(CalibrationError, match="systemctl stop vuonso-edge"):
        farmer.run("flow --by Lan", running)
    assert farmer.asked == []


def test_the_command_ends_with_1_and_the_sentence(
    farmer: Farmer, capsys: pytest.CaptureFixture[str]
) -> None:
    words = f"calibrate probe p7 --by Lan --config {farmer.folder}/hardware.toml"
    assert cli.main([*words.split(), "--data", str(farmer.folder)]) == 1
    assert "there is no probe p7" in capsys.readouterr().err


def test_the_command_writes_what_its_flags_say(
    farmer: Farmer, capsys: pytest.CaptureFixture[str]
) -> None:
    words = f"calibrate flow --pulses 4300 --litres 10 --by Lan --data {farmer.folder}"
    assert cli.main([*words.split(), "--config", str(farmer.folder / "hardware.toml")]) == 0
    assert "430.0 pulses per litre" in capsys.readouterr().out


def test_a_terminal_that_has_gone_writes_nothing(
    farmer: Farmer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    words = f"calibrate flow --pulses 4300 --by Lan --data {farmer.folder}"
    assert cli.main([*words.split(), "--config", str(farmer.folder / "hardware.toml")]) == 1
    assert "nobody answers" in capsys.readouterr().err
    assert not (farmer.folder / calibration.FILE).exists()


def test_ctrl_c_while_a_probe_is_read_writes_nothing(farmer: Farmer) -> None:
    farmer.patience_s = 3.0
    with pytest.raises(CalibrationError, match="nothing was written"):
        farmer.run("probe p1 --by Lan")
    assert not (farmer.folder / calibration.FILE).exists()


def test_no_water_is_poured_that_nothing_counts(farmer: Farmer) -> None:
    bare = load(farmer.folder / "hardware.toml").model_copy(update={"flow": None})
    with pytest.raises(CalibrationError, match="no meter"):
        pour(bare, farmer.pins, "z1", 60.0, farmer.clock, farmer.wait)
