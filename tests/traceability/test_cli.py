import csv
import json
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from pypdf import PdfReader

from traceability import sealed, token
from traceability.cli import main
from traceability.errors import KeyFileError
from traceability.keyfile import KeyFile, PrintRun
from traceability.labels import Fact

LOT = ["--host", "https://txng.vn", "--gtin", "8935000000007", "--product", "Cà chua bi"]
DATES = ["--lot", "20261123-Z1-01", "--harvested", "2026-11-23"]


@pytest.fixture
def keys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    path = tmp_path / "keys.json"
    assert main(["keygen", str(path), "--season", "2026-2"]) == 0
    assert capsys.readouterr().out == "kid 0  season 2026-2\n"
    return path


def issue(keys: Path, quantity: int, *more: str) -> int:
    run = keys.with_name("run.json")
    options = ["--keys", str(keys), "--quantity", str(quantity), "--out", str(run)]
    return main(["issue", *LOT, *DATES, *options, *more])


def test_issue_print_and_verify(keys: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run, sheets = keys.with_name("run.json"), keys.with_name("labels.pdf")

    assert issue(keys, 3) == 0
    assert main(["sheet", str(run), "--keys", str(keys), "--out", str(sheets)]) == 0

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


def test_labels_for_a_label_printer(keys: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert issue(keys, 2) == 0
    words = ["sheet", str(keys.with_name("run.json")), "--keys", str(keys), "--dpi", "203"]
    for ending, begins in (("zpl", b"^XA"), ("tspl", b"SIZE 50 mm,30 mm")):
        out = keys.with_name(f"labels.{ending}")
        assert main([*words, "--sheet", "roll-50x30", "--out", str(out)]) == 0
        assert out.read_bytes().startswith(begins)
    assert main([*words, "--out", str(keys.with_name("labels.zpl"))]) == 2
    assert "roll" in capsys.readouterr().err
    assert main([*words, "--out", str(keys.with_name("labels.png"))]) == 2
    assert ".tspl" in capsys.readouterr().err


def test_numbers_are_never_issued_twice(keys: Path) -> None:
    assert issue(keys, 1) == 0
    assert issue(keys, 1) == 0
    assert json.loads(keys.with_name("run.json").read_text())["issuance"] == 2


def test_sealed_stamps_are_signed_and_carry_a_serial_too(
    keys: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, links = keys.with_name("run.json"), keys.with_name("links.csv")
    assert issue(keys, 2, "--sealed") == 0
    assert main(["sheet", str(run), "--keys", str(keys), "--out", str(links)]) == 0
    with links.open(encoding="utf-8", newline="") as file:
        row = list(csv.DictReader(file))[1]
    assert row["link"].startswith("https://TXNG.VN/S/")
    public = KeyFile.load(keys).sealing_key(0).public_key()
    seal = sealed.read(row["link"].rpartition("/")[2], {0: public})
    assert (seal.issuance, seal.index) == (1, 1)
    assert seal.fits_lot("20261123-Z1-01")
    capsys.readouterr()
    assert main(["verify", row["typed"], "--keys", str(keys)]) == 0
    assert capsys.readouterr().out == "genuine: kid 0, issuance 1, index 1\n"
    assert (
        main(["sheet", str(run), "--keys", str(keys), "--out", str(keys.with_name("a.pdf"))]) == 2
    )
    assert "only up to version 5" in capsys.readouterr().err
    sheets = keys.with_name("labels.pdf")
    words = ["sheet", str(run), "--keys", str(keys), "--out", str(sheets), "--sheet", "a4-40"]
    assert main(words) == 0
    assert sheets.read_bytes().startswith(b"%PDF")


def test_a_sealed_stamp_needs_its_day_and_another_does_not(
    keys: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = keys.with_name("run.json")
    words = ["issue", *LOT, *DATES[:2], "--keys", str(keys), "--quantity", "1", "--out", str(run)]
    assert main([*words, "--sealed"]) == 2
    assert "--harvested" in capsys.readouterr().err
    assert main([*words, "--language", "en"]) == 0
    assert PrintRun.load(run).label().facts() == [Fact("Lot", "20261123-Z1-01")]
    run.write_text(run.read_text().replace('"sealed": false', '"sealed": true'))
    with pytest.raises(KeyFileError, match="day of harvest"):
        PrintRun.load(run)


def test_a_season_is_added_under_a_free_id(keys: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keygen", str(keys), "--season", "2027-1"]) == 0
    assert "kid 1  season 2027-1" in capsys.readouterr().out
    assert main(["keygen", str(keys), "--season", "2027-1"]) == 2
    for number in range(14):
        assert main(["keygen", str(keys), "--season", f"more-{number}"]) == 0
    assert main(["keygen", str(keys), "--season", "too many"]) == 2
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
    assert issue(keys, (1 << 24) + 1) == 2
    assert "make several runs" in capsys.readouterr().err
    assert issue(keys, 1, "--gtin", "123") == 2
    assert "AI (01)" in capsys.readouterr().err


def test_a_run_of_a_forgotten_season_cannot_be_printed(
    keys: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = keys.with_name("run.json")
    assert issue(keys, 1) == 0
    run.write_text(run.read_text().replace('"kid": 0', '"kid": 5'))
    assert main(["sheet", str(run), "--keys", str(keys), "--out", "unused.pdf"]) == 2
    assert "no season with kid 5" in capsys.readouterr().err


def test_a_long_run_is_split_into_files_that_programs_open(
    keys: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, links = keys.with_name("run.json"), keys.with_name("links.csv")
    assert issue(keys, 100_002) == 0
    capsys.readouterr()
    words = ["sheet", str(run), "--keys", str(keys), "--out", str(links), "--json"]
    assert main(words) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["labels"] for one in told] == [100_000, 2]
    assert not links.exists()
    with links.with_name("links-002.csv").open(encoding="utf-8") as file:
        header, first, last = csv.reader(file)
    assert header == ["number", "serial", "typed", "link"]
    assert [first[0], last[0]] == ["100001", "100002"]
    key = KeyFile.load(keys).keys()[0]
    assert last[1] == token.issue(key, 1, 100_001)
    assert last[3].endswith(f"/01/08935000000007/21/{last[1]}")


def test_a_roll_has_a_label_on_each_page(keys: Path) -> None:
    run, sheets = keys.with_name("run.json"), keys.with_name("labels.pdf")
    assert issue(keys, 3) == 0
    options = ["--keys", str(keys), "--out", str(sheets), "--sheet", "roll-40x25", "--dpi", "203"]
    assert main(["sheet", str(run), *options]) == 0
    pages = PdfReader(sheets).pages
    assert len(pages) == 3
    assert [round(float(side) * 25.4 / 72) for side in pages[0].mediabox[2:]] == [40, 25]


def test_a_plan_says_what_a_host_costs(capsys: pytest.CaptureFixture[str]) -> None:
    call = ["plan", "--gtin", "8935000000007", "--json", "--host"]
    assert main([*call, "https://txng.vn"]) == 0
    short = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    unit = next(one for one in short if (one["kind"], one["dpi"]) == ("unit", 300))
    assert (unit["version"], unit["dots"], unit["side_mm"]) == (3, 5, 15.7)
    assert "a4-65" in unit["sheets"]
    assert unit["printed_mm"]["a4-65"] == 15.7
    assert unit["printed_mm"]["a4-40"] > 20, "a larger label has room for a larger code"
    sealed = next(one for one in short if (one["kind"], one["dpi"]) == ("sealed", 300))
    assert (sealed["version"], sealed["side_mm"]) == (6, 20.7)
    assert main([*call, "https://tem.hoptacxa.vn", "--dpi", "203"]) == 0
    (longer, _sealed) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert longer["version"] == 4
    assert longer["module_mm"] >= 0.396


def test_the_code_of_a_plan_is_read_off_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "--host", "https://txng.vn", "--dpi", "300"]) == 0
    told = capsys.readouterr().out
    assert "a4-65 (15.7 mm)" in told
    lines = [line for line in told.splitlines() if set(line) <= set("█▀▄ ") and line]
    halves = {"█": (255, 255), "▀": (255, 0), "▄": (0, 255), " ": (0, 0)}
    picture = np.array(
        [[halves[sign][half] for sign in line] for line in lines for half in (0, 1)], np.uint8
    )
    (read,) = zxingcpp.read_barcodes(np.kron(picture, np.ones((4, 4), np.uint8)))
    assert read.text == told.splitlines()[-1]


def _serial(keys: Path) -> str:
    return token.issue(KeyFile.load(keys).keys()[0], 9, 4)
