"""Proofs and notes that others published, right and wrong ones, each judged as they judge it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from traceability.cli import main
from traceability.notes import Verifier, verify


def test_every_merkle_proof_is_judged_as_published(
    vectors: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = sorted((vectors / "merkle").rglob("*.json"))
    assert len(files) > 90
    expected = [not json.loads(path.read_bytes())["wantErr"] for path in files]
    status = main(["log", "verify", "--json", *map(str, files)])
    judged = [json.loads(line)["ok"] for line in capsys.readouterr().out.splitlines()]
    assert {str(path): ok for path, ok in zip(files, judged, strict=True)} == {
        str(path): ok for path, ok in zip(files, expected, strict=True)
    }
    assert status == 1  # some of them are wrong on purpose


def test_the_published_note_is_believed(vectors: Path) -> None:
    example = json.loads((vectors / "signed-note" / "example.json").read_bytes())
    text, signed = verify(example["note"], [Verifier.parse(example["vkey"])])
    assert text == "This is an example message.\n"
    assert len(signed) == 1


Changes = Callable[[dict[str, object]], object]


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told | {"proof": "AAAA"},
        lambda told: told | {"proof": [1]},
        lambda told: told | {"treeSize": "8"},
        lambda told: told | {"treeSize": True},
        lambda told: told | {"leafHash": "ÀÀ"},
        lambda _told: [],
        lambda _told: {},
    ],
    ids=["one hash", "number", "text size", "yes", "letters", "list", "nothing"],
)
def test_what_is_no_proof_is_told_in_words(
    change: Changes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    leaf = "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0="
    told: dict[str, object] = {"leafIdx": 0, "treeSize": 1, "root": leaf, "leafHash": leaf}
    path = tmp_path / "proof.json"
    path.write_text(json.dumps(told | {"proof": None}))
    assert main(["log", "verify", str(path)]) == 0
    path.write_text(json.dumps(change(told | {"proof": None})))
    assert main(["log", "verify", "--json", str(path)]) == 1
    answer = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert answer["error"] == "note"
    assert answer["message"]
