"""The key that signs tree heads: Ed25519, kept in a file of its own, made on first use."""

from __future__ import annotations

import contextlib
import os
import tempfile
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from qingfeng.trail.proofs import head_message, name_of_key


@cache
def _key(path: Path) -> Ed25519PrivateKey:
    if not path.exists():
        _make(path)
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ImproperlyConfigured(f"{path} holds no Ed25519 key")
    return key


def _make(path: Path) -> None:
    """Write a new key whole, or leave alone the one that another process made meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=path.name)  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text)
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        Path(draft).unlink()


def public_key() -> bytes:
    """The 32 bytes that check a signature."""
    return (
        _key(settings.TRAIL_KEY)
        .public_key()
        .public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    )


def key_id() -> str:
    """A short name of the key."""
    return name_of_key(public_key())


def sign(size: int, root: bytes, at: str) -> bytes:
    """Sign a tree head."""
    return _key(settings.TRAIL_KEY).sign(head_message(size, root, at))
