"""Signed notes and what they carry: the log's checkpoint, and a proof that needs no network.

The formats are those of c2sp.org/signed-note, /tlog-checkpoint and /tlog-proof (Ed25519 only), so
that tools of others read ours.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from traceability import log
from traceability.errors import NoteError

MOST_SIGNATURES: Final = 64
"""Our own and those of witnesses; a note with thousands would only keep the reader busy."""

PROOF_VERSION: Final = "c2sp.org/tlog-proof@v1"

KEY_ID_OCTETS: Final = 4
_KEY_OCTETS: Final = 32
MARK: Final = "\N{EM DASH} "
_CONTROL_END: Final = 0x20


@dataclass(frozen=True)
class Verifier:
    """Whose word counts: a name and an Ed25519 public key of 32 octets."""

    algorithm: ClassVar[bytes] = b"\x01"
    name: str
    public_key: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """`name+id+key` as Go's note package writes it.

        Raises:
            NoteError: it is not such a key, or its id is another key's.
        """
        name, plus, rest = text.strip().partition("+")
        given, second, packed = rest.partition("+")
        key = octets_of(packed)
        if not (plus and second) or key[:1] != cls.algorithm or len(key) != 1 + _KEY_OCTETS:
            raise NoteError(
                "this is no Ed25519 verifier key of that kind: name+id+key is expected"
            )
        found = cls(_name(name), key[1:])
        if found.key_id.hex() != given:
            raise NoteError(f"the id {given} is not that of the key of {name}")
        return found

    @property
    def key_id(self) -> bytes:
        named = self.name.encode() + b"\n" + self.algorithm + self.public_key
        return hashlib.sha256(named).digest()[:KEY_ID_OCTETS]

    def __str__(self) -> str:
        packed = base64.b64encode(self.algorithm + self.public_key).decode()
        return f"{self.name}+{self.key_id.hex()}+{packed}"


@dataclass(frozen=True)
class Signer:
    """Who signs under a name."""

    name: str
    key: Ed25519PrivateKey

    @property
    def verifier(self) -> Verifier:
        return Verifier(_name(self.name), self.key.public_key().public_bytes_raw())


def sign(text: str, signers: Iterable[Signer]) -> str:
    """The note over a text that ends with a newline."""
    _refuse_odd_text(text)
    lines = [
        f"{MARK}{signer.name} "
        + base64.b64encode(signer.verifier.key_id + signer.key.sign(text.encode())).decode()
        for signer in signers
    ]
    return "\n".join([text, *lines, ""])


def verify(note: str, trusted: Iterable[Verifier]) -> tuple[str, list[Verifier]]:
    """The text of a note and whose of the trusted signed it, at least one.

    Raises:
        NoteError: nobody trusted signed it, or a signature of theirs is wrong.
    """
    text, signatures = split(note)
    known = {(one.name, one.key_id): one for one in trusted}
    signed: list[Verifier] = []
    for name, octets in signatures:
        verifier = known.get((name, octets[:KEY_ID_OCTETS]))
        if verifier is None:
            continue  # of somebody we do not know: neither for nor against it
        _check(verifier, octets[KEY_ID_OCTETS:], text)
        signed.append(verifier)
    if not signed:
        raise NoteError("nobody whose key is trusted here signed this")
    return text, signed


@dataclass(frozen=True)
class Checkpoint:
    """How many entries a log has, and the root over them."""

    origin: str
    size: int
    root: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """The text of a checkpoint's note; what extensions say further down is not read.

        Raises:
            NoteError: it is no checkpoint.
        """
        origin, size, packed = [*text.split("\n"), "", ""][:3]
        if not (origin and size and packed):
            raise NoteError("a checkpoint has an origin, a size and a root, a line each")
        root = octets_of(packed)
        if len(root) != log.HASH_OCTETS:
            raise NoteError("the root of a checkpoint has 32 octets")
        return cls(origin, _number(size, "size"), root)

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True)
class Inclusion:
    """That an entry stands in a log, with all that is needed to see it without a network."""

    index: int
    path: Sequence[bytes]
    checkpoint: str
    """The signed note, as it was published."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """A `.tlog-proof`; opaque extra data in it is passed over.

        Raises:
            NoteError: it is none.
        """
        head, blank, checkpoint = text.partition("\n\n")
        first, *lines = head.split("\n")
        if first != PROOF_VERSION or not blank:
            raise NoteError(f"a proof begins with {PROOF_VERSION} and ends with a checkpoint")
        if lines and lines[0].startswith("extra "):
            lines = lines[1:]
        if not lines or not lines[0].startswith("index "):
            raise NoteError("a proof names the index of its entry")
        index = _number(lines[0].removeprefix("index "), "index")
        return cls(index, [octets_of(line) for line in lines[1:]], checkpoint)

    def __str__(self) -> str:
        path = [base64.b64encode(one).decode() for one in self.path]
        return "\n".join([PROOF_VERSION, f"index {self.index}", *path, "", self.checkpoint])

    def verify(self, entry: bytes, trusted: Iterable[Verifier]) -> Checkpoint:
        """The checkpoint under which the entry stands.

        Raises:
            NoteError: nobody trusted signed the checkpoint.
            ProofError: the entry is not in that log.
        """
        text, _signed = verify(self.checkpoint, trusted)
        found = Checkpoint.parse(text)
        log.verify_inclusion(self.index, found.size, log.leaf_hash(entry), self.path, found.root)
        return found


def octets_of(text: str) -> bytes:
    """What base64 stands for.

    Raises:
        NoteError: it is none.
    """
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NoteError("this is not base64") from None


def split(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text, and each signature as its name with the key's id and the octets that follow.

    Raises:
        NoteError: it is no note.
    """
    text, blank, rest = note.rpartition("\n\n")
    if not blank or not rest.endswith("\n"):
        raise NoteError("a note ends with an empty line and its signatures")
    text += "\n"
    _refuse_odd_text(text)
    lines = rest[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise NoteError(f"a note has at most {MOST_SIGNATURES} signatures")
    return text, [_signature(line) for line in lines]


def _signature(line: str) -> tuple[str, bytes]:
    name, space, packed = line.removeprefix(MARK).partition(" ")
    if not line.startswith(MARK) or not space:
        raise NoteError("a signature is a line of a dash, a name and base64")
    octets = octets_of(packed)
    if len(octets) <= KEY_ID_OCTETS:
        raise NoteError(f"the signature of {name} is too short")
    return _name(name), octets


def _check(verifier: Verifier, signature: bytes, text: str) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(verifier.public_key).verify(signature, text.encode())
    except InvalidSignature:
        raise NoteError(f"the signature of {verifier.name} does not fit this text") from None


def _refuse_odd_text(text: str) -> None:
    if not text.endswith("\n"):
        raise NoteError("the text of a note ends with a newline")
    if any(ord(sign) < _CONTROL_END and sign != "\n" for sign in text):
        raise NoteError("a note holds no control characters")


def _name(name: str) -> str:
    if not name or "+" in name or any(sign.isspace() for sign in name):
        raise NoteError("the name of a key has neither spaces nor +")
    return name


def _number(text: str, what: str) -> int:
    if not (text.isascii() and text.isdigit()) or (text != "0" and text.startswith("0")):
        raise NoteError(f"the {what} is a number without leading zeros")
    return int(text)
