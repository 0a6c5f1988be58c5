"""Whether this database holds demonstration data: said on every page, print-out and export."""

from __future__ import annotations

from functools import cache

from django.db import DatabaseError

from qingfeng.core.commands import job
from qingfeng.core.models.stamp import Stamp


@cache
def is_demo() -> bool:
    """Whether the database is stamped as demonstration data."""
    try:
        return Stamp.objects.filter(is_demo=True).exists()
    except DatabaseError:  # no tables yet
        return False


@job
def put(*, scale: str) -> None:
    """Stamp the database as demonstration data, for good."""
    Stamp.objects.create(is_demo=True, scale=scale)
    is_demo.cache_clear()
