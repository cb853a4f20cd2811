"""Matrices of the many stamps of one run: what ``qr.symbol`` gives, far faster.

With version, correction, mask and segments fixed, every module of a QR symbol is an affine
function over GF(2) of the data bits. So the symbol is probed once per bit of the serial, and each
stamp is the base matrix XOR one table entry per pair of characters.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from traceability.qr import Symbol, segments, symbol
from traceability.sealed import DIGITS

_CHARACTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_RADIX: Final = len(_CHARACTERS)
# Alphanumeric mode packs a pair of characters in 11 bits and a last single one in 6.
_PAIR_BITS: Final = 11
_SINGLE_BITS: Final = 6

_VALUE_OF: Final = np.zeros(256, np.uint16)
_VALUE_OF[np.frombuffer(_CHARACTERS.encode(), np.uint8)] = np.arange(_RADIX)


class Template:
    """Compiled for one ``prefix`` (the link before the serial) and one ``length`` of serials."""

    def __init__(self, prefix: str, length: int) -> None:
        aligned = len(segments(prefix)[1]) // 2 * 2 + len(segments(prefix)[0])
        self._head, self._lead = prefix[:aligned], prefix[aligned:]
        self._length = length
        zero = "0" * (len(self._lead) + length)
        base = symbol(self._head + zero)
        self.size = base.size
        self._base = _packed(base)
        self._tables = [self._table(zero, place) for place in range(0, len(zero), 2)]

    def matrices(self, serials: list[str]) -> NDArray[np.uint8]:
        """One row for each serial: its modules line by line, dark is 1, a line in whole octets.

        Shape (n, size · ⌈size / 8⌉); lines are filled up with zeros on the right.
        """
        typed = np.frombuffer("".join(serials).encode("ascii"), np.uint8)
        values = _VALUE_OF[typed.reshape(len(serials), self._length)]
        if self._lead:
            lead = np.full((len(serials), 1), _VALUE_OF[ord(self._lead)])
            values = np.hstack((lead, values))
        modules = np.repeat(self._base[np.newaxis], len(serials), axis=0)
        for number, table in enumerate(self._tables):
            pair = values[:, 2 * number : 2 * number + 2]
            modules ^= table[
                pair[:, 0] if pair.shape[1] == 1 else pair[:, 0] * _RADIX + pair[:, 1]
            ]
        return modules

    def _table(self, zero: str, place: int) -> NDArray[np.uint8]:
        """What each value of the pair at ``place`` flips, from one probe per bit."""
        pair = place + 1 < len(zero)
        table = np.zeros((1, len(self._base)), np.uint8)
        for bit in range(_PAIR_BITS if pair else _SINGLE_BITS):
            text = _CHARACTERS[1 << bit] if not pair else _pair(1 << bit)
            probed = symbol(self._head + zero[:place] + text + zero[place + len(text) :])
            table = np.vstack((table, table ^ _packed(probed) ^ self._base))
        return table


class OneByOne:
    """The same for codes of digits: few of them are printed, and compiling takes 600 probes."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self.size = symbol(prefix + "1" * DIGITS).size

    def matrices(self, codes: list[str]) -> NDArray[np.uint8]:
        """As ``Template`` gives them."""
        return np.array([_packed(symbol(self._prefix + code)) for code in codes])


def _pair(value: int) -> str:
    high, low = divmod(value, _RADIX)
    return _CHARACTERS[high] + _CHARACTERS[low]


def _packed(code: Symbol) -> NDArray[np.uint8]:
    modules = np.array([[bit == "1" for bit in row] for row in code.rows()])
    return np.packbits(modules, axis=1).reshape(-1)
