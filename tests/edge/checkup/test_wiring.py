"""What the doctor says of relays, meters and probes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.checkup import wiring
from edge.checkup.finding import Finding, Level
from edge.config import Hardware
from edge.config_file import load
from edge.hardware import lines
from edge.hardware.lines import Line
from tests.edge.fakes import BOARD

FREE = Line(used=False, is_output=False, consumer="")
OURS = Line(used=True, is_output=True, consumer="lg")
OUTPUTS = {5: "pump", 17: "z1", 27: "z2"}


def board(folder: Path, *changes: tuple[str, str]) -> Hardware:
    text = BOARD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / "hardware.toml").write_text(text, encoding="utf-8")
    return load(folder / "hardware.toml")


@pytest.fixture
def hardware(tmp_path: Path) -> Hardware:
    return board(tmp_path)


def codes(findings: Iterator[Finding], level: Level | None = None) -> list[str]:
    return [f.code for f in findings if level is None or f.level is level]


def test_without_a_flow_meter_its_faults_are_said_to_be_off(tmp_path: Path) -> None:
    bare = board(tmp_path, ("[flow]\npin = 6\npulses_per_litre = 450.0\n", ""))
    (finding,) = [f for f in wiring.promised(bare) if f.code == "no_flow_meter"]
    assert finding.level is Level.OFF
    assert "faults are off" in finding.en
    assert "no_flow_meter" not in codes(wiring.promised(board(tmp_path)))


def test_a_tank_without_a_float_switch(hardware: Hardware, tmp_path: Path) -> None:
    assert "no_float_switch" in codes(wiring.promised(hardware))
    with_switch = board(tmp_path, ("[[zones]]", "[tank]\npin = 13\n\n[[zones]]"))
    assert "no_float_switch" not in codes(wiring.promised(with_switch))


def test_a_zone_with_too_few_probes_is_named(hardware: Hardware) -> None:
    found = [f for f in wiring.promised(hardware) if f.code == "few_probes"]
    assert [f.facts["zone"] for f in found] == ["z2"]


@pytest.mark.parametrize(
    ("pin", "active_high", "level"),
    [(5, True, "dl"), (26, False, "dh"), (26, True, None), (5, False, None)],
)
def test_a_relay_that_the_chip_pulls_to_on_while_booting(
    tmp_path: Path, pin: int, level: str | None, *, active_high: bool
) -> None:
    pump = f"pin = {pin}\nactive_high = {str(active_high).lower()}"
    found = wiring.promised(board(tmp_path, ("pin = 5", pump)))
    advice = [f for f in found if f.code == "on_while_booting"]
    assert [f.facts["level"] for f in advice] == ([level] if level else [])
    assert all(f"gpio={pin}=op,{level}" in f.vi for f in advice)


def test_a_running_agent_holds_every_output(hardware: Hardware) -> None:
    held = dict.fromkeys(range(28), OURS)
    assert set(codes(wiring.held(hardware, held, agent_runs=True))) == {"output"}
    found = list(wiring.held(hardware, {**held, 17: FREE}, agent_runs=True))
    assert [f.facts["output"] for f in found if f.code == "output_not_held"] == ["z1"]


def test_an_output_claimed_as_an_input_is_not_held(hardware: Hardware) -> None:
    as_input = Line(used=True, is_output=False, consumer="lg")
    found = wiring.held(hardware, dict.fromkeys(range(28), as_input), agent_runs=True)
    assert set(codes(found)) == {"output_not_held"}


def test_somebody_else_on_our_output_is_named(hardware: Hardware) -> None:
    others = {**dict.fromkeys(range(28), FREE), 27: Line(True, True, "fan-control")}
    found = list(wiring.held(hardware, others, agent_runs=False))
    (finding,) = [f for f in found if f.level is Level.LOOK]
    assert "fan-control" in finding.en
    assert "GPIO27" in finding.vi


def test_a_pin_that_the_board_has_not(hardware: Hardware) -> None:
    found = wiring.held(hardware, {5: FREE, 17: FREE}, agent_runs=False)
    assert codes(found, Level.LOOK) == ["no_such_line"]


def test_the_kernels_answer_is_read_as_its_header_says() -> None:
    held = lines.LINE_INFO.pack(17, 0b11, b"GPIO17", b"lg")
    assert lines.line(held) == OURS
    assert lines.line(lines.LINE_INFO.pack(17, 0, b"", b"")) == FREE
    assert (lines.CHIP_INFO_REQUEST, lines.LINE_INFO_REQUEST) == (0x8044B401, 0xC048B402)


def test_a_machine_without_a_header_has_no_lines(tmp_path: Path) -> None:
    (tmp_path / "gpiochip0").write_text("not a chip")
    (tmp_path / "gpiochip1").mkdir()
    assert lines.header_lines(tmp_path) == {}


def test_outputs_go_by_the_names_that_people_use(hardware: Hardware) -> None:
    assert {o.pin: name for name, o in wiring.outputs(hardware).items()} == OUTPUTS
