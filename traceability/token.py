"""The 20-character serial of a stamp: enciphered (issuance, index), authentic without a database.

A serial is kid(4 bits) | P(96 bits) in Crockford base32, where P is the season's permutation of
issuance(24) | index(24) | zero(48). A serial nobody issued deciphers to zeros with chance 2**-48.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from traceability.errors import SerialError
from traceability.keys import TOKEN_BITS, SeasonKey

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SERIAL_LENGTH: Final = 20
GROUP: Final = 4
FIELD_BITS: Final = 24
FIELD_LIMIT: Final = 1 << FIELD_BITS
CHECK_BITS: Final = 48
# Crockford's reading rules: what people type for zero and one, and put between groups.
_TYPED: Final = str.maketrans("OIL", "011", " -\t\n\r")
_LETTERS: Final = np.frombuffer(ALPHABET.encode(), np.uint8)
_AT_ONCE: Final = 8192  # fits the processor's cache, and a web server's patience
_VALUES: Final = {character: value for value, character in enumerate(ALPHABET)}


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a serial says: the ``index``-th stamp (from 0) of an issuance, under a season's key."""

    kid: int
    issuance: int
    index: int


def issue(key: SeasonKey, issuance: int, index: int) -> str:
    _refuse_huge(issuance, index)
    plain = (issuance << FIELD_BITS | index) << CHECK_BITS
    return _encode(key.kid << TOKEN_BITS | key.cipher.encrypt(plain))


def serials(key: SeasonKey, issuance: int, indices: range) -> Iterator[str]:
    """What ``issue`` gives for each index, some thousand of them at a time."""
    _refuse_huge(issuance, *(indices[end] for end in (0, -1) if indices))
    for start in range(0, len(indices), _AT_ONCE):
        yield from _some(key, issuance, indices[start : start + _AT_ONCE])


def read(text: str, keys: Mapping[int, SeasonKey]) -> Stamp:
    """Decipher what was scanned or typed; raises SerialError unless one of the keys made it."""
    number = _decode(normalise(text))
    kid, token = number >> TOKEN_BITS, number & (1 << TOKEN_BITS) - 1
    if kid not in keys:
        raise SerialError("This serial is not one of ours.")
    plain = keys[kid].cipher.decrypt(token)
    if plain & (1 << CHECK_BITS) - 1:
        raise SerialError("This serial is not one of ours.")
    issuance, index = divmod(plain >> CHECK_BITS, FIELD_LIMIT)
    return Stamp(kid, issuance, index)


def normalise(text: str) -> str:
    """The serial as printed in the code, from what a person may type of it."""
    serial = text.upper().translate(_TYPED)
    if len(serial) != SERIAL_LENGTH or any(character not in _VALUES for character in serial):
        raise SerialError(f"A serial has {SERIAL_LENGTH} letters and digits, without U.")
    return serial


def grouped(serial: str) -> str:
    """Five groups of four, for reading aloud and typing."""
    return " ".join(serial[start : start + GROUP] for start in range(0, len(serial), GROUP))


def _refuse_huge(*numbers: int) -> None:
    if not all(0 <= number < FIELD_LIMIT for number in numbers):
        raise SerialError(f"Issuance and index are below {FIELD_LIMIT}.")


def _some(key: SeasonKey, issuance: int, indices: range) -> Iterator[str]:
    high = np.uint64(issuance << FIELD_BITS) | np.array(indices, np.uint64)
    high, low = key.cipher.encrypt_many(high, np.zeros_like(high))
    text = _encode_many(high | np.uint64(key.kid << TOKEN_BITS // 2), low)
    return (text[at : at + SERIAL_LENGTH] for at in range(0, len(text), SERIAL_LENGTH))


def _encode_many(high: NDArray[np.uint64], low: NDArray[np.uint64]) -> str:
    """``_encode`` of many numbers in a row: 52 bits are high, 48 low; a sign is 5 of them."""
    signs = np.empty((len(high), SERIAL_LENGTH), np.uint64)
    for place in range(10):
        signs[:, place] = high >> np.uint64(47 - 5 * place)
        signs[:, 10 + place] = low >> np.uint64(45 - 5 * place)
    signs[:, 10] |= high << np.uint64(3)  # two bits of one half and three of the other
    return str(_LETTERS[signs & np.uint64(31)].tobytes(), "ascii")


def _encode(number: int) -> str:
    shifts = range(5 * (SERIAL_LENGTH - 1), -1, -5)
    return "".join(ALPHABET[number >> shift & 31] for shift in shifts)


def _decode(serial: str) -> int:
    number = 0
    for character in serial:
        number = number << 5 | _VALUES[character]
    return number
