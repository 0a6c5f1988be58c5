"""The tree is RFC 9162's, and its proofs show exactly what is so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingfeng.trail import merkle

# The entries and heads by which implementations of Certificate Transparency check themselves.
ENTRIES = [
    bytes.fromhex(one)
    for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                "606162636465666768696a6b6c6d6e6f")
]  # fmt: skip
HEADS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def tree(size):
    return merkle.of_leaves([merkle.leaf_hash(str(one).encode()) for one in range(size)])


@pytest.mark.parametrize("size", HEADS)
def test_the_heads_are_those_of_the_vectors(size):
    node = merkle.of_leaves([merkle.leaf_hash(entry) for entry in ENTRIES])
    assert merkle.root(node, size).hex() == HEADS[size]
    if size:
        leaves = b"".join(merkle.leaf_hash(entry) for entry in ENTRIES[:size])
        assert merkle.fold(leaves).hex() == HEADS[size]


@st.composite
def two_in(draw):
    new = draw(st.integers(1, 70))
    return draw(st.integers(0, new - 1)), draw(st.integers(1, new)), new


@given(two_in())
def test_an_inclusion_proof_holds_for_its_leaf_and_place_alone(drawn):
    index, _old, size = drawn
    node = tree(size)
    proof, head = merkle.inclusion(node, index, size), merkle.root(node, size)
    assert merkle.check_inclusion(node(0, index), index, size, proof, head)
    assert not merkle.check_inclusion(merkle.leaf_hash(b"no"), index, size, proof, head)
    other = (index + 1) % size
    if other != index:
        assert not merkle.check_inclusion(node(0, other), index, size, proof, head)
    assert not merkle.check_inclusion(node(0, index), index, size, [*proof, head], head)
    assert not merkle.check_inclusion(node(0, index), size, size, proof, head)


@given(two_in())
def test_a_consistency_proof_holds_between_its_two_heads_alone(drawn):
    _index, old, new = drawn
    node = tree(new)
    proof = merkle.consistency(node, old, new)
    before, after = merkle.root(node, old), merkle.root(node, new)
    assert merkle.check_consistency(old, new, before, after, proof)
    assert not merkle.check_consistency(old, new, merkle.EMPTY, after, proof)
    assert not merkle.check_consistency(old, new, before, merkle.EMPTY, proof)
    assert not merkle.check_consistency(old, new, before, after, [*proof, after])
