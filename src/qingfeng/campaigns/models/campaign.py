"""A campaign as its issued plan says: batches, stages, tasks, requirements, and each cascade."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from qingfeng.core.models.record import Guarded, Record
from qingfeng.orgs.models import Unit


class Titled(models.Model):
    """Something with a title in both languages; the English one may be missing."""

    title = models.CharField(_("Title"), max_length=200)
    title_en = models.CharField(_("English title"), max_length=200, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        if self.title_en and (get_language() or "").startswith("en"):
            return self.title_en
        return self.title


class CampaignKind(models.TextChoices):
    """What kind of plan it follows."""

    CAMPAIGN = "campaign", _("campaign")
    DRIVE = "drive", _("special drive")
    LINE = "line", _("plan of a line")


class CampaignState(models.TextChoices):
    """Whether it runs."""

    RUNNING = "running", _("running")
    CLOSED = "closed", _("closed")


class Campaign(Titled, Record):
    """A plan that was issued. Its plan's versions are kept as they were signed."""

    ledger: ClassVar[str] = "campaign"

    key = models.CharField(_("Key"), max_length=60, unique=True)
    kind = models.CharField(_("Kind"), max_length=10, choices=CampaignKind.choices)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="drives"
    )
    issued_by = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(_("Document number"), max_length=64, blank=True)
    state = models.CharField(
        _("State"), max_length=8, choices=CampaignState.choices, default=CampaignState.RUNNING
    )
    starts_on = models.DateField(_("From"))
    ends_on = models.DateField(_("To"))
    closed_on = models.DateField(_("Closed"), null=True, blank=True)

    class Meta:
        ordering = ["-starts_on", "id"]

    @property
    def unit_key(self) -> int | None:
        return self.issued_by_id


class PlanVersion(Guarded):
    """One version of a campaign's plan: the file itself, and who issued it when."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    issued_by = models.BigIntegerField()
    issued_at = models.DateTimeField()
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "version"], name="one_plan_a_version"),
        ]


class Batch(Titled, Guarded):
    """A group of units that goes through the stages together."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="batches")
    key = models.CharField(max_length=60)
    starts_on = models.DateField(_("From"))
    ends_on = models.DateField(_("To"))

    class Meta:
        ordering = ["starts_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "key"], name="one_batch_a_key"),
        ]


class Stage(Titled, Guarded):
    """A part of a batch (环节), with the evaluation gate at its end."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="stages")
    key = models.CharField(max_length=60)
    starts_on = models.DateField(_("From"))
    ends_on = models.DateField(_("To"))
    gate_criteria = models.JSONField(default=list)
    gate_by_upper = models.BooleanField(default=True)
    gate_required_by = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["starts_on", "id"]
        constraints = [models.UniqueConstraint(fields=["batch", "key"], name="one_stage_a_key")]


class Task(Titled, Guarded):
    """A heading of the plan, under which requirements stand."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="tasks")
    key = models.CharField(max_length=60)
    stage_key = models.CharField(max_length=60, blank=True)
    under = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts"
    )
    note = models.TextField(blank=True)
    order = models.PositiveIntegerField()

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["campaign", "key"], name="one_task_a_key")]


class Requirement(Titled, Guarded):
    """What units must do: one duty for each unit it selects."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="requirements")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="requirements")
    key = models.CharField(max_length=60)
    standard = models.TextField(_("Standard"))
    is_optional = models.BooleanField(_("Optional action"), default=False)
    lead = models.CharField(max_length=16, blank=True)
    support = models.JSONField(default=list)
    evidence = models.JSONField(default=list)
    indicator = models.CharField(max_length=60, blank=True)
    indicator_title = models.CharField(max_length=200, blank=True)
    unit_of_count = models.CharField(max_length=32, blank=True)
    quantity = models.PositiveIntegerField(null=True, blank=True)
    warn_days = models.JSONField(default=list)
    escalate_days = models.JSONField(default=list)
    is_withdrawn = models.BooleanField(default=False)
    order = models.PositiveIntegerField()

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "key"], name="one_requirement_a_key"),
        ]

    @property
    def needs_evidence(self) -> bool:
        return any(item["required"] for item in self.evidence)


class Cascade(Guarded):
    """One laying-out of a plan into assignments: nothing of it is seen before it is finished."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="cascades")
    version = models.PositiveIntegerField()
    by = models.BigIntegerField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    #: The last unit laid out; a cascade that was cut off goes on behind it.
    last_unit = models.BigIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(
                fields=["id"], condition=models.Q(finished_at=None), name="cascade_unfinished"
            )
        ]


class GateReview(Guarded):
    """The evaluation of one unit at the end of a stage (转段评估)."""

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="reviews")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    is_passed = models.BooleanField(_("Passed"))
    note = models.TextField(_("Opinion"))
    by = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["stage", "unit"])]
