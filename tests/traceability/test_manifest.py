"""The list that verifies stamps without a network: whole, signed, and honest about its age."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from tests.traceability.conftest import MASTER
from traceability import sealed
from traceability.cli import main
from traceability.errors import NoteError, SerialError
from traceability.manifest import Manifest, Recall, Run, SeasonKey, Verdict
from traceability.notes import Signer
from traceability.sealed import Seal, lot_check

SIGNER = Signer("htx.example/tem", Ed25519PrivateKey.from_private_bytes(bytes(32)))
TRUSTED = [SIGNER.verifier]
KEY = sealed.derive(MASTER, "2026-2")
LIST = Manifest(
    origin="htx.example/tem",
    sequence=4,
    issued_on=date(2026, 11, 29),
    valid_until=date(2027, 6, 30),
    hosts=["TXNG.VN"],
    keys=[SeasonKey(3, "2026-2", KEY.public_key().public_bytes_raw())],
    runs=[Run(12, 3, 500, "Dưa lưới Mai Anh"), Run(13, 3, 10, "Cà chua bi")],
    recalls=[Recall(12, 100, 199, "thuốc còn trong thời gian cách ly")],
)


def stamp(issuance: int, index: int) -> str:
    seal = Seal(
        kid=3,
        issuance=issuance,
        index=index,
        harvested_on=date(2026, 11, 23),
        simulated=False,
        lot_check=lot_check("L1"),
    )
    return sealed.issue(seal, KEY)


@pytest.mark.parametrize(
    ("issuance", "index", "verdict"),
    [
        (12, 0, Verdict.GENUINE),
        (12, 499, Verdict.GENUINE),
        (12, 500, Verdict.OVERISSUED),
        (12, 100, Verdict.RECALLED),
        (12, 199, Verdict.RECALLED),
        (12, 200, Verdict.GENUINE),
        (13, 150, Verdict.OVERISSUED),
        (14, 0, Verdict.UNLISTED),
    ],
)
def test_a_stamp_is_judged_by_its_run(issuance: int, index: int, verdict: Verdict) -> None:
    found, seal = LIST.judge(stamp(issuance, index))
    assert found is verdict
    assert (seal.issuance, seal.index) == (issuance, index)


def test_a_stamp_nobody_signed_is_not_judged() -> None:
    digits = stamp(12, 0)
    with pytest.raises(SerialError):
        LIST.judge(digits[:-1] + str((int(digits[-1]) + 1) % 10))


def test_a_run_signed_with_another_season_s_key_is_refused() -> None:
    moved = replace(LIST, runs=[replace(LIST.runs[0], kid=4)])
    with pytest.raises(SerialError, match="another season"):
        moved.judge(stamp(12, 0))


def test_what_is_signed_is_read_back() -> None:
    assert Manifest.read(LIST.signed([SIGNER]), TRUSTED) == LIST


def test_the_order_in_which_facts_are_told_changes_nothing() -> None:
    assert str(replace(LIST, runs=LIST.runs[::-1])) == str(LIST)


def test_a_list_somebody_else_signed_is_not_read() -> None:
    other = Signer(SIGNER.name, Ed25519PrivateKey.from_private_bytes(bytes([1]) * 32))
    with pytest.raises(NoteError):
        Manifest.read(LIST.signed([other]), TRUSTED)


@given(st.data())
def test_a_changed_list_is_not_read(data: st.DataObject) -> None:
    note = LIST.signed([SIGNER])
    text_end = note.rindex("\n\n")
    place = data.draw(st.integers(0, text_end))
    other = data.draw(st.characters(codec="utf-8").filter(lambda one: one != note[place]))
    with pytest.raises(NoteError):
        Manifest.read(note[:place] + other + note[place + 1 :], TRUSTED)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"2026-11-29"', '"mai"'),
        ("500", "-1"),
        ("500", "true"),
        ("500", "16777217"),
        ("[\n   12,\n   3", "[\n   16777216,\n   3"),
        ("[\n   12,\n   3", "[\n   12,\n   16"),
        ('"sequence": 4', '"sequence": 4.0'),
        ('"2027-06-30"', "20270630"),
        ("500", "5e2"),
        ('"TXNG.VN"', "7"),
        ('"format"', '"kind"'),
        ("vuonso-manifest/1", "vuonso-manifest/2"),
        ("{", "["),
        ('"hosts"', '"more": 1, "hosts"'),
    ],
)
def test_a_list_of_another_shape_is_refused_even_signed(old: str, new: str) -> None:
    with pytest.raises(NoteError):
        Manifest.parse(str(LIST).replace(old, new, 1))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"sequence": 0}, "a number from 1"),
        ({"valid_until": date(2026, 11, 28)}, "not before its day"),
        ({"keys": [LIST.keys[0], replace(LIST.keys[0], season="2027-1")]}, "share a key id"),
        ({"runs": [LIST.runs[0], replace(LIST.runs[0], quantity=9)]}, "share an issuance"),
        ({"recalls": [Recall(12, 5, 4, "thu hồi")]}, "ends before it begins"),
    ],
    ids=lambda change: "-".join(change) if isinstance(change, dict) else "",
)
def test_a_list_that_says_two_things_of_one_is_none(change: dict[str, Any], why: str) -> None:
    with pytest.raises(NoteError, match=why):
        replace(LIST, **change)


def test_a_list_may_end_on_its_day_and_recall_one_stamp() -> None:
    replace(LIST, sequence=1, valid_until=LIST.issued_on, recalls=[Recall(12, 5, 5, "thu hồi")])


def test_a_new_key_file_is_told_the_numbers_that_are_free() -> None:
    assert (LIST.free_key_id(), LIST.next_issuance()) == (0, 14)
    assert replace(LIST, runs=[]).next_issuance() == 1
    full = [SeasonKey(kid, f"season {kid}", bytes(32)) for kid in range(16)]
    assert replace(LIST, keys=full[:7] + full[8:]).free_key_id() == 7
    with pytest.raises(NoteError, match="all 16 key ids"):
        replace(LIST, keys=full).free_key_id()


@given(st.text(max_size=200))
def test_whatever_is_read_only_our_errors_come_out(text: str) -> None:
    with pytest.raises(NoteError):
        Manifest.parse(text)


@pytest.fixture
def listed(tmp_path: Path) -> list[str]:
    path = tmp_path / "list.note"
    path.write_text(LIST.signed([SIGNER]), encoding="utf-8")
    return ["verify", "--manifest", str(path), "--key", str(SIGNER.verifier)]


def test_an_inspector_verifies_sealed_stamps_without_a_network(
    listed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*listed, f"https://TXNG.VN/S/{stamp(12, 7)}"]) == 0
    assert capsys.readouterr().out == "genuine: issuance 12, index 7, harvested 2026-11-23\n"
    assert main([*listed, "--json", stamp(14, 0)]) == 0
    assert json.loads(capsys.readouterr().out)["verdict"] == "unlisted"


@pytest.mark.parametrize(("issuance", "index", "said"), [(12, 500, "over"), (12, 150, "recalled")])
def test_what_must_not_be_sold_is_not_genuine(
    listed: list[str],
    issuance: int,
    index: int,
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([*listed, stamp(issuance, index)]) == 1
    assert said in capsys.readouterr().err


def test_a_list_is_not_believed_without_saying_whose(
    listed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*listed[:3], stamp(12, 0)]) == 2
    assert "--key" in capsys.readouterr().err
