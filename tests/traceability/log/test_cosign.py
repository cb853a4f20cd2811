"""Witnesses vouch for a log that grew, never for another past, and nobody speaks in their name."""

import base64
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from traceability.cli import main
from traceability.cosign import Cosigner, Witness, grown, require, seen
from traceability.errors import NoteError, TraceabilityError
from traceability.keyfile import KeyFile
from traceability.log import Tree, leaf_hash
from traceability.notes import Checkpoint, Signer, Verifier, sign, verify
from traceability.tiles import CHECKPOINT, write, write_on

LOG = Signer("htx.example/so", Ed25519PrivateKey.from_private_bytes(bytes([1]) * 32))
WITNESS = Cosigner("dai-hoc.example/w", Ed25519PrivateKey.from_private_bytes(bytes([2]) * 32))
OTHER = Cosigner("htx-ban.example/w", Ed25519PrivateKey.from_private_bytes(bytes([3]) * 32))
ENTRIES = [b'{"event":%d}' % number for number in range(300)]
AT = 1_796_000_000


def tree(entries: list[bytes]) -> Tree:
    return Tree(map(leaf_hash, entries))


def head(entries: list[bytes]) -> str:
    whole = tree(entries)
    return sign(str(Checkpoint("htx.example/so", whole.size, whole.root())), [LOG])


def test_a_cosignature_is_laid_out_as_the_specification_says() -> None:
    """c2sp.org/tlog-cosignature: key id, 64 bits of time, Ed25519 over prefix, time and note."""
    note = head(ENTRIES)
    text, _ = verify(note, [LOG.verifier])
    line = WITNESS.cosign(note, AT).removeprefix(note)
    dash, name, packed = line.split(" ")
    octets = base64.b64decode(packed)
    assert (dash, name, len(octets)) == ("\N{EM DASH}", WITNESS.name, 4 + 8 + 64)
    assert octets[:4] == WITNESS.witness.key_id
    assert int.from_bytes(octets[4:12]) == AT
    signed = f"cosignature/v1\ntime {AT}\n{text}".encode()
    WITNESS.key.public_key().verify(octets[12:], signed)


def test_each_witness_is_told_with_its_time_and_the_log_is_believed_as_before() -> None:
    note = OTHER.cosign(WITNESS.cosign(head(ENTRIES), AT), AT + 60)
    assert seen(note, [WITNESS.witness, OTHER.witness]) == {
        WITNESS.witness: AT,
        OTHER.witness: AT + 60,
    }
    assert seen(note, [OTHER.witness]) == {OTHER.witness: AT + 60}
    assert verify(note, [LOG.verifier])[1] == [LOG.verifier]


def test_a_witness_speaks_for_no_log_and_a_log_for_no_witness() -> None:
    """Their keys are of different kinds, even where somebody used the same for both."""
    same = Signer(WITNESS.name, WITNESS.key)
    with pytest.raises(NoteError, match="kind"):
        Verifier.parse(str(WITNESS.witness))
    with pytest.raises(NoteError, match="kind"):
        Witness.parse(str(LOG.verifier))
    assert Witness.parse(str(WITNESS.witness)) == WITNESS.witness
    assert same.verifier.key_id != WITNESS.witness.key_id
    with pytest.raises(NoteError, match="nobody"):
        verify(WITNESS.cosign(head(ENTRIES), AT), [same.verifier])
    assert seen(sign("x\n", [same]), [WITNESS.witness]) == {}


def test_fewer_than_asked_for_are_too_few() -> None:
    note = WITNESS.cosign(head(ENTRIES), AT)
    both = [WITNESS.witness, OTHER.witness]
    assert require(note, both, 1) == {WITNESS.witness: AT}
    with pytest.raises(NoteError, match="1 of 2"):
        require(note, both, 2)


@given(st.integers(0, 2**64 - 1), st.integers(0, 75), st.integers(1, 255))
def test_a_changed_cosignature_is_nobodys(at: int, place: int, change: int) -> None:
    note = head(ENTRIES[:3])
    line = WITNESS.cosign(note, at).removeprefix(note)
    octets = bytearray(base64.b64decode(line.split(" ")[2]))
    octets[place] ^= change
    changed = f"{note}\N{EM DASH} {WITNESS.name} {base64.b64encode(octets).decode()}\n"
    if place < 4:
        assert seen(changed, [WITNESS.witness]) == {}
        return
    with pytest.raises(NoteError, match="does not fit"):
        seen(changed, [WITNESS.witness])


@given(st.binary(max_size=90))
def test_whatever_stands_there_only_our_errors_come_out(octets: bytes) -> None:
    packed = base64.b64encode(WITNESS.witness.key_id + octets).decode()
    try:
        seen(f"{head(ENTRIES[:2])}\N{EM DASH} {WITNESS.name} {packed}\n", [WITNESS.witness])
    except TraceabilityError:
        return
    pytest.fail("nobody signed it")


def test_a_log_that_grew_is_told_from_one_that_was_changed() -> None:
    kept = head(ENTRIES[:200])
    assert grown(tree(ENTRIES), kept, LOG.verifier).size == 200
    for past in ([b"taken back", *ENTRIES[1:]], ENTRIES[:199]):
        with pytest.raises(NoteError, match="changed"):
            grown(tree(past), kept, LOG.verifier)


def test_a_witness_looks_again_and_vouches_for_what_grew(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys, log, kept = tmp_path / "keys.json", tmp_path / "log", tmp_path / "kept"
    KeyFile.new("2026-2").save(keys)
    witness = ["log", "witness", "--json", "--key", str(LOG.verifier), "--keys", str(keys)]
    witness += ["--name", "dai-hoc.example/w", "--kept", str(kept), str(log)]
    write_on(log, ENTRIES[:200], LOG)
    assert main(witness) == 0
    assert json.loads(capsys.readouterr().out)["size"] == 200
    write_on(log, ENTRIES, LOG)
    assert main(witness) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["size"] == 300
    check = ["log", "check", "--json", "--key", str(LOG.verifier), "--witness", told["key"]]
    assert main([*check, str(log)]) == 0
    assert list(json.loads(capsys.readouterr().out)["witnesses"]) == ["dai-hoc.example/w"]
    assert main([*check, "--witness", str(OTHER.witness), str(log)]) == 1
    assert json.loads(capsys.readouterr().out)["error"] == "note"
    assert main([*check, "--witness", str(OTHER.witness), "--least", "1", str(log)]) == 0
    write_on(log, ENTRIES, LOG)
    assert main([*check, str(log)]) == 0, "the same log again keeps what was said of it"


def test_a_witness_does_not_vouch_for_another_past(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys, log, kept = tmp_path / "keys.json", tmp_path / "log", tmp_path / "kept"
    KeyFile.new("2026-2").save(keys)
    kept.write_text(head(ENTRIES[:200]))
    past = [b"taken back", *ENTRIES[1:]]
    write(log, past, head(past))
    words = [
        "log",
        "witness",
        "--key",
        str(LOG.verifier),
        "--keys",
        str(keys),
        "--name",
        "d.example/w",
    ]
    assert main([*words, "--kept", str(kept), str(log)]) == 1
    assert "changed" in capsys.readouterr().err
    assert kept.read_text() == head(ENTRIES[:200])
    assert (log / CHECKPOINT).read_text() == head(past), "no line was added"
