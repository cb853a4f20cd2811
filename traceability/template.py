"""Matrices of the many stamps of one run: what ``qr.symbol`` gives, far faster.

With version, correction, mask and segments fixed, every module of a QR symbol is an affine
function over GF(2) of the data bits. So the symbol is probed once per bit of the serial, and each
stamp is the base matrix XOR one table entry per pair of characters.
"""

from typing import Final

from traceability.qr import Symbol, segments, symbol

_CHARACTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_RADIX: Final = len(_CHARACTERS)
_SINGLES: Final = {character: value for value, character in enumerate(_CHARACTERS)}
_PAIRS: Final = {
    first + second: _RADIX * high + low
    for first, high in _SINGLES.items()
    for second, low in _SINGLES.items()
}
# Alphanumeric mode packs a pair of characters in 11 bits and a last single one in 6.
_PAIR_BITS: Final = 11
_SINGLE_BITS: Final = 6


class Template:
    """Compiled for one ``prefix`` (the link before the serial) and one ``length`` of serials."""

    def __init__(self, prefix: str, length: int) -> None:
        aligned = len(segments(prefix)[1]) // 2 * 2 + len(segments(prefix)[0])
        self._head, self._lead = prefix[:aligned], prefix[aligned:]
        zero = "0" * (len(self._lead) + length)
        base = symbol(self._head + zero)
        self.size, self._base = base.size, base.bits
        self._tables = [self._table(zero, place) for place in range(0, len(zero), 2)]

    def symbol(self, serial: str) -> Symbol:
        text = self._lead + serial
        bits = self._base
        for number, table in enumerate(self._tables):
            bits ^= table[text[2 * number : 2 * number + 2]]
        return Symbol(self.size, bits)

    def _table(self, zero: str, place: int) -> dict[str, int]:
        """What each pair at ``place`` flips, from one probe per bit."""
        pair = place + 1 < len(zero)
        values, width = (_PAIRS, _PAIR_BITS) if pair else (_SINGLES, _SINGLE_BITS)
        written = {value: text for text, value in values.items()}
        flips = [
            self._base ^ self._probe(zero, place, written[1 << bit]).bits for bit in range(width)
        ]
        return {text: _combine(flips, value) for text, value in values.items()}

    def _probe(self, zero: str, place: int, text: str) -> Symbol:
        return symbol(self._head + zero[:place] + text + zero[place + len(text) :])


def _combine(flips: list[int], value: int) -> int:
    total = 0
    for bit, flip in enumerate(flips):
        if value >> bit & 1:
            total ^= flip
    return total
