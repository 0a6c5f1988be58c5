"""The ledgers of campaigns: duties of units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qingfeng.campaigns import indicators, services
from qingfeng.campaigns.columns import duty_columns, duty_facts
from qingfeng.campaigns.models import Assignment, AssignmentState, Requirement
from qingfeng.campaigns.policy import duties
from qingfeng.campaigns.workflow import life
from qingfeng.core import clock
from qingfeng.core import ledger as ledgers
from qingfeng.core.access import EVERY_ROW
from qingfeng.core.actor import Actor
from qingfeng.core.face import Face
from qingfeng.core.ledger import Filter, Ledger, Order, Panel, View
from qingfeng.core.models.clocked import NEVER
from qingfeng.core.people import names_of
from qingfeng.orgs.models import OrganKind, Unit

Choices = Sequence[tuple[str, str | Promise]]


def face(duty: Assignment) -> Face | None:
    """The clock of a duty."""
    return clock.face(duty, life.kinds[AssignmentState(duty.state)])


def _move(actor: Actor, duty: Assignment, name: str, *, version: int, **answers: Any) -> Assignment:
    return services.move_duty(actor=actor, duty=duty, move=name, version=version, **answers)


def _states(_actor: Actor) -> Choices:
    return AssignmentState.choices


def _kinds(_actor: Actor) -> Choices:
    return OrganKind.choices


def _reports(duty: Assignment, _actor: Actor) -> Mapping[str, Any]:
    reports = list(duty.reports.all()[:20])
    names = names_of(report.by for report in reports)
    return {"reports": [(report, names.get(report.by, "")) for report in reports], "duty": duty}


def _refinement(duty: Assignment, _actor: Actor) -> Mapping[str, Any]:
    parts = duty.parts.select_related("unit", "requirement")[:50]
    return {"steps": list(duty.steps.all()[:50]), "parts": list(parts)}


def _late(_actor: Actor) -> Q:
    return Q(due_on__lt=timezone.localdate())


def _soon(_actor: Actor) -> Q:
    today = timezone.localdate()
    return Q(due_on__gte=today, due_on__lte=today + timedelta(days=7))


duties_ledger = ledgers.register(
    Ledger(
        key="assignment",
        title=_("Register of duties"),
        policy=duties,
        workflow=life,
        columns=duty_columns,
        facts=duty_facts,
        related=("requirement__task", "unit", "stage", "campaign"),
        scope="campaign",
        views=[
            View("open", _("Unfinished"), lambda _actor: Q(due_on__lt=NEVER)),
            View("late", _("Overdue"), _late),
            View("soon", _("Due within 7 days"), _soon),
            View("reported", _("To be reviewed"), lambda _actor: Q(state=AssignmentState.REPORTED)),
            View("returned", _("Returned"), lambda _actor: Q(state=AssignmentState.RETURNED)),
            View("accepted", _("Accepted"), lambda _actor: Q(state=AssignmentState.ACCEPTED)),
            View("all", _("All"), lambda _actor: EVERY_ROW),
        ],
        filters=[
            Filter("state", _("State"), _states, lambda value: Q(state=value)),
            Filter("kind", _("Line"), _kinds, lambda value: Q(kind=value)),
        ],
        orders=[Order("due", _("Deadline, nearest first"), ("due_on", "id"))],
        search=lambda text: (
            Q(unit__in=Unit.objects.filter(name__contains=text))
            | Q(requirement__in=Requirement.objects.filter(title__contains=text))
        ),
        move=_move,
        move_many=services.move_duties,
        face=face,
        panels=[
            Panel(_("Reports"), "campaigns/reports.html", _reports),
            Panel(_("Steps and parts"), "campaigns/refinement.html", _refinement),
        ],
    )
)

#: The counter that checks the tallies of duties.
duties_counter = indicators.duties_of
