"""Assignments: a requirement as the duty of one unit, with its clock, steps and reports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from qingfeng.campaigns.models.campaign import Campaign, Cascade, Requirement, Stage
from qingfeng.campaigns.models.groups import Instruction
from qingfeng.core.models.clocked import Clocked
from qingfeng.core.models.record import Guarded, Record
from qingfeng.orgs.models import Person, Placed, Unit


class AssignmentState(models.TextChoices):
    """The life of a duty."""

    TODO = "todo", _("not started")
    DOING = "doing", _("in progress")
    REPORTED = "reported", _("reported")
    RETURNED = "returned", _("returned")
    ACCEPTED = "accepted", _("accepted")
    CARRIED = "carried", _("carried over")
    WITHDRAWN = "withdrawn", _("withdrawn")


OPEN_STATES = (AssignmentState.TODO, AssignmentState.DOING, AssignmentState.RETURNED)


class Assignment(Placed, Clocked, Record):
    """The duty of one unit under one requirement, or under an instruction of a meeting."""

    ledger: ClassVar[str] = "assignment"

    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="assignments", db_index=False
    )
    stage = models.ForeignKey(
        Stage, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    requirement = models.ForeignKey(
        Requirement, on_delete=models.PROTECT, null=True, related_name="assignments",
        db_index=False,
    )  # fmt: skip
    instruction = models.ForeignKey(
        Instruction, on_delete=models.PROTECT, null=True, related_name="assignments",
        db_index=False,
    )  # fmt: skip
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="assignments", db_index=False
    )
    occurrence = models.CharField(_("Period"), max_length=10, blank=True)
    title = models.CharField(_("Title"), max_length=200, blank=True)
    state = models.CharField(
        _("State"), max_length=10, choices=AssignmentState.choices, default=AssignmentState.TODO
    )
    cascade = models.ForeignKey(
        Cascade, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    #: The duty of an upper unit that this one is part of.
    part_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="parts", db_index=False
    )
    #: The duty of an earlier batch that it carries on.
    carried_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    handler = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    quantity = models.PositiveIntegerField(_("Quantity"), null=True, blank=True)
    reported_by = models.BigIntegerField(null=True, blank=True)
    reported_on = models.DateField(_("Reported"), null=True, blank=True)
    decided_by = models.BigIntegerField(null=True, blank=True)
    is_on_time = models.BooleanField(_("On time"), null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["campaign", "due_on", "id"], name="duty_nation"),
            models.Index(fields=["campaign", "province", "due_on", "id"], name="duty_province"),
            models.Index(fields=["campaign", "prefecture", "due_on", "id"], name="duty_prefecture"),
            models.Index(fields=["campaign", "county", "due_on", "id"], name="duty_county"),
            models.Index(fields=["unit", "due_on", "id"], name="duty_unit"),
            models.Index(fields=["campaign", "state", "due_on", "id"], name="duty_state"),
            models.Index(
                fields=["alarm_on"], name="duty_alarm",
                condition=models.Q(alarm_on__lt=date(9999, 12, 31)),
            ),
            models.Index(
                fields=["part_of"], name="duty_part", condition=models.Q(part_of__isnull=False)
            ),
            models.Index(
                fields=["is_provisional"], name="duty_provisional",
                condition=models.Q(is_provisional=True),
            ),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(
                fields=["requirement", "unit", "occurrence"],
                condition=models.Q(part_of=None, carried_from=None),
                name="one_duty_a_unit",
            ),
            models.CheckConstraint(
                name="doer_is_not_checker",
                condition=~models.Q(state="accepted")
                | models.Q(decided_by=None)
                | ~models.Q(decided_by=models.F("reported_by")),
            ),
        ]

    def __str__(self) -> str:
        name = self.title or (str(self.requirement) if self.requirement else "")
        return f"{name}（{self.occurrence}）" if self.occurrence else name

    def alarm_days(self) -> tuple[list[int], list[int]]:
        if self.requirement is None:
            return super().alarm_days()
        return self.requirement.warn_days, self.requirement.escalate_days

    @classmethod
    def for_alarm(cls, ids: Sequence[int]) -> Any:
        """The rows that ring, with what their alarms read."""
        return cls.objects.filter(pk__in=ids).select_related("requirement", "unit")

    @classmethod
    def on_alarm(cls, rows: Sequence[Assignment], today: date) -> None:
        """Tell those whom the policy entitles; see :mod:`qingfeng.campaigns.alarms`."""
        from qingfeng.campaigns.alarms import tell  # noqa: PLC0415 - it reads grants

        tell(rows, today)


class Step(Guarded):
    """A step a unit adds to its own duty."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="steps")
    title = models.CharField(_("Step"), max_length=200)
    due_on = models.DateField(_("Until"), null=True, blank=True)
    handler = models.CharField(_("Handler"), max_length=64, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_on", "id"]


class Report(Guarded):
    """What a unit reported, each time; the evidence files hang on the duty."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="reports")
    text = models.TextField(_("Report"))
    quantity = models.PositiveIntegerField(_("Quantity"), null=True, blank=True)
    files = models.JSONField(default=list)
    by = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
