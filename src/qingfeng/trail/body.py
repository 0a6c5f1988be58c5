"""The exact bytes of an event: what is hashed, and what its columns repeat for queries.

A body is JSON with sorted keys, UTF-8, no spaces: actor, at, commitment (if there is personal
content), data, id, kind, ledger, record, unit. What columns repeat stands at its two ends, so a
row is compared with its bytes without parsing them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson


def canonical(value: Mapping[str, Any]) -> bytes:
    """The one way to write a value: sorted keys, UTF-8, no spaces."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def moment(at: datetime) -> str:
    """A moment as it stands in an event: UTC, microseconds, Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def commitment(salt: bytes, content: bytes) -> str:
    """What an event holds of personal content: SHA-256 over salt and content, in hex."""
    return hashlib.sha256(salt + content).hexdigest()


def _number(value: int | None) -> bytes:
    return b"null" if value is None else b"%d" % value


def opening(actor: int | None, at: str) -> bytes:
    """A body up to its commitment or its data."""
    return b'{"actor":%b,"at":"%b","' % (_number(actor), at.encode())


def named(kind: str, ledger: str) -> bytes:
    """The part of :func:`closing` that many events share."""
    return b',"kind":%b,"ledger":%b,"record":' % (orjson.dumps(kind), orjson.dumps(ledger))


def closing(number: int, name: bytes, record: int, unit: int | None) -> bytes:
    """A body after its data; ``name`` is from :func:`named`."""
    if unit is None:
        return b',"id":%d%b%d,"unit":null}' % (number, name, record)
    return b',"id":%d%b%d,"unit":%d}' % (number, name, record, unit)
