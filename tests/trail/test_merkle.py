"""The Merkle tree is that of RFC 9162 (and of RFC 6962 before it)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingfeng.trail import merkle

# The test vectors of the reference implementation of RFC 6962 (google/certificate-transparency).
INPUTS = [
    bytes.fromhex(one)
    for one in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
A, B, C, D, E, F = (
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
)
LEAVES = [merkle.leaf_hash(entry) for entry in INPUTS]


def node(leaves=LEAVES):
    return merkle.of_leaves(leaves)


@pytest.mark.parametrize("size", range(9))
def test_the_root_is_the_reference_one(size):
    assert merkle.root(node(), size).hex() == ROOTS[size]


@pytest.mark.parametrize(
    ("index", "size", "path"),
    [
        (0, 1, []),
        (0, 8, [A, B, C]),
        (5, 8, [D, E, ROOTS[4]]),
        (2, 3, [ROOTS[2]]),
        (1, 5, [ROOTS[1], B, D]),
    ],
)
def test_an_inclusion_proof_is_the_reference_one(index, size, path):
    assert [one.hex() for one in merkle.inclusion(node(), index, size)] == path


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [(1, 1, []), (1, 8, [A, B, C]), (6, 8, [F, E, ROOTS[4]]), (2, 5, [B, D])],
)
def test_a_consistency_proof_is_the_reference_one(old, new, path):
    assert [one.hex() for one in merkle.consistency(node(), old, new)] == path


trees = st.lists(st.binary(max_size=4), min_size=1, max_size=40)


def damaged(data, path, head):
    """The same proof with one hash changed, dropped, added or swapped; or another head."""
    how = data.draw(st.sampled_from(["flip", "drop", "add", "head"]))
    place = data.draw(st.integers(0, max(0, len(path) - 1)))
    if how == "head" or (not path and how in {"flip", "drop"}):
        return path, bytes([head[0] ^ 1]) + head[1:]
    changed = list(path)
    if how == "flip":
        changed[place] = bytes([path[place][0] ^ 1]) + path[place][1:]
    elif how == "drop":
        del changed[place]
    else:
        changed.insert(place, merkle.leaf_hash(b"slipped in"))
    return changed, head


@given(entries=trees, data=st.data())
def test_an_inclusion_proof_holds_if_and_only_if_it_is_untouched(entries, data):
    leaves = [merkle.leaf_hash(entry) for entry in entries]
    index = data.draw(st.integers(0, len(leaves) - 1))
    head = merkle.root(node(leaves), len(leaves))
    path = merkle.inclusion(node(leaves), index, len(leaves))
    assert merkle.check_inclusion(leaves[index], index, len(leaves), path, head)
    assert not merkle.check_inclusion(
        merkle.leaf_hash(b"another entry"), index, len(leaves), path, head
    )
    changed, other = damaged(data, path, head)
    assert not merkle.check_inclusion(leaves[index], index, len(leaves), changed, other)


@given(entries=trees, data=st.data())
def test_a_leaf_is_proven_at_its_own_place_only(entries, data):
    leaves = [merkle.leaf_hash(bytes([place]) + entry) for place, entry in enumerate(entries)]
    index = data.draw(st.integers(0, len(leaves) - 1))
    elsewhere = data.draw(st.integers(-1, len(leaves)).filter(lambda one: one != index))
    head = merkle.root(node(leaves), len(leaves))
    path = merkle.inclusion(node(leaves), index, len(leaves))
    assert not merkle.check_inclusion(leaves[index], elsewhere, len(leaves), path, head)


@given(entries=trees, data=st.data())
def test_a_consistency_proof_holds_if_and_only_if_it_is_untouched(entries, data):
    leaves = [merkle.leaf_hash(entry) for entry in entries]
    new = len(leaves)
    old = data.draw(st.integers(1, new))
    before, after = merkle.root(node(leaves), old), merkle.root(node(leaves), new)
    path = merkle.consistency(node(leaves), old, new)
    assert merkle.check_consistency(old, new, before, after, path)
    changed, other = damaged(data, path, after)
    assert not merkle.check_consistency(old, new, before, other, changed)
    forged = bytes([before[0] ^ 1]) + before[1:]
    assert not merkle.check_consistency(old, new, forged, after, path)


@given(entries=trees, data=st.data())
def test_a_tree_that_changed_an_old_leaf_is_not_consistent(entries, data):
    leaves = [merkle.leaf_hash(entry) for entry in entries]
    old = data.draw(st.integers(1, len(leaves)))
    head = merkle.root(node(leaves), old)
    forged = list(leaves)
    forged[data.draw(st.integers(0, old - 1))] = merkle.leaf_hash(b"a forged entry")
    path = merkle.consistency(node(forged), old, len(forged))
    after = merkle.root(node(forged), len(forged))
    assert not merkle.check_consistency(old, len(forged), head, after, path)


@given(entries=trees)
def test_folding_side_by_side_gives_the_same_root(entries):
    leaves = [merkle.leaf_hash(entry) for entry in entries]
    whole = merkle.root(node(leaves), len(leaves))
    assert merkle.fold(b"".join(leaves)) == whole
    full = len(leaves) // 4 * 4
    fours = b"".join(merkle.fold(b"".join(leaves[at : at + 4])) for at in range(0, full, 4))
    assert merkle.fold_onto(fours, merkle.fold(b"".join(leaves[full:]))) == whole


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_there_is_no_proof_of_a_leaf_outside_the_tree(index, size):
    with pytest.raises(ValueError, match="no leaf"):
        merkle.inclusion(node(), index, size)


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3)])
def test_there_is_no_proof_of_growth_from_nothing_or_backwards(old, new):
    with pytest.raises(ValueError, match="does not follow"):
        merkle.consistency(node(), old, new)
