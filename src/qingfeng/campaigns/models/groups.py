"""Leading groups and their offices, their meetings, and what meetings instruct."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from qingfeng.campaigns.models.campaign import Campaign
from qingfeng.core.models.record import Guarded
from qingfeng.orgs.models import Unit


class LeadingGroup(Guarded):
    """The leading group (领导小组) of a campaign at a unit."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="groups")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("Name"), max_length=128)

    ledger: ClassVar[str] = "leading_group"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "unit"], name="one_leading_group_a_unit")
        ]

    def __str__(self) -> str:
        return self.name


class GroupDuty(models.TextChoices):
    """What a member does in the group."""

    HEAD = "head", _("head")
    DEPUTY = "deputy", _("deputy head")
    MEMBER = "member", _("member")
    OFFICE_HEAD = "office_head", _("head of the office")


class GroupMember(Guarded):
    """A member of a leading group."""

    group = models.ForeignKey(LeadingGroup, on_delete=models.CASCADE, related_name="members")
    full_name = models.CharField(_("Name"), max_length=64)
    post = models.CharField(_("Post"), max_length=128, blank=True)
    duty = models.CharField(_("Duty"), max_length=12, choices=GroupDuty.choices)

    class Meta:
        ordering = ["id"]


class Meeting(Guarded):
    """A meeting of a leading group, numbered in its unit's series."""

    group = models.ForeignKey(LeadingGroup, on_delete=models.PROTECT, related_name="meetings")
    number = models.CharField(_("Number"), max_length=64)
    topic = models.CharField(_("Topic"), max_length=200)
    held_on = models.DateField(_("Held"))
    minutes = models.TextField(_("Minutes"), blank=True)

    ledger: ClassVar[str] = "meeting"

    class Meta:
        ordering = ["-held_on", "-id"]

    def __str__(self) -> str:
        return self.topic


class Instruction(Guarded):
    """A decision or instruction of a meeting; it becomes an assignment of each unit it names."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="instructions")
    text = models.TextField(_("Instruction"))
    by = models.BigIntegerField()
    at = models.DateTimeField()

    ledger: ClassVar[str] = "instruction"
