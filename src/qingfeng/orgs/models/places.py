"""Places: the administrative divisions that units belong to."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qingfeng.core.models.record import Guarded


class Tier(models.TextChoices):
    """The tier of a place, and so of its organs."""

    CENTRAL = "central", _("central")
    PROVINCE = "province", _("province")
    PREFECTURE = "prefecture", _("prefecture")
    COUNTY = "county", _("county")


class Place(Guarded):
    """One administrative division. ``path`` is the chain of ids from the top, as /1/14/203/."""

    code = models.CharField(_("Code"), max_length=12, unique=True)
    name = models.CharField(_("Name"), max_length=64)
    tier = models.CharField(_("Tier"), max_length=10, choices=Tier.choices)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    path = models.CharField(max_length=64, unique=True)
    province = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    prefecture = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    is_fictional = models.BooleanField(default=False)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
