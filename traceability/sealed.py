"""The sealed stamp: a signature in decimal digits that anybody verifies without a network.

184 digits hold 12 octets (version and key, issuance, index, day of harvest, flags, a check on the
lot's code) and an Ed25519 signature over them (RFC 8032). Digits cost a QR code least: the link
`https://HOST/S/<digits>` is a version 6 symbol.
"""

import hashlib
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from traceability.errors import SerialError
from traceability.keys import KEY_IDS
from traceability.payload import base
from traceability.token import FIELD_LIMIT

DIGITS: Final = 184
"""The fewest decimal digits that hold 76 octets."""

VERSION: Final = 1
FIRST_DAY: Final = date(2020, 1, 1)
"""Days of harvest are counted from here in 16 bits, until 2199."""

LOT_CHECK_OCTETS: Final = 2
"""Enough to see that a label was glued to another lot's carton; the signature does the rest."""

_CONTEXT: Final = b"vuonso sealed stamp 1\n"  # signed too, so that no other message can be a stamp
_HEAD: Final = struct.Struct(">B3s3sHB2s")
_SIGNATURE_OCTETS: Final = 64
_OCTETS: Final = _HEAD.size + _SIGNATURE_OCTETS
_KEY_OCTETS: Final = 32
_SIMULATED: Final = 1


@dataclass(frozen=True, slots=True)
class Seal:
    """What a sealed stamp says of itself."""

    kid: int
    issuance: int
    index: int
    harvested_on: date
    simulated: bool
    lot_check: bytes

    def fits_lot(self, lot: str) -> bool:
        """Whether the stamp was made for a lot of this code, but for one chance in 65,536."""
        return self.lot_check == lot_check(lot)


def lot_check(lot: str) -> bytes:
    return hashlib.sha256(lot.encode()).digest()[:LOT_CHECK_OCTETS]


def derive(master: bytes, season: str) -> Ed25519PrivateKey:
    """The signing key of a season: HKDF-SHA-256 (RFC 5869), apart from the key of its serials."""
    info = f"vuonso sealed stamp 1/{season}".encode()
    seed = HKDF(SHA256(), length=_KEY_OCTETS, salt=None, info=info).derive(master)
    return Ed25519PrivateKey.from_private_bytes(seed)


def issue(seal: Seal, key: Ed25519PrivateKey) -> str:
    """The digits of a stamp; the same ones each time.

    Raises:
        SerialError: a number does not fit its field.
    """
    head = _packed(seal)
    octets = head + key.sign(_CONTEXT + head)
    return f"{int.from_bytes(octets):0{DIGITS}}"


def sealed_link(url: str, digits: str) -> str:
    """What a carton's code holds: ``https://HOST/S/`` and the digits."""
    return f"{base(url)}/S/{digits}"


def read(digits: str, keys: Mapping[int, Ed25519PublicKey]) -> Seal:
    """What a stamp says, once its signature holds under the key of its season.

    Raises:
        SerialError: no key that is known here signed it.
    """
    octets = _octets(digits)
    head, signature = octets[: _HEAD.size], octets[_HEAD.size :]
    seal = _unpacked(head)
    if seal.kid not in keys:
        raise SerialError("This sealed stamp is of a season that is not known here.")
    try:
        keys[seal.kid].verify(signature, _CONTEXT + head)
    except InvalidSignature:
        raise SerialError("This sealed stamp is not one of ours.") from None
    return seal


def _packed(seal: Seal) -> bytes:
    day = (seal.harvested_on - FIRST_DAY).days
    if not (
        0 <= seal.kid < KEY_IDS
        and 0 <= seal.issuance < FIELD_LIMIT
        and 0 <= seal.index < FIELD_LIMIT
        and 0 <= day < 1 << 16
        and len(seal.lot_check) == LOT_CHECK_OCTETS
    ):
        raise SerialError("Key, issuance, index, day or lot do not fit a sealed stamp.")
    return _HEAD.pack(
        VERSION << 4 | seal.kid,
        seal.issuance.to_bytes(3),
        seal.index.to_bytes(3),
        day,
        _SIMULATED if seal.simulated else 0,
        seal.lot_check,
    )


def _unpacked(head: bytes) -> Seal:
    first, issuance, index, day, flags, check = _HEAD.unpack(head)
    if first >> 4 != VERSION or flags & ~_SIMULATED:
        raise SerialError("This is no sealed stamp that is known here.")
    return Seal(
        kid=first & (KEY_IDS - 1),
        issuance=int.from_bytes(issuance),
        index=int.from_bytes(index),
        harvested_on=FIRST_DAY + timedelta(days=day),
        simulated=bool(flags & _SIMULATED),
        lot_check=check,
    )


def _octets(digits: str) -> bytes:
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()):
        raise SerialError(f"A sealed stamp is {DIGITS} digits.")
    try:
        return int(digits).to_bytes(_OCTETS)
    except OverflowError:
        raise SerialError("This is no sealed stamp.") from None
