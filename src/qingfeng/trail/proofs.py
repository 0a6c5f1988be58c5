"""Heads and proofs as files that anyone can check without the database, and without Django."""

from __future__ import annotations

import base64
import json
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from qingfeng.trail import merkle


class BadProofError(Exception):
    """The proof does not hold; the message says which part."""


def head_message(size: int, root: bytes, at: str) -> bytes:
    """The bytes that are signed."""
    return b"qingfeng-tree-head-v1\n" + json.dumps(
        {"at": at, "root": root.hex(), "size": size}, sort_keys=True
    ).encode()


def check_head(head: dict[str, Any], public_key: str | None = None) -> None:
    """Check a head's signature.

    Args:
        head: as ``trail head`` exports it.
        public_key: the key that is trusted, base64; without it the head's own, which shows only
            that the head was not damaged.

    Raises:
        BadProofError: it is not signed by that key.
    """
    try:
        key = base64.b64decode(public_key or head["public_key"])
        Ed25519PublicKey.from_public_bytes(key).verify(
            base64.b64decode(head["signature"]),
            head_message(int(head["size"]), bytes.fromhex(head["root"]), head["at"]),
        )
    except (InvalidSignature, ValueError, KeyError, TypeError) as error:
        raise BadProofError("the head is not signed by the key") from error


def check(proof: dict[str, Any], head: dict[str, Any], public_key: str | None = None) -> None:
    """Check that a proof shows its event in the tree of a head.

    Raises:
        BadProofError: with the part that does not hold.
    """
    check_head(head, public_key)
    try:
        if int(proof["size"]) != int(head["size"]):
            raise BadProofError("the proof is for a tree of another size than the head's")
        holds = merkle.check_inclusion(
            merkle.leaf_hash(base64.b64decode(proof["body"])),
            int(proof["position"]),
            int(proof["size"]),
            [bytes.fromhex(one) for one in proof["path"]],
            bytes.fromhex(head["root"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise BadProofError("the proof cannot be read") from error
    if not holds:
        raise BadProofError("the event does not stand in the tree of this head")
