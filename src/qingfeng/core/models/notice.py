"""Notices in the site: what somebody is told about a record."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from qingfeng.core.models.record import Guarded


class Notice(Guarded):
    """One person is told of one record. The sentence is made when shown, never stored."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices"
    )
    kind = models.CharField(max_length=32)
    ledger = models.CharField(max_length=32)
    record = models.BigIntegerField()
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["recipient", "-id"]),
            models.Index(
                fields=["recipient", "id"], condition=models.Q(read_at=None), name="notice_unread"
            ),
            models.Index(fields=["id"], condition=models.Q(mailed_at=None), name="notice_unmailed"),
        ]
