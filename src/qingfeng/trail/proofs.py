"""Heads and proofs as files that anyone can check without the database, and without Django."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from qingfeng.trail import merkle


class BadProofError(Exception):
    """A proof or a head does not hold; the message says which part."""


def name_of_key(public_key: bytes) -> str:
    """A short name of a key: the first 16 hex digits of its SHA-256."""
    return sha256(public_key).hexdigest()[:16]


def head_message(size: int, root: bytes, at: str) -> bytes:
    """The bytes that are signed."""
    return (
        b"qingfeng-tree-head-v1\n"
        + json.dumps({"at": at, "root": root.hex(), "size": size}, sort_keys=True).encode()
    )


def is_signed(public_key: bytes, size: int, root: bytes, at: str, signature: bytes) -> bool:
    """Whether a key signed a tree head."""
    try:
        key = Ed25519PublicKey.from_public_bytes(public_key)
        key.verify(signature, head_message(size, root, at))
    except (InvalidSignature, ValueError):
        return False
    return True


def check_head(head: Mapping[str, Any], public_key: str | None = None) -> tuple[int, bytes]:
    """Check a head's signature; returns its size and its root.

    Args:
        head: as ``trail head`` exports it.
        public_key: the key that is trusted, base64; without it the head's own, which shows only
            that the head was not damaged.

    Raises:
        BadProofError: it is not signed by that key, or is no head at all.
    """
    try:
        size, root = _size(head["size"]), bytes.fromhex(head["root"])
        key = base64.b64decode(public_key or head["public_key"])
        signature = base64.b64decode(head["signature"])
        at = str(head["at"])
    except (ValueError, KeyError, TypeError) as error:
        raise BadProofError("the head cannot be read: it is no file of `trail head`") from error
    if not is_signed(key, size, root, at, signature):
        raise BadProofError(f"the head is not signed by the key {name_of_key(key)}")
    return size, root


def check(
    proof: Mapping[str, Any], head: Mapping[str, Any], public_key: str | None = None
) -> dict[str, Any]:
    """Check what a proof shows under a head.

    A proof of an event shows that it stands, byte for byte, in the tree of the head. A proof of
    growth shows that the newer head it brings only appended to this one.

    Args:
        proof: as ``trail prove`` writes it.
        head: as ``trail head`` exports it.
        public_key: as for :func:`check_head`.

    Returns:
        The event, or the newer head.

    Raises:
        BadProofError: with the part that does not hold.
    """
    size, root = check_head(head, public_key)
    try:
        path = [bytes.fromhex(one) for one in proof["path"]]
        if "newer" in proof:
            return _check_growth(proof["newer"], path, size, root, public_key or head["public_key"])
        entry, position = base64.b64decode(proof["body"]), int(proof["position"])
        made_for = _size(proof["size"])
        event: dict[str, Any] = json.loads(entry)
    except (ValueError, KeyError, TypeError) as error:
        raise BadProofError("the proof cannot be read: it is no file of `trail prove`") from error
    if made_for != size:
        raise BadProofError(
            f"the proof is for the tree of {made_for} events, the head is of {size}: "
            f"ask for one with `trail prove EVENT --size {size}`"
        )
    if not merkle.check_inclusion(merkle.leaf_hash(entry), position, size, path, root):
        raise BadProofError("the event does not stand in the tree of this head")
    return event


def _check_growth(
    newer: Mapping[str, Any], path: list[bytes], size: int, root: bytes, public_key: str
) -> dict[str, Any]:
    new_size, new_root = check_head(newer, public_key)
    if not merkle.check_consistency(size, new_size, root, new_root, path):
        raise BadProofError("the newer tree is not this head's with events appended")
    return dict(newer)


def _size(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise TypeError("a size is a whole number")
    return value
