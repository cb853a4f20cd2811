"""Signed notes: believed for a key that is trusted, and for a text that is whole."""

import base64
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from traceability.errors import NoteError, ProofError, TraceabilityError
from traceability.log import Tree, leaf_hash
from traceability.notes import Checkpoint, Inclusion, Signer, Verifier, sign, verify

TEXT = "Sổ công khai\n\nMột dòng nữa\n"
ENTRIES = [b"thu hoach", b"tem", b"ban"]


def signer(name: str, seed: int) -> Signer:
    return Signer(name, Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))


OURS = signer("htx.example/so", 1)
WITNESS = signer("dai-hoc.example", 2)
STRANGER = signer("htx.example/so", 3)


def proof(index: int = 1) -> Inclusion:
    tree = Tree(map(leaf_hash, ENTRIES))
    head = sign(str(Checkpoint("htx.example/so", tree.size, tree.root())), [OURS, WITNESS])
    return Inclusion(index, tree.inclusion(index), head)


def test_the_note_that_others_publish_as_their_example_is_believed() -> None:
    """c2sp.org/signed-note, the key and the note of Go's package note."""
    key = Verifier.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    note = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZ"
        "SNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )
    text, signed = verify(note, [key])
    assert text.endswith("what your problem is.\n")
    assert signed == [key]


def test_what_is_signed_is_verified_by_each_of_its_keys() -> None:
    note = sign(TEXT, [OURS, WITNESS])
    for one in (OURS, WITNESS):
        assert verify(note, [one.verifier]) == (TEXT, [one.verifier])
    assert verify(note, [OURS.verifier, WITNESS.verifier])[1] == [OURS.verifier, WITNESS.verifier]


def test_nobody_is_believed_by_their_name_alone() -> None:
    with pytest.raises(NoteError, match="nobody"):
        verify(sign(TEXT, [STRANGER]), [OURS.verifier])


def test_a_signature_of_a_stranger_is_neither_for_nor_against() -> None:
    assert verify(sign(TEXT, [STRANGER, OURS]), [OURS.verifier])[1] == [OURS.verifier]


def test_one_wrong_signature_of_somebody_trusted_spoils_the_note() -> None:
    note = sign(TEXT, [OURS]).removesuffix("\n")
    forged = base64.b64encode(WITNESS.verifier.key_id + bytes(64)).decode()
    with pytest.raises(NoteError, match="does not fit"):
        verify(f"{note}\n— {WITNESS.name} {forged}\n", [OURS.verifier, WITNESS.verifier])


@given(st.data())
def test_a_changed_note_is_not_believed(data: st.DataObject) -> None:
    note = sign(TEXT, [OURS])
    place = data.draw(st.integers(0, len(note) - 1))
    sign_ = data.draw(st.characters(codec="utf-8").filter(lambda one: one != note[place]))
    changed = note[:place] + sign_ + note[place + 1 :]
    try:
        text, _signed = verify(changed, [OURS.verifier])
    except NoteError:
        return
    assert text == TEXT  # base64 has spare bits at its end: another spelling of the same octets


@given(st.text(max_size=300))
def test_whatever_is_read_only_our_errors_come_out(text: str) -> None:
    for read in (
        lambda: verify(text, [OURS.verifier]),
        lambda: Verifier.parse(text),
        lambda: Checkpoint.parse(text),
        lambda: Inclusion.parse(text),
        lambda: Inclusion.parse(f"c2sp.org/tlog-proof@v1\nindex 1\n{text}\n\n{text}"),
    ):
        try:
            read()
        except TraceabilityError:
            continue


@pytest.mark.parametrize("text", ["no end", "a\ttab\n", "null\0\n", "\r\n"])
def test_odd_texts_are_not_signed(text: str) -> None:
    with pytest.raises(NoteError):
        sign(text, [OURS])


@pytest.mark.parametrize("name", ["", "two words", "a+b", "nửa\u00a0nửa"])
def test_odd_names_are_not_signed_with(name: str) -> None:
    with pytest.raises(NoteError):
        sign(TEXT, [signer(name, 1)])


def test_a_key_is_written_and_read() -> None:
    assert Verifier.parse(str(OURS.verifier)) == OURS.verifier
    wrong = str(OURS.verifier).replace(OURS.verifier.key_id.hex(), STRANGER.verifier.key_id.hex())
    with pytest.raises(NoteError, match="id"):
        Verifier.parse(wrong)


def test_a_checkpoint_is_written_and_read() -> None:
    head = Checkpoint("htx.example/so", 3, bytes(range(32)))
    assert Checkpoint.parse(str(head)) == head
    assert Checkpoint.parse(f"{head}an extension\n") == head


@pytest.mark.parametrize(
    "text",
    ["", "o\n", "o\n3\n", "o\n03\nAAAA\n", "o\n-3\nAAAA\n", "o\n3\nAAAA\n", "\n3\n" + "A" * 43],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        Checkpoint.parse(text)


def test_a_proof_file_proves_its_entry_without_a_network() -> None:
    written = Inclusion.parse(str(proof()))
    assert written == proof()
    assert written.verify(ENTRIES[1], [WITNESS.verifier]).size == len(ENTRIES)


def test_extra_data_of_a_proof_is_passed_over() -> None:
    text = str(proof()).replace("index", "extra AAAA\nindex", 1)
    assert Inclusion.parse(text) == proof()


def test_a_proof_file_proves_nothing_else() -> None:
    with pytest.raises(ProofError):
        proof().verify(b"another entry", [OURS.verifier])
    with pytest.raises(ProofError):
        replace(proof(), index=0).verify(ENTRIES[1], [OURS.verifier])
    with pytest.raises(NoteError):
        proof().verify(ENTRIES[1], [STRANGER.verifier])


@pytest.mark.parametrize("broken", ["", "v2", "no index", "no checkpoint", "leading zero"])
def test_what_is_no_proof_file_is_refused(broken: str) -> None:
    text = str(proof())
    broken_text = {
        "": "",
        "v2": text.replace("@v1", "@v2"),
        "no index": text.replace("index ", "at "),
        "no checkpoint": text.partition("\n\n")[0],
        "leading zero": text.replace("index 1", "index 01"),
    }[broken]
    with pytest.raises(NoteError):
        Inclusion.parse(broken_text)
