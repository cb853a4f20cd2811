import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from traceability import token
from traceability.cli import main
from traceability.keyfile import KeyFile

LINK = "https://id.gs1.org/01/09520123456788/10/L1"


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    path = tmp_path / "keys.json"
    KeyFile.new("2026-2").save(path)
    return path


def answers(capsys: pytest.CaptureFixture[str]) -> Iterator[dict[str, Any]]:
    return map(json.loads, capsys.readouterr().out.splitlines())


def test_lines_are_answered_one_by_one_in_their_order(capsys: pytest.CaptureFixture[str]) -> None:
    typed = [f"{LINK}\n", "\n", "(01)09520123456788(99)é\r\n", "^9520\n", "9520123456788"]
    assert main(["parse", "-"], typed) == 1
    assert list(answers(capsys)) == [
        {"ok": True, "ai": {"01": "09520123456788", "10": "L1"}, "canonical": LINK},
        {
            "ok": False,
            "error": "link",
            "message": "a Digital Link starts with http:// or https://",
        },
        {
            "ok": False,
            "error": "value",
            "message": "AI (99): INTERNAL holds a character outside GS1's set 82",
        },
        {"ok": True, "ai": {"95": "20"}, "canonical": None},
        {
            "ok": True,
            "ai": {"01": "09520123456788"},
            "canonical": "https://id.gs1.org/01/09520123456788",
        },
    ]


def test_a_code_is_told_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["parse", "https://id.gs1.org/CxBBkBOxyINA", "(10)L1"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "(01) 08936888064228",
        "(10) A",
        "canonical: https://id.gs1.org/01/08936888064228/10/A",
        "(10) L1",
        "note: AI (10): needs (01) or (02) or (03) or (8006) or (8026) on the same item",
    ]
    assert main(["parse", "https://a/01/9520123456788"]) == 1
    assert capsys.readouterr().err == "refused: AI (01): GTIN has 14 digits, not 13\n"


def test_a_reader_may_be_told_to_be_strict_or_tolerant(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["parse", "--json", "--strict", "(10)L1"]) == 1
    assert next(answers(capsys))["error"] == "association"
    assert main(["parse", "--json", "--tolerant", "https://a/gtin/9520123456788/lot/L1"]) == 0
    assert next(answers(capsys))["canonical"] == LINK


def test_serials_are_verified_one_a_line_however_they_were_typed(
    keys: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    serial = token.issue(KeyFile.load(keys).keys()[0], 9, 4)
    slips = serial.lower().replace("0", "o").replace("1", "l")
    typed = [
        f"{serial}\n",
        f"{token.grouped(slips)}\n",
        f"https://TXNG.VN/T/{serial}?x=1\n",
        "U\n",
    ]
    assert main(["verify", "-", "--keys", str(keys)], typed) == 1
    good = {"ok": True, "serial": serial, "kid": 0, "issuance": 9, "index": 4}
    *genuine, wrong = answers(capsys)
    assert genuine == [good] * 3
    assert wrong == {
        "ok": False,
        "error": "serial",
        "message": "A serial has 20 letters and digits, without U.",
    }


def test_events_are_hashed_file_by_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    event = {
        "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        "type": "ObjectEvent",
        "eventTime": "2026-11-23T06:30:00+07:00",
        "eventTimeZoneOffset": "+07:00",
        "action": "OBSERVE",
        "epcList": ["https://id.gs1.org/01/09520123456788/21/S1"],
    }
    good, wrong = tmp_path / "good.json", tmp_path / "wrong.json"
    good.write_text(json.dumps(event))
    wrong.write_text(json.dumps({**event, "action": "WATER"}))
    text = (
        "eventType=ObjectEventeventTime=2026-11-22T23:30:00.000ZeventTimeZoneOffset=+07:00"
        "epcListepc=https://id.gs1.org/01/09520123456788/21/S1action=OBSERVE"
    )
    digest = f"ni:///sha-256;{hashlib.sha256(text.encode()).hexdigest()}?ver=CBV2.0"

    assert main(["hash", "--pre-hash", str(good)]) == 0
    assert capsys.readouterr().out.splitlines() == [digest, text]
    assert main(["hash", "--json", str(good), str(wrong)]) == 1
    hashed, refused = answers(capsys)
    assert hashed == {"ok": True, "file": str(good), "hashes": [digest]}
    assert refused["message"] == "$.action: Input should be 'ADD', 'OBSERVE' or 'DELETE'"
    assert main(["hash", str(tmp_path / "none.json")]) == 2
    assert "none.json" in capsys.readouterr().err


def test_help_ends_with_examples_and_the_exit_status(capsys: pytest.CaptureFixture[str]) -> None:
    for command in (
        "keygen",
        "issue",
        "sheet",
        "plan",
        "legal",
        "export",
        "parse",
        "verify",
        "hash",
    ):
        with pytest.raises(SystemExit):
            main([command, "--help"])
        told = capsys.readouterr().out
        assert f"vuonso stamps {command}" in told.partition("examples:")[2]
        assert "exit status" in told
