"""What witnesses say of a log: that it grew out of what they saw before, and when they looked.

Who holds a checkpoint that several witnesses cosigned knows that no other past is shown to
others. The format is c2sp.org/tlog-cosignature, cosignature/v1 (Ed25519).
"""

import base64
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from traceability.errors import NoteError
from traceability.log import Tree
from traceability.notes import KEY_ID_OCTETS, MARK, Checkpoint, Verifier, split, verify

_TIME: Final = struct.Struct(">Q")


@dataclass(frozen=True)
class Witness(Verifier):
    """Whose looking counts; their keys are of another kind than a log's."""

    algorithm: ClassVar[bytes] = b"\x04"


@dataclass(frozen=True)
class Cosigner:
    """Who looks, under a name."""

    name: str
    key: Ed25519PrivateKey

    @property
    def witness(self) -> Witness:
        return Witness(self.name, self.key.public_key().public_bytes_raw())

    def cosign(self, note: str, at: int) -> str:
        """The note with one more line, of ``at`` seconds since 1970.

        What was looked at before is for ``grown`` to tell; a signature without it says nothing.
        """
        text, _others = split(note)
        signed = _TIME.pack(at) + self.key.sign(_message(text, at))
        line = base64.b64encode(self.witness.key_id + signed).decode()
        return f"{note}{MARK}{self.name} {line}\n"


def grown(tree: Tree, older: str, log: Verifier) -> Checkpoint:
    """The checkpoint that somebody kept, if the log grew out of it.

    Raises:
        NoteError: it did not, or the log never signed that checkpoint.
    """
    text, _signed = verify(older, [log])
    head = Checkpoint.parse(text)
    if head.size > tree.size or tree.root(head.size) != head.root:
        raise NoteError(f"the log did not grow out of its {head.size} entries: it was changed")
    return head


def seen(note: str, witnesses: Iterable[Witness]) -> dict[Witness, int]:
    """Which of the witnesses looked, and when, in seconds since 1970.

    Raises:
        NoteError: a line in the name and of the key of one of them is not theirs.
    """
    text, signatures = split(note)
    known = {(one.name, one.key_id): one for one in witnesses}
    found: dict[Witness, int] = {}
    for name, octets in signatures:
        witness = known.get((name, octets[:KEY_ID_OCTETS]))
        if witness is not None:
            found[witness] = _checked(witness, octets[KEY_ID_OCTETS:], text)
    return found


def require(note: str, witnesses: Sequence[Witness], least: int) -> dict[Witness, int]:
    """The same, where at least so many of them must have looked.

    Raises:
        NoteError: fewer did.
    """
    found = seen(note, witnesses)
    if len(found) < least:
        raise NoteError(
            f"{len(found)} of {len(witnesses)} witnesses looked, {least} are asked for"
        )
    return found


def _checked(witness: Witness, octets: bytes, text: str) -> int:
    if len(octets) < _TIME.size:
        raise NoteError(f"the cosignature of {witness.name} is too short")
    at: int = _TIME.unpack_from(octets)[0]
    key = Ed25519PublicKey.from_public_bytes(witness.public_key)
    try:
        key.verify(octets[_TIME.size :], _message(text, at))
    except InvalidSignature:
        raise NoteError(f"the cosignature of {witness.name} does not fit this text") from None
    return at


def _message(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()
