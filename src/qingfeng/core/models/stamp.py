"""What a database says of itself."""

from __future__ import annotations

from django.db import models

from qingfeng.core.models.record import Guarded


class Stamp(Guarded):
    """One row: whether this database holds demonstration data."""

    is_demo = models.BooleanField()
    scale = models.CharField(max_length=16, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
