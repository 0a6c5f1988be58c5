"""The key that signs tree heads: Ed25519, kept in a file of its own, made on first use."""

from __future__ import annotations

import hashlib
import os
from functools import cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from qingfeng.trail.proofs import head_message


@cache
def _key(path: str) -> Ed25519PrivateKey:
    if not os.path.exists(path):  # noqa: PTH110 - one stat
        key = Ed25519PrivateKey.generate()
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(
                key.private_bytes(
                    serialization.Encoding.PEM,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                )
            )
        return key
    with open(path, "rb") as file:  # noqa: PTH123 - as above
        key = serialization.load_pem_private_key(file.read(), None)  # type: ignore[assignment]
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path} holds no Ed25519 key")
    return key


def public_key() -> bytes:
    """The 32 bytes that check a signature."""
    return (
        _key(str(settings.TRAIL_KEY))
        .public_key()
        .public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    )


def key_id() -> str:
    """A short name of the key."""
    return hashlib.sha256(public_key()).hexdigest()[:16]


def sign(size: int, root: bytes, at: str) -> bytes:
    """Sign a tree head."""
    return _key(str(settings.TRAIL_KEY)).sign(head_message(size, root, at))


def is_signed(size: int, root: bytes, at: str, signature: bytes) -> bool:
    """Whether the present key signed a tree head."""
    try:
        _key(str(settings.TRAIL_KEY)).public_key().verify(signature, head_message(size, root, at))
    except InvalidSignature:
        return False
    return True
