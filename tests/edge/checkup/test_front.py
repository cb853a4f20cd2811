"""What the doctor says of emergency stop, buttons, lamp and buzzer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.checkup import front, wiring
from edge.checkup.finding import Finding, Level
from edge.config import Hardware
from edge.config_file import load
from edge.errors import HardwareError
from edge.hardware.front import is_closed
from edge.hardware.lines import Line
from firmware_sim.pins import SimFactory
from tests.edge.fakes import BOARD

STOP, RESUME, LAMP, BUZZER, WATER_Z1 = 16, 20, 12, 25, 22
SECTIONS = {
    "no_stop_contact": f"[emergency_stop]\npin = {STOP}\n",
    "no_resume_button": f"[resume_button]\npin = {RESUME}\n",
    "no_water_buttons": f'[[buttons]]\npin = {WATER_Z1}\nzone = "z1"\n',
    "no_lamp": f"[lamp]\npin = {LAMP}\n",
}
LISTENS = Line(used=True, is_output=False, consumer="lg")
DRIVES = Line(used=True, is_output=True, consumer="lg")
FREE = Line(used=False, is_output=False, consumer="")


def board(folder: Path, *sections: str) -> Hardware:
    path = folder / "hardware.toml"
    path.write_text("\n".join((BOARD, *sections)), encoding="utf-8")
    return load(path)


@pytest.fixture
def whole(tmp_path: Path) -> Hardware:
    return board(tmp_path, *SECTIONS.values(), f"[buzzer]\npin = {BUZZER}\n")


def by_code(findings: Iterator[Finding]) -> dict[str, Finding]:
    return {finding.code: finding for finding in findings}


def test_a_box_with_everything_on_it_lacks_nothing(whole: Hardware) -> None:
    assert by_code(front.promised(whole)) == {}


@pytest.mark.parametrize("code", SECTIONS)
def test_whatever_is_missing_is_named_with_what_is_lost(tmp_path: Path, code: str) -> None:
    pairs = {"no_stop_contact"} if code == "no_resume_button" else set()
    rest = (text for key, text in SECTIONS.items() if key not in {code} | pairs)
    found = by_code(front.promised(board(tmp_path, *rest)))
    assert found.keys() == {code} | pairs
    assert {finding.level for finding in found.values()} == {Level.OFF}


def test_a_buzzer_is_as_good_as_a_lamp(tmp_path: Path) -> None:
    loud = board(tmp_path, f"[buzzer]\npin = {BUZZER}\n")
    assert "no_lamp" not in by_code(front.promised(loud))


class TestBeforeTheAgentStarts:
    @pytest.fixture
    def closed(self) -> set[int]:
        """As the guide wires it, and nobody touches anything."""
        return {STOP}

    def test_contacts_at_rest_are_well(self, whole: Hardware, closed: set[int]) -> None:
        found = list(front.at_rest(whole, closed.__contains__))
        assert [finding.code for finding in found] == [
            "stop_contact_closed",
            "button_open",
            "button_open",
        ]
        assert {finding.level for finding in found} == {Level.OK}

    def test_a_stop_pressed_cut_off_or_normally_open_bars_all_water(
        self, whole: Hardware, closed: set[int]
    ) -> None:
        closed.remove(STOP)
        finding = by_code(front.at_rest(whole, closed.__contains__))["stop_contact_open"]
        assert finding.level is Level.LOOK
        assert "normally closed" in finding.en
        assert f"GPIO{STOP}" in finding.vi

    @pytest.mark.parametrize(("pin", "name"), [(RESUME, "resume button"), (WATER_Z1, "button z1")])
    def test_a_button_that_is_stuck_or_normally_closed_is_named(
        self, whole: Hardware, closed: set[int], pin: int, name: str
    ) -> None:
        closed.add(pin)
        finding = by_code(front.at_rest(whole, closed.__contains__))["button_closed"]
        assert finding.level is Level.LOOK
        assert finding.facts["button"] == name

    def test_a_pin_that_another_program_holds_does_not_hide_the_others(
        self, whole: Hardware
    ) -> None:
        def busy(pin: int) -> bool:
            if pin == STOP:
                raise HardwareError("GPIO busy")
            return False

        found = [finding.code for finding in front.at_rest(whole, busy)]
        assert found == ["contact_refused", "button_open", "button_open"]

    def test_a_contact_is_read_with_the_pins_own_pull_up_and_let_go(self) -> None:
        pins = SimFactory(lambda _channel: 0)
        assert not is_closed(STOP, pins)
        assert not is_closed(STOP, pins)
        pins.reset()


class TestWhileTheAgentRuns:
    def test_it_listens_to_every_contact_and_drives_light_and_sound(self, whole: Hardware) -> None:
        lines = {
            **dict.fromkeys(range(28), DRIVES),
            **dict.fromkeys((STOP, RESUME, WATER_Z1), LISTENS),
        }
        heard = list(front.listened_to(whole, lines))
        assert [finding.code for finding in heard] == ["contact_heard"] * 3
        held = {f.facts["output"] for f in wiring.held(whole, lines, agent_runs=True)}
        assert {"lamp", "buzzer"} <= held

    @pytest.mark.parametrize("line", [FREE, DRIVES, None])
    def test_a_contact_it_does_not_hear_asks_for_a_restart(
        self, whole: Hardware, line: Line | None
    ) -> None:
        lines = dict.fromkeys((RESUME, WATER_Z1), LISTENS)
        lines |= {} if line is None else {STOP: line}
        found = by_code(front.listened_to(whole, lines))
        assert found["contact_not_heard"].facts["contact"] == "emergency stop"
        assert found["contact_not_heard"].level is Level.LOOK


def test_a_buzzer_on_a_pin_that_is_pulled_up_would_cry_at_every_start(tmp_path: Path) -> None:
    loud = board(tmp_path, "[buzzer]\npin = 4\n")
    finding = by_code(wiring.promised(loud))["on_while_booting"]
    assert finding.facts == {"output": "buzzer", "pin": "4", "level": "dl"}
