"""Supervision groups (督导组) and the units they watch."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qingfeng.core.models.record import Guarded
from qingfeng.orgs.models.units import Unit


class SupervisionGroup(Guarded):
    """A group sent by an office to watch a list of units."""

    name = models.CharField(_("Name"), max_length=64, unique=True)
    sent_by = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField(_("From"))
    until_on = models.DateField(_("Until"), null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class SupervisionArea(Guarded):
    """A unit assigned to a group."""

    group = models.ForeignKey(SupervisionGroup, on_delete=models.CASCADE, related_name="areas")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "unit"], name="one_area_a_unit"),
        ]
