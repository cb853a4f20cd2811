import json
from pathlib import Path

import pytest

from traceability import token
from traceability.cli import main
from traceability.keyfile import KeyFile

LOT = ["--host", "https://txng.vn", "--gtin", "8935000000007", "--product", "Cà chua bi"]
DATES = ["--lot", "20261123-Z1-01", "--harvested", "2026-11-23"]


@pytest.fixture
def keys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    path = tmp_path / "keys.json"
    assert main(["key", str(path), "--season", "2026-2"]) == 0
    assert capsys.readouterr().out == "kid 0  season 2026-2\n"
    return path


def issue(keys: Path, quantity: int, *more: str) -> int:
    run = keys.with_name("run.json")
    options = ["--keys", str(keys), "--quantity", str(quantity), "--out", str(run)]
    return main(["issue", *LOT, *DATES, *options, *more])


def test_issue_print_and_verify(keys: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run, sheets = keys.with_name("run.json"), keys.with_name("labels.pdf")

    assert issue(keys, 3) == 0
    assert main(["print", str(run), "--keys", str(keys), "--out", str(sheets)]) == 0

    out = capsys.readouterr().out
    assert "issuance 1: 3 stamps for lot 20261123-Z1-01" in out
    assert "3 labels" in out
    assert sheets.read_bytes().startswith(b"%PDF")


def test_a_serial_verifies_typed_or_as_a_link(
    keys: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    serial = _serial(keys)
    for text in (serial, serial.lower(), f"https://TXNG.VN/T/{serial}"):
        assert main(["verify", text, "--keys", str(keys)]) == 0
        assert capsys.readouterr().out == "genuine: kid 0, issuance 9, index 4\n"


def test_an_invented_serial_is_not_genuine(keys: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "0" * 20, "--keys", str(keys)]) == 1
    assert "not genuine" in capsys.readouterr().err


def test_numbers_are_never_issued_twice(keys: Path) -> None:
    assert issue(keys, 1) == 0
    assert issue(keys, 1) == 0
    assert json.loads(keys.with_name("run.json").read_text())["issuance"] == 2


def test_a_season_is_added_under_a_free_id(keys: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["key", str(keys), "--season", "2027-1"]) == 0
    assert "kid 1  season 2027-1" in capsys.readouterr().out
    assert main(["key", str(keys), "--season", "2027-1"]) == 2
    for number in range(14):
        assert main(["key", str(keys), "--season", f"more-{number}"]) == 0
    assert main(["key", str(keys), "--season", "too many"]) == 2
    assert "All 16 key ids are in use" in capsys.readouterr().err


def test_the_key_file_is_for_its_owner_only(
    keys: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert keys.stat().st_mode & 0o777 == 0o600
    keys.chmod(0o644)
    assert issue(keys, 1) == 2
    assert "chmod 600" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "why"),
    [("{}", "master: Field required"), ("no json", "Invalid JSON"), ('{"x": 1}', "master")],
)
def test_a_broken_key_file_is_named_with_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, why: str
) -> None:
    path = tmp_path / "keys.json"
    path.write_text(content)
    path.chmod(0o600)
    assert main(["verify", "0" * 20, "--keys", str(path)]) == 2
    err = capsys.readouterr().err
    assert str(path) in err
    assert why in err


def test_missing_files_and_wrong_numbers_end_with_a_sentence(
    keys: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", "0" * 20, "--keys", str(keys.with_name("none.json"))]) == 2
    assert "cannot be read: No such file" in capsys.readouterr().err
    assert issue(keys, 0) == 2
    assert issue(keys, 100_001) == 2
    assert "make several runs" in capsys.readouterr().err
    assert issue(keys, 1, "--gtin", "123") == 2
    assert "AI (01)" in capsys.readouterr().err


def test_a_run_of_a_forgotten_season_cannot_be_printed(
    keys: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = keys.with_name("run.json")
    assert issue(keys, 1) == 0
    run.write_text(run.read_text().replace('"kid": 0', '"kid": 5'))
    assert main(["print", str(run), "--keys", str(keys), "--out", "unused.pdf"]) == 2
    assert "no season with kid 5" in capsys.readouterr().err


def _serial(keys: Path) -> str:
    return token.issue(KeyFile.load(keys).keys()[0], 9, 4)
