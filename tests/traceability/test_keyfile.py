import stat
from datetime import date
from pathlib import Path

import pytest

from traceability.errors import KeyFileError
from traceability.keyfile import KeyFile, PrintRun
from traceability.labels import Label


def test_a_key_file_comes_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    made = KeyFile.new("2026-2").with_season("2027-1")
    made.save(path)
    assert KeyFile.load(path) == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["keys.json"]


def test_a_new_file_is_never_readable_by_others_even_over_an_open_one(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text("old")
    path.chmod(0o644)
    KeyFile.new("2026-2").save(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_every_file_has_its_own_master_and_never_shows_it() -> None:
    one, two = KeyFile.new("2026-2"), KeyFile.new("2026-2")
    assert one.master != two.master
    assert one.master not in repr(one)


def test_seasons_have_different_keys() -> None:
    keys = KeyFile.new("2026-2").with_season("2027-1").keys()
    assert sorted(keys) == [0, 1]
    assert keys[0].cipher.encrypt(0) != keys[1].cipher.encrypt(0)


@pytest.mark.parametrize(
    ("field", "value", "where"),
    [
        ('"kid":0', '"kid":16', "seasons.0.kid"),
        ('"next_issuance":1', '"next_issuance":0', "next_issuance"),
        ('"season":"2026-2"', '"season":""', "seasons.0.season"),
        ('"seasons"', '"saisons"', "seasons"),
    ],
)
def test_a_wrong_value_is_named(tmp_path: Path, field: str, value: str, where: str) -> None:
    path = tmp_path / "keys.json"
    text = KeyFile.new("2026-2").model_dump_json()
    assert field in text
    path.write_text(text.replace(field, value))
    path.chmod(0o600)
    with pytest.raises(KeyFileError, match=f"{path}: {where}: "):
        KeyFile.load(path)


def test_a_print_run_holds_all_that_a_reprint_needs(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    run = PrintRun(
        issuance=7,
        kid=0,
        quantity=65,
        host="https://TXNG.VN",
        gtin="02000000000015",
        product="Dưa lưới",
        lot="L1",
        harvested_on=date(2026, 11, 23),
        simulated=True,
    )
    path.write_text(run.model_dump_json(), encoding="utf-8")
    assert PrintRun.load(path).label() == Label(
        "https://TXNG.VN", "02000000000015", "Dưa lưới", "L1", date(2026, 11, 23), simulated=True
    )
