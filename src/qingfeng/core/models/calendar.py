"""Days on which the uploaded calendar differs from the announced one."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qingfeng.core.models.record import Guarded


class DayOverride(Guarded):
    """One day said to be worked or rested, and where that stands."""

    day = models.DateField(_("Day"), unique=True)
    is_working = models.BooleanField(_("Worked"))
    source = models.CharField(_("Source"), max_length=200)

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return self.day.isoformat()
