"""Role grants: a person, a role, a reach, a campaign, from, until."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from qingfeng.core.models.record import Record
from qingfeng.orgs.models.places import Place
from qingfeng.orgs.models.supervision import SupervisionGroup
from qingfeng.orgs.models.units import OrganKind, Unit


class Role(models.TextChoices):
    """What a person does in a campaign."""

    OFFICE = "office", _("campaign office")
    LEADER = "leader", _("leader")
    REPORTER = "reporter", _("reporter of a unit")
    REVIEWER = "reviewer", _("reviewer")
    LINE = "line", _("line guidance")
    SUPERVISOR = "supervisor", _("supervision group")


class ReachKind(models.TextChoices):
    """How far a grant reaches."""

    NATION = "nation", _("the whole country")
    PLACE = "place", _("a place and all below it")
    LINE = "line", _("a line within a place")
    GROUP = "group", _("the units of a supervision group")
    UNIT = "unit", _("one unit")


class GrantState(models.TextChoices):
    """The life of a grant."""

    PROPOSED = "proposed", _("proposed")
    ACTIVE = "active", _("in force")
    REFUSED = "refused", _("refused")
    ENDED = "ended", _("ended")


class RoleGrant(Record):
    """A role with its reach. The system administrator proposes, the security administrator decides."""

    ledger: ClassVar[str] = "grant"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="grants"
    )
    role = models.CharField(_("Role"), max_length=12, choices=Role.choices)
    reach = models.CharField(_("Reach"), max_length=8, choices=ReachKind.choices)
    place = models.ForeignKey(
        Place, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    line = models.CharField(_("Line"), max_length=16, choices=OrganKind.choices, blank=True)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="grants"
    )
    group = models.ForeignKey(
        SupervisionGroup, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    #: The campaign it is limited to, by id: campaigns stand on a floor above.
    campaign = models.BigIntegerField(null=True, blank=True)
    from_on = models.DateField(_("From"))
    until_on = models.DateField(_("Until"), null=True, blank=True)
    state = models.CharField(
        _("State"), max_length=10, choices=GrantState.choices, default=GrantState.PROPOSED
    )
    proposed_by = models.BigIntegerField()
    decided_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["user", "state"]), models.Index(fields=["state", "id"])]
        constraints = [
            models.CheckConstraint(
                name="grant_by_two",
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("proposed_by")),
            ),
            models.CheckConstraint(
                name="grant_reach_given",
                condition=models.Q(reach="nation")
                | models.Q(reach="place", place__isnull=False)
                | (models.Q(reach="line") & ~models.Q(line=""))
                | models.Q(reach="group", group__isnull=False)
                | models.Q(reach="unit", unit__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.reach_label}"

    @property
    def reach_label(self) -> str:
        """Where the grant reaches, in words."""
        if self.reach == ReachKind.UNIT and self.unit:
            return self.unit.label
        if self.reach == ReachKind.GROUP and self.group:
            return self.group.name
        place = self.place.name if self.place else str(ReachKind.NATION.label)
        if self.reach == ReachKind.LINE:
            return f"{place} · {self.get_line_display()}"
        return place
