"""Units: the organs of a place, their line, and where they stood when."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from qingfeng.core.models.record import Guarded
from qingfeng.orgs.models.places import Place, Tier


class OrganKind(models.TextChoices):
    """What an organ is, which is also its line (条线)."""

    OFFICE = "office", _("campaign office")
    COMMITTEE = "committee", _("political-legal committee")
    COURT = "court", _("court")
    PROCURATORATE = "procuratorate", _("procuratorate")
    POLICE = "police", _("police")
    STATE_SECURITY = "state_security", _("state security")
    JUSTICE = "justice", _("justice administration")
    PRISON = "prison", _("prison")
    REHAB = "rehab", _("drug rehabilitation")


class Affiliation(models.TextChoices):
    """How a unit hangs on its superior."""

    LOCAL = "local", _("led locally")
    DIRECT = "direct", _("directly affiliated")
    VERTICAL = "vertical", _("vertically managed")
    DISPATCHED = "dispatched", _("dispatched")


class Placed(models.Model):
    """Where a row belongs: its unit's place at every tier, and its line.

    The columns repeat what the unit says today, so that any reach is one indexed comparison.
    """

    kind = models.CharField(_("Line"), max_length=16, choices=OrganKind.choices)
    tier = models.CharField(_("Tier"), max_length=10, choices=Tier.choices)
    province = models.ForeignKey(
        Place, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    prefecture = models.ForeignKey(
        Place, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    county = models.ForeignKey(
        Place, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        abstract = True


class Unit(Placed, Guarded):
    """One organ. A unit is never deleted: it closes, and its placements keep the past."""

    code = models.CharField(_("Code"), max_length=24, unique=True)
    name = models.CharField(_("Name"), max_length=128)
    short_name = models.CharField(_("Short name"), max_length=64)
    name_en = models.CharField(_("English name"), max_length=160, blank=True)
    mark = models.CharField(_("Document mark"), max_length=16, blank=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="units")
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    affiliation = models.CharField(
        _("Affiliation"), max_length=10, choices=Affiliation.choices, default=Affiliation.LOCAL
    )
    officers = models.PositiveIntegerField(_("Officers"), default=0)
    opened_on = models.DateField(_("Opened"), null=True, blank=True)
    closed_on = models.DateField(_("Closed"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    ledger = "unit"

    class Meta:
        ordering = ["code"]
        indexes = [
            models.Index(fields=["place", "kind"]),
            models.Index(fields=["province", "kind", "tier"]),
            models.Index(fields=["prefecture", "kind"]),
            models.Index(fields=["county"]),
            models.Index(fields=["tier", "kind", "code"]),
        ]

    def __str__(self) -> str:
        if self.name_en and (get_language() or "").startswith("en"):
            return self.name_en
        return self.name

    @property
    def label(self) -> str:
        """The short name, in the reader's language."""
        if self.name_en and (get_language() or "").startswith("en"):
            return self.name_en
        return self.short_name

    def placed(self) -> dict[str, Any]:
        """The columns of :class:`Placed` for a row of this unit."""
        return {
            "kind": self.kind,
            "tier": self.tier,
            "province_id": self.province_id,
            "prefecture_id": self.prefecture_id,
            "county_id": self.county_id,
        }

    def nodes(self) -> tuple[str, ...]:
        """The nodes of the tallies that a figure of this unit adds to: itself and above."""
        return nodes_of(self.pk, self.kind, self.province_id, self.prefecture_id, self.county_id)


def nodes_of(
    unit: int, kind: str, province: int | None, prefecture: int | None, county: int | None
) -> tuple[str, ...]:
    """The tally nodes of a unit: all, its line, each place above it with and without its line."""
    nodes = ["all", f"all.{kind}"]
    for place in (province, prefecture, county):
        if place is not None:
            nodes += [f"p{place}", f"p{place}.{kind}"]
    return (*nodes, f"u{unit}")


class UnitPlacement(Guarded):
    """Where a unit stood, and what it was called, from one day to another (half open)."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="placements")
    name = models.CharField(max_length=128)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    parent = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=16, choices=OrganKind.choices)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["from_on"]
        indexes = [models.Index(fields=["unit", "from_on"])]
        constraints = [
            models.CheckConstraint(
                name="placement_dates",
                condition=models.Q(until_on=None) | models.Q(until_on__gt=models.F("from_on")),
            ),
            models.UniqueConstraint(
                fields=["unit"], condition=models.Q(until_on=None), name="one_present_placement"
            ),
        ]
