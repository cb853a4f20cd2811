"""``vuonso stamps log`` as an inspector uses it, on files that anybody may have copied."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from traceability.cli import main
from traceability.log import Tree, leaf_hash
from traceability.notes import Checkpoint, Inclusion, Signer, Verifier, sign
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


@pytest.fixture
def keys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    path = tmp_path / "keys.json"
    assert main(["keygen", str(path), "--season", "2026-2"]) == 0
    capsys.readouterr()
    return path


def export(keys: Path, entries: list[bytes]) -> int:
    lines, folder = keys.with_name("events.jsonl"), keys.with_name("public")
    lines.write_bytes(b"\n".join(entries) + b"\n")
    options = ["--keys", str(keys), "--origin", "htx.example/so", "--json"]
    return main(["export", str(lines), str(folder), *options])


def test_a_log_is_exported_continued_and_never_rewritten(
    keys: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export(keys, ENTRIES[:200]) == 0
    told = json.loads(capsys.readouterr().out)
    kept = keys.with_name("kept")
    kept.write_bytes(keys.with_name("public").joinpath("checkpoint").read_bytes())
    assert export(keys, ENTRIES) == 0
    check = ["log", "check", "--key", told["key"], "--since", str(kept)]
    assert main([*check, str(keys.with_name("public"))]) == 0
    assert "300 entries, whole, grown out of 200" in capsys.readouterr().out
    for rewritten in (ENTRIES[:299], [b"another", *ENTRIES[1:]]):
        assert export(keys, rewritten) == 1
        assert json.loads(capsys.readouterr().out)["error"] == "log"
    assert main([*check, str(keys.with_name("public"))]) == 0


def test_beside_an_exported_log_stand_its_key_and_what_verifies_it(keys: Path) -> None:
    assert export(keys, ENTRIES[:3]) == 0
    folder = keys.with_name("public")
    assert Verifier.parse((folder / "key").read_text()).name == "htx.example/so"
    assert "verifySealed" in (folder / "verify.js").read_text()


def test_another_s_log_is_not_continued(keys: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert export(keys, ENTRIES[:3]) == 0
    keys.unlink()
    assert main(["keygen", str(keys), "--season", "2026-2"]) == 0
    capsys.readouterr()
    assert export(keys, ENTRIES[:4]) == 1
    assert json.loads(capsys.readouterr().out)["error"] == "note"
