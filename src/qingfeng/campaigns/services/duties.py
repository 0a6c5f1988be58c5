"""Verbs of duties: moving them one by one or many at once, refining them with steps and parts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qingfeng.campaigns.models import Assignment, Step
from qingfeng.campaigns.models.assignment import OPEN_STATES
from qingfeng.campaigns.policy import DutyAction, duties
from qingfeng.campaigns.workflow import begin, life
from qingfeng.core.actor import Actor
from qingfeng.core.commands import command, in_chunks
from qingfeng.core.errors import Refused
from qingfeng.core.workflow import Outcome
from qingfeng.orgs.models import Unit
from qingfeng.trail import EventKind

STEP_ADDED = EventKind("assignment.step_added", gettext_lazy("added a step"))
STEP_FINISHED = EventKind("assignment.step_finished", gettext_lazy("finished a step"))
PART_ASSIGNED = EventKind(
    "assignment.part_assigned", gettext_lazy("assigned a part of the duty to a unit below")
)


@command
def move_duty(
    *, actor: Actor, duty: Assignment, move: str, version: int | None = None, **answers: Any
) -> Assignment:
    """Make one move of one duty."""
    moved: Assignment = life.fire(move, duty, actor=actor, version=version, **answers)
    return moved


@command
def _move_some(*, actor: Actor, ids: Sequence[int], move: str, **answers: Any) -> Outcome:
    return life.fire_many(move, ids, actor=actor, **answers)


def move_duties(*, actor: Actor, ids: Sequence[int], move: str, **answers: Any) -> Outcome:
    """Make one move of many duties, in chunks; says which moved and why others did not."""
    outcome = Outcome()

    def work(some: Sequence[int]) -> Outcome:
        return _move_some(actor=actor, ids=some, move=move, **answers)

    for part in in_chunks(list(ids), work):
        outcome += part
    return outcome


@command
def add_step(
    *, actor: Actor, duty: Assignment, title: str, due_on: date | None = None, handler: str = ""
) -> Step:
    """Add a step to one's own duty; it refines, it cannot weaken what came from above."""
    duties.check(actor, DutyAction.REPORT, duty)
    _still_open(duty)
    limit = duty.legal_on or duty.target_on
    if due_on is not None and limit is not None and due_on > limit:
        raise Refused(
            _("A step cannot end after the duty's deadline, %s.") % limit.isoformat(),
            field="due_on",
        )
    step = Step.objects.create(assignment=duty, title=title, due_on=due_on, handler=handler)
    STEP_ADDED.record(
        actor=actor.id, subject=duty.subject, unit=duty.unit_id, data={"step": step.pk}
    )
    return step


@command
def finish_step(*, actor: Actor, step: Step) -> Step:
    """Mark a step as done."""
    duties.check(actor, DutyAction.REPORT, step.assignment)
    if step.done_at is None:
        step.done_at = timezone.now()
        step.save()
    STEP_FINISHED.record(
        actor=actor.id,
        subject=step.assignment.subject,
        unit=step.assignment.unit_id,
        data={"step": step.pk},
    )
    return step


@command
def assign_part(
    *, actor: Actor, duty: Assignment, unit: Unit, title: str, due_on: date
) -> Assignment:
    """Give a unit below a part of one's duty; it must end no later than the duty itself."""
    duties.check(actor, DutyAction.REPORT, duty)
    _still_open(duty)
    if unit.parent_id != duty.unit_id:
        raise Refused(
            _("%s is not directly below your unit; parts go to units directly below.") % unit.name,
            field="unit",
        )
    limit = duty.legal_on or duty.target_on
    if limit is not None and due_on > limit:
        raise Refused(
            _("A part cannot end after the duty's deadline, %s.") % limit.isoformat(),
            field="due_on",
        )
    part = begin(
        campaign_id=duty.campaign_id, stage_id=duty.stage_id, requirement_id=duty.requirement_id,
        part_of=duty, unit=unit, title=title, target_on=due_on, legal_on=due_on,
    )  # fmt: skip
    PART_ASSIGNED.record(
        actor=actor.id, subject=part.subject, unit=unit.pk, data={"part_of": duty.pk}
    )
    return part


def _still_open(duty: Assignment) -> None:
    if duty.state not in OPEN_STATES:
        raise Refused(_("The duty is reported or finished; it takes no steps and no parts."))
