"""`vuonso edge doctor` as a person runs it."""

import json
import re
import string
from pathlib import Path

import pytest
from gpiozero import Device
from gpiozero.pins.mock import MockFactory

from edge import calibration, cli
from edge.calibration import Book, FlowPoints, ProbePoints
from edge.checkup.words import WORDS
from tests.edge.checkup.pi import Pi
from wire import identity

SENTENCE = re.compile(r"[.?!](?:\s|$)")
LONGEST_WORDS = 14


@pytest.fixture
def folder(board_file: Path) -> Path:
    """A board, an identity and a data folder."""
    who = identity.new_identity(("mqtt://127.0.0.1:1",), simulated=True)
    identity.save(who, board_file.parent / "identity.json")
    return board_file.parent


@pytest.fixture
def mock_pins() -> MockFactory:
    Device.pin_factory = MockFactory()
    return Device.pin_factory


def doctor(folder: Path, *words: str | Path) -> int:
    files = ["--config", folder / "hardware.toml", "--data", folder]
    return cli.main(["doctor", *map(str, files), *map(str, words)])


def test_it_says_in_both_languages_what_to_look_at(
    folder: Path, mock_pins: MockFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    assert doctor(folder) == 1
    told = capsys.readouterr().out
    assert "look  z2: ít hơn 2 que đo ẩm" in told
    assert "      z2: fewer than 2 probes" in told
    assert "will be made at the first start" in told
    assert "Pins by MockFactory" in told
    assert "127.0.0.1:1 does not answer" in told
    assert mock_pins is Device.pin_factory


def test_a_damaged_store_and_an_open_identity_are_found(
    folder: Path, mock_pins: MockFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "edge.db").write_bytes(b"rubbish" * 1000)
    (folder / "identity.json").chmod(0o644)
    assert doctor(folder) == 1
    told = capsys.readouterr().out
    assert "damaged" in told
    assert "chmod 600" in told
    assert mock_pins is Device.pin_factory


def test_a_program_gets_codes_levels_and_facts(
    folder: Path, mock_pins: MockFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    assert doctor(folder, "--json") == 1
    findings = {finding["code"]: finding for finding in json.loads(capsys.readouterr().out)}
    assert findings["few_probes"]["facts"] == {"zone": "z2", "least": "2"}
    assert findings["few_probes"]["level"] == "look"
    assert findings["no_float_switch"]["level"] == "off"
    assert mock_pins is Device.pin_factory


def test_a_broken_board_file_does_not_hide_the_rest(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "hardware.toml").write_text("zones = 1\n", encoding="utf-8")
    assert doctor(folder, "--json") == 1
    codes = [finding["code"] for finding in json.loads(capsys.readouterr().out)]
    assert codes[0] == "board_broken"
    assert {"identity", "store_to_be_made", "broker_unreachable"} <= set(codes)


def test_a_mounted_card_of_a_well_installed_pi_needs_nobody(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pi = Pi.installed(folder / "card")
    two_probes = (folder / "hardware.toml").read_text("utf-8").split("[[zones]]")
    z1, probes = two_probes[1], two_probes[2].split("[[probes]]", 1)[1]
    board = f"[pump]\npin = 26\n[[zones]]{z1}[[probes]]{probes}"
    pi.write("etc/vuonso/hardware.toml", board)
    (pi.root / "var/lib/vuonso").mkdir(parents=True)
    identity.save(
        identity.load(folder / "identity.json"), pi.root / "var/lib/vuonso/identity.json"
    )
    assert cli.main(["doctor", "--root", str(pi.root)]) == 0, capsys.readouterr().out


def test_both_languages_tell_the_same_facts_and_sentences_stay_short() -> None:
    for code, (vi, en) in WORDS.items():
        asked = {name for _, name, _, _ in string.Formatter().parse(vi + en) if name}
        told = dict.fromkeys(asked, "x")
        assert vi.format(**told), code
        assert en.format(**told), code
        longest = max(len(part.split()) for part in SENTENCE.split(vi))
        assert longest <= LONGEST_WORDS, (code, vi)


def test_what_nobody_has_calibrated_is_named(
    folder: Path, mock_pins: MockFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    def told() -> dict[str, dict[str, str]]:
        doctor(folder, "--json")
        findings = json.loads(capsys.readouterr().out)
        return {finding["code"]: finding["facts"] for finding in findings}

    assert told()["uncalibrated"] == {"which": "p1, p2, flow"}
    at = {"by": "Lan", "at": "2026-01-07T12:00:00+07:00"}
    points = {"kind": "mcp3008", "dry_raw": 690, "wet_raw": 310, "dry_vwc": 0.0, "wet_vwc": 0.55}
    probes = tuple(
        ProbePoints.model_validate({"key": key, **points, **at}) for key in ("p1", "p2")
    )
    bucket = FlowPoints.model_validate({"pulses": 4300, "litres": 10.0, **at})
    calibration.write(folder / calibration.FILE, Book(probes=probes, flow=(bucket,)))
    assert "calibrated" in told()
    (folder / calibration.FILE).write_text("[[probes]]\n", encoding="utf-8")
    assert "calibration.toml" in told()["board_broken"]["why"]
    assert mock_pins is Device.pin_factory
