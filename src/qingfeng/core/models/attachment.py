"""Files that belong to records: evidence, letters, minutes."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qingfeng.core.models.record import Guarded


class Attachment(Guarded):
    """One file of one record, with the hash that stands on the trail."""

    ledger = models.CharField(max_length=32)
    record = models.BigIntegerField()
    name = models.CharField(_("File name"), max_length=200)
    size = models.PositiveBigIntegerField(_("Size"))
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to="attachments/%Y/%m/")
    added_by = models.BigIntegerField()
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["ledger", "record"])]

    def __str__(self) -> str:
        return self.name
