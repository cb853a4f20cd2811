"""Season keys: one master secret gives every season its own cipher key under a 4-bit key id.

A key id is reused only after the last stamp of its season has expired; that is the issuer's care.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from traceability.errors import KeyFileError
from traceability.ff1 import FF1

MASTER_BYTES: Final = 32
KEY_BYTES: Final = 16  # AES-128: forging is bounded by the 48 zero bits, not by the key
SEED_BYTES: Final = 32  # Ed25519
KEY_IDS: Final = 16
TOKEN_BITS: Final = 96


@dataclass(frozen=True, slots=True)
class SeasonKey:
    """A season's permutation of 96-bit tokens."""

    kid: int
    season: str
    cipher: FF1 = field(repr=False)


def derive(master: bytes, season: str, kid: int) -> SeasonKey:
    """The key of a season: HKDF-SHA-256 (RFC 5869) with the season's name as its info."""
    if len(master) < MASTER_BYTES:
        raise KeyFileError(f"A master secret has at least {MASTER_BYTES} bytes; make a new one.")
    if not 0 <= kid < KEY_IDS:
        raise KeyFileError(f"A key id is 0 to {KEY_IDS - 1}, not {kid}.")
    info = f"vuonso stamp serial 1/{season}".encode()
    key = HKDF(SHA256(), length=KEY_BYTES, salt=None, info=info).derive(master)
    return SeasonKey(kid, season, FF1(key, radix=2, length=TOKEN_BITS))


def derive_log_key(master: bytes, origin: str) -> Ed25519PrivateKey:
    """The key that signs the checkpoints of a log; it outlives seasons, for a log never ends."""
    return _signing_key(master, f"vuonso log 1/{origin}")


def derive_list_key(master: bytes, origin: str) -> Ed25519PrivateKey:
    """The key that signs the lists by which sealed stamps are verified, season after season."""
    return _signing_key(master, f"vuonso manifest 1/{origin}")


def derive_witness_key(master: bytes, name: str) -> Ed25519PrivateKey:
    """The key by which one vouches for logs of others; no log of one's own is signed with it."""
    return _signing_key(master, f"vuonso witness 1/{name}")


def keyring(keys: Iterable[SeasonKey]) -> Mapping[int, SeasonKey]:
    """Keys by id; two live seasons under one id would make stamps ambiguous."""
    ring: dict[int, SeasonKey] = {}
    for key in keys:
        if key.kid in ring:
            raise KeyFileError(f"Seasons {ring[key.kid].season} and {key.season} share an id.")
        ring[key.kid] = key
    return ring


def _signing_key(master: bytes, info: str) -> Ed25519PrivateKey:
    seed = HKDF(SHA256(), length=SEED_BYTES, salt=None, info=info.encode()).derive(master)
    return Ed25519PrivateKey.from_private_bytes(seed)
