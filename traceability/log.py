"""The public log: an append-only Merkle tree in which nothing is changed or taken back unseen.

Hashes and proofs are those of RFC 6962 §2.1 (SHA-256); verifying follows RFC 9162 §2.1.3.2 and
§2.1.4.2. Everything here counts leaves from 0 and works on hashes of 32 octets.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final

from traceability.errors import ProofError

HASH_OCTETS: Final = 32
_LEAF: Final = b"\x00"  # told apart from inner nodes, else a node could pass for an entry
_NODE: Final = b"\x01"

EMPTY_ROOT: Final = hashlib.sha256().digest()


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(_LEAF + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()


class Tree:
    """A tree that only grows; it proves things of every size it ever had.

    Keeps the hashes of all complete subtrees: 64 octets a leaf, none of the entries.
    """

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels: list[bytearray] = [bytearray()]
        for leaf in leaves:
            self.append(leaf)

    @property
    def size(self) -> int:
        return len(self._levels[0]) // HASH_OCTETS

    def append(self, leaf: bytes) -> int:
        """The index of a new leaf, given by its hash."""
        if len(leaf) != HASH_OCTETS:
            raise ValueError("a leaf is given by its hash of 32 octets")
        index, level, fresh = self.size, 0, leaf
        self._levels[0] += fresh
        while (index >> level) & 1:
            fresh = node_hash(self.node(level, (index >> level) - 1), fresh)
            level += 1
            if level == len(self._levels):
                self._levels.append(bytearray())
            self._levels[level] += fresh
        return index

    def node(self, level: int, index: int) -> bytes:
        """The hash over leaves [index·2^level, (index+1)·2^level), all of which are there."""
        start = index * HASH_OCTETS
        found = bytes(self._levels[level][start : start + HASH_OCTETS])
        if len(found) != HASH_OCTETS:
            raise IndexError(f"no complete subtree {index} on level {level}")
        return found

    def root(self, size: int | None = None) -> bytes:
        """The root of the first `size` leaves; of all of them without one."""
        wanted = self._size(size)
        return self._hash(0, wanted) if wanted else EMPTY_ROOT

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """The proof that leaf `index` is among the first `size`: PATH of RFC 6962 §2.1.1."""
        wanted = self._size(size)
        if not 0 <= index < wanted:
            raise IndexError(f"there is no leaf {index} in a tree of {wanted}")
        path: list[bytes] = []
        low, high = 0, wanted
        while high - low > 1:
            middle = low + _split(high - low)
            if index < middle:
                path.append(self._hash(middle, high))
                high = middle
            else:
                path.append(self._hash(low, middle))
                low = middle
        return path[::-1]

    def consistency(self, old: int, size: int | None = None) -> list[bytes]:
        """The proof that the first `old` leaves begin the first `size`: PROOF of §2.1.2."""
        wanted = self._size(size)
        if not 0 < old <= wanted:
            raise IndexError(f"a tree of {wanted} does not grow out of one of {old}")
        path: list[bytes] = []
        low, high, known = 0, wanted, True
        while old != high:
            middle = low + _split(high - low)
            if old <= middle:
                path.append(self._hash(middle, high))
                high = middle
            else:
                path.append(self._hash(low, middle))
                low, known = middle, False
        if not known:
            path.append(self._hash(low, high))
        return path[::-1]

    def _size(self, size: int | None) -> int:
        if size is not None and not 0 <= size <= self.size:
            raise IndexError(f"the tree has {self.size} leaves, not {size}")
        return self.size if size is None else size

    def _hash(self, low: int, high: int) -> bytes:
        """MTH of §2.1 over [low, high), where low is a multiple of the power above the width."""
        width = high - low
        if width & (width - 1) == 0:
            return self.node(width.bit_length() - 1, low // width)
        middle = low + _split(width)
        return node_hash(self._hash(low, middle), self._hash(middle, high))


def verify_inclusion(
    index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes
) -> None:
    """A proof that the entry with this leaf hash is number `index` of the `size` under `root`.

    Raises:
        ProofError: it is not, or the proof is not one.
    """
    if not 0 <= index < size:
        raise ProofError(f"there is no entry {index} in a log of {size}")
    _refuse_odd_hashes(leaf, root, *proof)
    place, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofError("the proof is longer than the tree is high")
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            while place & 1 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise ProofError("the proof is shorter than the tree is high")
    if found != root:
        raise ProofError("the entry is not in the log of this root")


def verify_consistency(
    old: int, size: int, proof: Sequence[bytes], old_root: bytes, root: bytes
) -> None:
    """A proof that the log of `old` entries under `old_root` was only added to until `root`.

    Raises:
        ProofError: it was not, or the proof is not one.
    """
    if not 0 < old <= size:
        raise ProofError(f"a log of {size} does not grow out of one of {old}")
    _refuse_odd_hashes(old_root, root, *proof)
    if old == size:
        if proof or old_root != root:
            raise ProofError("one size has one root and needs no proof")
        return
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        raise ProofError("the proof is empty")
    before, now = _fold(old, size, path)
    if before != old_root:
        raise ProofError("the older root does not come out: the log was changed, or the proof")
    if now != root:
        raise ProofError("the newer root does not come out: the log was changed, or the proof")


def _fold(old: int, size: int, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Both roots, by RFC 9162 §2.1.4.2, steps 3 to 8."""
    place, last = old - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = now = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ProofError("the proof is longer than the tree is high")
        if place & 1 or place == last:
            before, now = node_hash(sibling, before), node_hash(sibling, now)
            while place & 1 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            now = node_hash(now, sibling)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise ProofError("the proof is shorter than the tree is high")
    return before, now


def _split(width: int) -> int:
    """The largest power of two below a width of at least two."""
    return 1 << ((width - 1).bit_length() - 1)


def _refuse_odd_hashes(*hashes: bytes) -> None:
    if any(len(one) != HASH_OCTETS for one in hashes):
        raise ProofError("a hash is not 32 octets long")
