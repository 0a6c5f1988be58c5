"""A view of a list that a person keeps: a name for an address."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from qingfeng.core.models.record import Guarded


class SavedView(Guarded):
    """The conditions and order of one ledger's list under a name; only its owner sees it."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    ledger = models.CharField(max_length=32)
    name = models.CharField(_("Name"), max_length=40)
    query = models.CharField(max_length=1000)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "ledger", "name"], name="one_view_a_name")
        ]

    def __str__(self) -> str:
        return self.name
