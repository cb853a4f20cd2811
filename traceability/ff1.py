"""FF1 format-preserving encryption (NIST SP 800-38G); owns no key and no serial format.

Numeral strings are held as integers; the caller says how many numerals of which radix they have.
"""

from typing import Final

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from numpy.typing import NDArray

BLOCK: Final = 16
ROUNDS: Final = 10
MAX_RADIX: Final = 1 << 16
_MANY: Final = 1 << 64  # what a machine word holds
MIN_DOMAIN: Final = 1_000_000  # the revised standard's floor for radix ** length


class FF1:
    """A permutation of the strings of ``length`` numerals in ``radix``, by key and tweak."""

    def __init__(self, key: bytes, radix: int, length: int, tweak: bytes = b"") -> None:
        if not 1 < radix <= MAX_RADIX or radix**length < MIN_DOMAIN:
            raise ValueError("FF1 needs radix 2 to 65536 and a domain of at least a million")
        half = length // 2
        self._domain: int = radix**length
        self._low: int = radix**half
        self._high: int = radix ** (length - half)
        self._half_bytes = ((self._high - 1).bit_length() + 7) // 8
        self._width = 4 * ((self._half_bytes + 3) // 4) + 4
        # ECB of one block is the bare AES permutation, from which the standard builds its PRF.
        self._aes = Cipher(AES(key), ECB()).encryptor()  # noqa: S305 - see the line above
        self._tweak = tweak + bytes((-len(tweak) - self._half_bytes - 1) % BLOCK)
        self._start = self._aes.update(
            b"\x01\x02\x01"
            + radix.to_bytes(3)
            + bytes((ROUNDS, half % 256))
            + length.to_bytes(4)
            + len(tweak).to_bytes(4)
        )

    def encrypt(self, value: int) -> int:
        a, b = self._halves(value)
        for number in range(ROUNDS):
            modulus = self._high if number % 2 else self._low
            a, b = b, (a + self._round(number, b)) % modulus
        return a * self._high + b

    def encrypt_many(
        self, high: NDArray[np.uint64], low: NDArray[np.uint64]
    ) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
        """``encrypt`` of many binary strings at once, each given and returned as its halves.

        Only for halves of up to 64 bits, and a tweak that leaves a round one block.
        """
        if self._high != self._low or self._high & (self._high - 1) or self._high > _MANY:
            raise ValueError("many at once are binary strings of two equal halves of 64 bits")
        a, b = high.copy(), low.copy()
        message = np.empty((len(a), BLOCK), np.uint8)
        for number in range(ROUNDS):
            message[:] = np.frombuffer(self._first_block(number), np.uint8)
            octets = b.astype(">u8").view(np.uint8).reshape(-1, 8)[:, 8 - self._half_bytes :]
            message[:, BLOCK - self._half_bytes :] ^= octets
            stream = np.frombuffer(self._aes.update(message.tobytes()), np.uint8)
            tail = stream.reshape(-1, BLOCK)[:, self._width - 8 : self._width]
            told = np.ascontiguousarray(tail).view(">u8").reshape(-1).astype(np.uint64)
            a, b = b, (a + told) & np.uint64(self._high - 1)
        return a, b

    def decrypt(self, value: int) -> int:
        a, b = self._halves(value)
        for number in reversed(range(ROUNDS)):
            modulus = self._high if number % 2 else self._low
            a, b = (b - self._round(number, a)) % modulus, a
        return a * self._high + b

    def _first_block(self, number: int) -> bytes:
        """What a round enciphers, but for its half."""
        message = self._tweak + bytes((number,)) + bytes(self._half_bytes)
        if len(message) != BLOCK:
            raise ValueError("the tweak is too long for many at once")
        return _xor(self._start, message)

    def _halves(self, value: int) -> tuple[int, int]:
        if not 0 <= value < self._domain:
            raise ValueError("the value has more numerals than this permutation")
        return divmod(value, self._high)

    def _round(self, number: int, half: int) -> int:
        """Steps 6.i to 6.iv: CBC-MAC of tweak, round and half, stretched to the wanted width."""
        message = self._tweak + bytes((number,)) + half.to_bytes(self._half_bytes)
        state = self._start
        for start in range(0, len(message), BLOCK):
            state = self._aes.update(_xor(state, message[start : start + BLOCK]))
        stream = state
        for counter in range(1, (self._width + BLOCK - 1) // BLOCK):
            stream += self._aes.update(_xor(state, counter.to_bytes(BLOCK)))
        return int.from_bytes(stream[: self._width])


def _xor(left: bytes, right: bytes) -> bytes:
    return (int.from_bytes(left) ^ int.from_bytes(right)).to_bytes(BLOCK)
