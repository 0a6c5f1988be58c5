"""The Merkle tree of RFC 9162 (sections 2.1.1 to 2.1.5): hashes and proofs, nothing else.

Own code: the one Python library that is kept, pymerkle, is GPL.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from struct import iter_unpack

#: Gives the hash of the full subtree ``index`` of height ``level``: level 0 is a leaf.
Node = Callable[[int, int], bytes]

EMPTY = sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return sha256(b"\x01" + left + right).digest()


def fold(hashes: bytes) -> bytes:
    """The hash over neighbouring subtrees of one height, given side by side, 32 bytes each.

    An odd one out rises a level unpaired, which is RFC 9162's tree for any number.
    """
    while len(hashes) > 32:
        odd = hashes[len(hashes) & ~63 :]
        pairs = iter_unpack("64s", hashes[: len(hashes) & ~63])
        hashes = b"".join([sha256(b"\x01" + pair).digest() for (pair,) in pairs]) + odd
    return hashes


def fold_onto(subtrees: bytes, right: bytes) -> bytes:
    """The hash over full subtrees of one height, with a smaller tree (or none) to their right."""
    while subtrees:
        count = len(subtrees) // 32
        start = len(subtrees) - 32 * (count & -count)  # the smallest full subtree of these
        piece = fold(subtrees[start:])
        subtrees = subtrees[:start]
        right = node_hash(piece, right) if right else piece
    return right


def of_leaves(leaves: Sequence[bytes]) -> Node:
    """Nodes over leaf hashes held in memory, each computed once."""
    known: dict[tuple[int, int], bytes] = {}

    def node(level: int, index: int) -> bytes:
        if level == 0:
            return leaves[index]
        if (level, index) not in known:
            known[level, index] = node_hash(
                node(level - 1, 2 * index), node(level - 1, 2 * index + 1)
            )
        return known[level, index]

    return node


def _split(size: int) -> int:
    """The largest power of two smaller than ``size``."""
    return 1 << ((size - 1).bit_length() - 1)


def _range_hash(node: Node, start: int, size: int) -> bytes:
    """The hash of ``size`` leaves from ``start``, which stands on a subtree's edge."""
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return node(level, start >> level)
    k = _split(size)
    return node_hash(_range_hash(node, start, k), _range_hash(node, start + k, size - k))


def root(node: Node, size: int) -> bytes:
    """The head of the tree of the first ``size`` leaves."""
    return _range_hash(node, 0, size) if size else EMPTY


def inclusion(node: Node, index: int, size: int) -> list[bytes]:
    """The proof that leaf ``index`` stands in the tree of ``size`` leaves (2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError(f"there is no leaf {index} in a tree of {size}")

    def path(start: int, count: int) -> list[bytes]:
        if count == 1:
            return []
        k = _split(count)
        if index - start < k:
            return [*path(start, k), _range_hash(node, start + k, count - k)]
        return [*path(start + k, count - k), _range_hash(node, start, k)]

    return path(0, size)


def check_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], head: bytes
) -> bool:
    """Whether the proof shows the leaf in the tree of that head (2.1.3.2)."""
    if not 0 <= index < size:
        return False
    first, last, result = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if first & 1 or first == last:
            result = node_hash(sibling, result)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        first, last = first >> 1, last >> 1
    return last == 0 and result == head


def consistency(node: Node, old: int, new: int) -> list[bytes]:
    """The proof that the tree of ``new`` leaves only appended to that of ``old`` (2.1.4.1)."""
    if not 0 < old <= new:
        raise ValueError(f"a tree of {new} does not follow one of {old}")

    def path(m: int, start: int, count: int, is_whole: bool) -> list[bytes]:
        if m == count:
            return [] if is_whole else [_range_hash(node, start, count)]
        k = _split(count)
        if m <= k:
            return [*path(m, start, k, is_whole), _range_hash(node, start + k, count - k)]
        return [*path(m - k, start + k, count - k, False), _range_hash(node, start, k)]

    return path(old, 0, new, True)


def check_consistency(
    old: int, new: int, old_head: bytes, new_head: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the proof shows that the new tree only appended to the old one (2.1.4.2)."""
    if old == new:
        return old_head == new_head and not proof
    if not 0 < old < new:
        return False
    steps = list(proof)
    if old & (old - 1) == 0:
        steps.insert(0, old_head)
    if not steps:
        return False
    first, last = old - 1, new - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if first & 1 or first == last:
            before, after = node_hash(step, before), node_hash(step, after)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            after = node_hash(after, step)
        first, last = first >> 1, last >> 1
    return last == 0 and before == old_head and after == new_head
