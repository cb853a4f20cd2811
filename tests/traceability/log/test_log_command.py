"""``vuonso stamps log`` as an inspector uses it, on files that anybody may have copied."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from traceability.cli import main
from traceability.log import Tree, leaf_hash
from traceability.notes import Checkpoint, Inclusion, Signer, sign
from traceability.tiles import write

SIGNER = Signer("htx.example/so", Ed25519PrivateKey.from_private_bytes(bytes(32)))
KEY = str(SIGNER.verifier)
ENTRIES = [b'{"event":%d}' % number for number in range(300)]


def head(entries: list[bytes]) -> str:
    tree = Tree(map(leaf_hash, entries))
    return sign(str(Checkpoint("htx.example/so", tree.size, tree.root())), [SIGNER])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "log", ENTRIES, head(ENTRIES))
    return tmp_path


def test_a_whole_log_is_told_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["log", "check", "--key", KEY, str(folder / "log")]) == 0
    assert "300 entries, whole" in capsys.readouterr().out


def test_a_changed_file_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "log" / "tile" / "0" / "000"
    path.write_bytes(bytes(8192))
    assert main(["log", "check", "--key", KEY, str(folder / "log")]) == 1
    assert "tile/0/000" in capsys.readouterr().err


def test_a_log_is_held_against_the_checkpoint_somebody_kept(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = folder / "kept"
    check = ["log", "check", "--json", "--key", KEY, "--since", str(kept), str(folder / "log")]
    kept.write_text(head(ENTRIES[:200]))
    assert main(check) == 0
    assert json.loads(capsys.readouterr().out)["since"] == 200
    for past in (head([b"taken back", *ENTRIES[:199]]), head([*ENTRIES, b"and one more"])):
        kept.write_text(past)
        assert main(check) == 1
        assert json.loads(capsys.readouterr().out)["error"] == "note"


def test_a_proof_file_is_verified_with_its_entry(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tree = Tree(map(leaf_hash, ENTRIES))
    proof, entry = folder / "lot.tlog-proof", folder / "event.json"
    proof.write_text(str(Inclusion(7, tree.inclusion(7), head(ENTRIES))))
    entry.write_bytes(ENTRIES[7])
    call = ["log", "verify", "--key", KEY, "--entry", str(entry), str(proof)]
    assert main(call) == 0
    entry.write_bytes(ENTRIES[8])
    assert main(call) == 1
    assert main(["log", "verify", str(proof)]) == 1
    assert "--key" in capsys.readouterr().err
