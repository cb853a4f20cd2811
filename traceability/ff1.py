"""FF1 format-preserving encryption (NIST SP 800-38G); owns no key and no serial format.

Numeral strings are held as integers; the caller says how many numerals of which radix they have.
"""

from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

BLOCK: Final = 16
ROUNDS: Final = 10
MAX_RADIX: Final = 1 << 16
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

    def decrypt(self, value: int) -> int:
        a, b = self._halves(value)
        for number in reversed(range(ROUNDS)):
            modulus = self._high if number % 2 else self._low
            a, b = (b - self._round(number, a)) % modulus, a
        return a * self._high + b

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
