"""The clock that a record carries: deadlines as stored, indexed dates."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from qingfeng.core.models.record import Guarded

#: A clock that is stopped, suspended or without limit. A date, so that "overdue" is one range.
NEVER = date(9999, 12, 31)


class ClockUnit(models.TextChoices):
    """How days are counted."""

    NATURAL = "natural", _("calendar days")
    WORKING = "working", _("working days")


class Clocked(models.Model):
    """A record with a deadline.

    ``target_on`` is what the plan aims at, ``legal_on`` the latest date allowed. ``due_on`` is
    the live deadline: the latest date while the clock runs, NEVER while it does not, so that
    everything overdue is one index range. ``alarm_on`` is the day of the next warning or
    escalation.
    """

    clock_unit = models.CharField(
        _("Counted in"), max_length=8, choices=ClockUnit.choices, default=ClockUnit.NATURAL
    )
    started_on = models.DateField(_("Started"), null=True, blank=True)
    target_on = models.DateField(_("Target date"), null=True, blank=True)
    legal_on = models.DateField(_("Latest date"), null=True, blank=True)
    due_on = models.DateField(_("Deadline"), default=NEVER)
    is_provisional = models.BooleanField(_("Provisional"), default=False)
    suspended_on = models.DateField(_("Suspended since"), null=True, blank=True)
    stopped_on = models.DateField(_("Stopped"), null=True, blank=True)
    alarm_on = models.DateField(default=NEVER, editable=False)
    alarm_step = models.SmallIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    def alarm_days(self) -> tuple[list[int], list[int]]:
        """Days before the deadline to warn, and days after it to escalate."""
        return [7, 3, 1], [1, 5, 10]


class Suspension(Guarded):
    """A span that does not count against a record's deadline."""

    ledger = models.CharField(max_length=32)
    record = models.BigIntegerField()
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    reason = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["ledger", "record"])]
        constraints = [
            models.UniqueConstraint(
                fields=["ledger", "record"],
                condition=models.Q(until_on=None),
                name="one_open_suspension",
            )
        ]


class Extension(Guarded):
    """A later deadline asked for by one person and decided by another."""

    class Decision(models.TextChoices):
        ASKED = "asked", _("asked for")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")

    ledger = models.CharField(max_length=32)
    record = models.BigIntegerField()
    until_on = models.DateField()
    reason = models.TextField()
    asked_by = models.BigIntegerField()
    asked_at = models.DateTimeField()
    decision = models.CharField(max_length=8, choices=Decision.choices, default=Decision.ASKED)
    decided_by = models.BigIntegerField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["ledger", "record"])]
        constraints = [
            models.UniqueConstraint(
                fields=["ledger", "record"],
                condition=models.Q(decision="asked"),
                name="one_open_extension",
            ),
            models.CheckConstraint(
                name="extension_by_two",
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("asked_by")),
            ),
        ]


def clocked_models() -> list[Any]:
    """Every model that carries a clock."""
    from django.apps import apps  # noqa: PLC0415 - the registry fills at start

    return [model for model in apps.get_models() if issubclass(model, Clocked)]
