"""The tree: roots as published, proofs that hold for what is true and for nothing else."""

import hashlib
from collections.abc import Sequence
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.errors import ProofError
from traceability.log import (
    EMPTY_ROOT,
    Tree,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)

# Eight entries and the roots over the first n of them, by which implementations are compared.
ENTRIES: Final = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS: Final = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)

sizes = st.integers(1, 300)


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(4)) for number in range(count)]


def plain_root(hashes: Sequence[bytes]) -> bytes:
    """RFC 6962 §2.1 word for word, slow."""
    if len(hashes) == 1:
        return hashes[0]
    middle = 1
    while middle * 2 < len(hashes):
        middle *= 2
    return node_hash(plain_root(hashes[:middle]), plain_root(hashes[middle:]))


@pytest.fixture(scope="module")
def grown() -> Tree:
    return Tree(leaves(300))


def test_roots_are_those_that_others_compute() -> None:
    tree = Tree(map(leaf_hash, ENTRIES))
    assert [tree.root(size).hex() for size in range(1, 9)] == list(ROOTS)
    assert tree.root(0) == EMPTY_ROOT == hashlib.sha256(b"").digest()


@given(sizes)
def test_a_root_is_what_the_standard_says_whatever_came_after(size: int) -> None:
    hashes = leaves(size + 7)
    assert Tree(hashes).root(size) == plain_root(hashes[:size])


@given(st.data())
def test_every_entry_is_proved_in_every_tree_that_holds_it(data: st.DataObject) -> None:
    size = data.draw(sizes)
    index = data.draw(st.integers(0, size - 1))
    tree = Tree(leaves(size + 3))
    proof = tree.inclusion(index, size)
    verify_inclusion(index, size, leaves(index + 1)[index], proof, tree.root(size))
    assert len(proof) <= (size - 1).bit_length()


@given(st.data())
def test_every_later_tree_is_proved_to_have_grown_out_of_every_earlier_one(
    data: st.DataObject,
) -> None:
    size = data.draw(sizes)
    old = data.draw(st.integers(1, size))
    tree = Tree(leaves(size + 3))
    proof = tree.consistency(old, size)
    verify_consistency(old, size, proof, tree.root(old), tree.root(size))


@given(st.data())
def test_one_changed_bit_anywhere_ends_a_proof_of_inclusion(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 300))
    index = data.draw(st.integers(0, size - 1))
    tree = Tree(leaves(size))
    parts = [leaves(size)[index], tree.root(), *tree.inclusion(index)]
    place = data.draw(st.integers(0, len(parts) - 1))
    parts[place] = flipped(parts[place], data.draw(st.integers(0, 255)))
    leaf, root, *proof = parts
    with pytest.raises(ProofError):
        verify_inclusion(index, size, leaf, proof, root)


@given(st.data())
def test_a_log_whose_past_was_changed_did_not_grow_out_of_the_old_one(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 300))
    old = data.draw(st.integers(1, size - 1))
    hashes = leaves(size)
    before = Tree(hashes[:old]).root()
    changed = data.draw(st.integers(0, old - 1))
    hashes[changed] = leaf_hash(b"another")
    forged = Tree(hashes)
    with pytest.raises(ProofError):
        verify_consistency(old, size, forged.consistency(old), before, forged.root())


@given(st.data())
def test_no_entry_is_proved_under_another_number_or_in_a_smaller_tree(
    data: st.DataObject,
) -> None:
    size = data.draw(st.integers(2, 300))
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size - 1).filter(lambda one: one != index))
    tree = Tree(leaves(size))
    with pytest.raises(ProofError):
        verify_inclusion(other, size, leaves(size)[index], tree.inclusion(index), tree.root())
    with pytest.raises(ProofError):
        verify_inclusion(index, index, leaves(size)[index], tree.inclusion(index), tree.root())


@given(st.data(), st.lists(st.binary(min_size=32, max_size=32), max_size=12))
def test_invented_proofs_are_refused(data: st.DataObject, proof: list[bytes]) -> None:
    size = data.draw(st.integers(2, 300))
    old = data.draw(st.integers(1, size - 1))
    root, before = Tree(leaves(size)).root(), Tree(leaves(old)).root()
    with pytest.raises(ProofError):
        verify_inclusion(old, size, leaf_hash(b"another"), proof, root)
    with pytest.raises(ProofError):
        verify_consistency(old, size, proof, before, leaf_hash(b"another"))


@pytest.mark.parametrize(
    ("old", "size"), [(0, 4), (5, 4), (-1, 4)], ids=["from nothing", "shrunk", "negative"]
)
def test_a_log_does_not_grow_out_of_nothing_or_shrink(grown: Tree, old: int, size: int) -> None:
    with pytest.raises(IndexError):
        grown.consistency(old, size)
    with pytest.raises(ProofError):
        verify_consistency(old, size, [], grown.root(4), grown.root(4))


def test_one_size_has_one_root(grown: Tree) -> None:
    verify_consistency(5, 5, [], grown.root(5), grown.root(5))
    for proof, root in (([], grown.root(6)), ([grown.root(5)], grown.root(5))):
        with pytest.raises(ProofError):
            verify_consistency(5, 5, proof, grown.root(5), root)


@pytest.mark.parametrize("index", [-1, 300, 2**63])
def test_there_is_no_such_entry(grown: Tree, index: int) -> None:
    with pytest.raises(IndexError):
        grown.inclusion(index)
    with pytest.raises(ProofError):
        verify_inclusion(index, 300, leaf_hash(b""), [], grown.root())


def test_a_leaf_is_a_hash_and_no_entry() -> None:
    """An entry taken for its own hash would let an inner node pass for an entry."""
    with pytest.raises(ValueError, match="32 octets"):
        Tree([b"entry"])
    with pytest.raises(ProofError):
        verify_inclusion(0, 1, b"entry", [], b"entry")


def test_what_is_no_hash_proves_nothing() -> None:
    """RFC 6962, section 2.1: every hash of the tree is one of SHA-256."""
    with pytest.raises(ProofError, match="32 octets"):
        verify_inclusion(0, 1, b"root", [], b"root")
    with pytest.raises(ProofError, match="32 octets"):
        verify_consistency(5, 5, [], b"root", b"root")
    with pytest.raises(ProofError, match="32 octets"):
        verify_inclusion(0, 2, leaf_hash(b""), [b"sibling"], EMPTY_ROOT)


def flipped(octets: bytes, bit: int) -> bytes:
    changed = bytearray(octets)
    changed[bit // 8] ^= 1 << (bit % 8)
    return bytes(changed)
