"""The life of a duty: to do, in progress, reported, returned, accepted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qingfeng.campaigns.models import Assignment, AssignmentState, Report
from qingfeng.campaigns.models.assignment import OPEN_STATES
from qingfeng.campaigns.policy import DutyAction, duties
from qingfeng.core import clock
from qingfeng.core.actor import Actor
from qingfeng.core.attachments import attach
from qingfeng.core.errors import Refused
from qingfeng.core.models.clocked import ClockUnit
from qingfeng.core.workflow import NOTE, REASON, Ask, Guard, Kind, Move, Moved, Moving, Workflow
from qingfeng.orgs.models.units import nodes_of
from qingfeng.tallies.services import Delta
from qingfeng.trail import EventKind

State = AssignmentState

#: Working days a reviewer has [D]; a reported duty is due on the reviewer's date.
REVIEW_DAYS = 5
#: Shortest text that says something; an empty report cannot be submitted.
SHORTEST_REPORT = 10

STARTED = EventKind("assignment.started", gettext_lazy("started work on the duty"))
REPORTED = EventKind("assignment.reported", gettext_lazy("reported the duty"))
RECALLED = EventKind("assignment.recalled", gettext_lazy("took the report back"))
RETURNED = EventKind("assignment.returned", gettext_lazy("returned the report"))
ACCEPTED = EventKind("assignment.accepted", gettext_lazy("accepted the report"))
REOPENED = EventKind("assignment.reopened", gettext_lazy("reopened the duty"))
WITHDRAWN = EventKind("assignment.withdrawn", gettext_lazy("withdrew the duty"))


def _not_the_reporter(actor: Actor, duty: Assignment) -> bool:
    return bool(duty.reported_by != actor.id)


ANOTHER_PERSON = Guard[Assignment](
    "another_person",
    _not_the_reporter,
    gettext_lazy("Whoever reported cannot accept; another person must."),
)
OWN_REPORT = Guard[Assignment](
    "own_report",
    lambda actor, duty: duty.reported_by == actor.id,
    gettext_lazy("Only whoever reported takes the report back."),
)


def _report(moving: Moving[Assignment]) -> Mapping[str, Any]:
    duty, answers = moving.record, moving.answers
    text = str(answers.get("text") or "").strip()
    if len(text) < SHORTEST_REPORT:
        raise Refused(
            _("The report says too little; write what was done, at least %s characters.")
            % SHORTEST_REPORT,
            field="text",
        )
    quantity = answers.get("quantity")
    requirement = duty.requirement
    if requirement is not None and requirement.quantity is not None and quantity is None:
        raise Refused(
            _("The plan asks for a quantity (%(quantity)s %(unit)s); give what was reached.")
            % {"quantity": requirement.quantity, "unit": requirement.unit_of_count},
            field="quantity",
        )
    files = attach(duty, answers.get("files") or [], actor=moving.actor)
    if requirement is not None and requirement.needs_evidence and not files:
        earlier = duty.reports.exclude(files=[]).exists()
        if not earlier:
            names = "、".join(item["name"] for item in requirement.evidence if item["required"])
            raise Refused(_("Evidence is missing: %s.") % names, field="files")
    Report.objects.create(
        assignment=duty,
        text=text,
        quantity=quantity,
        files=[{"id": file.pk, "name": file.name, "sha256": file.sha256} for file in files],
        by=moving.actor.id,
        at=moving.now,
    )
    review_on, _provisional = clock.after(moving.today, REVIEW_DAYS, ClockUnit.WORKING)
    return {
        "reported_by": moving.actor.id,
        "reported_on": moving.today,
        "quantity": quantity,
        **clock.waiting(review_on),
    }


def _recall(moving: Moving[Assignment]) -> Mapping[str, Any]:
    return clock.running(moving.record, moving.today, reported_by=None, reported_on=None)


def _return(moving: Moving[Assignment]) -> Mapping[str, Any]:
    return clock.running(moving.record, moving.today, decided_by=moving.actor.id)


def _accept(moving: Moving[Assignment]) -> Mapping[str, Any]:
    return {
        "decided_by": moving.actor.id,
        "is_on_time": _was_on_time(moving.record, moving.today),
        **clock.stopped(moving.today),
    }


def _was_on_time(duty: Assignment, today: date) -> bool:
    limit = duty.legal_on or duty.target_on
    return limit is None or (duty.reported_on or today) <= limit


def _reopen(moving: Moving[Assignment]) -> Mapping[str, Any]:
    return clock.running(
        moving.record, moving.today, stopped_on=None, is_on_time=None, decided_by=moving.actor.id
    )


def _withdraw(moving: Moving[Assignment]) -> Mapping[str, Any]:
    return clock.stopped(moving.today)


def count(moved: Sequence[Moved[Assignment]]) -> Iterable[Delta]:
    """What a move adds to the tallies: one less in the old state, one more in the new."""
    for one in moved:
        if one.before == one.after:
            continue
        duty = one.record
        nodes = nodes_of(
            duty.unit_id, duty.kind, duty.province_id, duty.prefecture_id, duty.county_id
        )
        day = timezone.localdate(one.at)
        changes = {f"duty.{one.before}": -1, f"duty.{one.after}": 1}
        if one.after == State.ACCEPTED and duty.is_on_time:
            changes["duty.on_time"] = 1
        elif one.before == State.ACCEPTED and _was_on_time(duty, day):
            changes["duty.on_time"] = -1
        for indicator, value in changes.items():
            yield Delta(duty.campaign_id, indicator, duty.unit_id, nodes, day, value)


TEXT = Ask("text", gettext_lazy("What was done, with what effect"), "long", required=True,
           bulk=False)  # fmt: skip
QUANTITY = Ask("quantity", gettext_lazy("Quantity reached"), "number", bulk=False)
FILES = Ask("files", gettext_lazy("Evidence"), "files", bulk=False,
            hint=gettext_lazy("Documents, tables, pictures; up to 20 MB each."))  # fmt: skip

life = Workflow(
    policy=duties,
    states=AssignmentState,
    kinds={
        State.TODO: Kind.IDLE,
        State.DOING: Kind.ACTIVE,
        State.REPORTED: Kind.WAIT,
        State.RETURNED: Kind.BACK,
        State.ACCEPTED: Kind.DONE,
        State.CARRIED: Kind.DONE,
        State.WITHDRAWN: Kind.DONE,
    },
    initial=State.TODO,
    moves=[
        Move("start", [State.TODO], State.DOING, DutyAction.REPORT, STARTED,
             gettext_lazy("Start work")),
        Move("report", OPEN_STATES, State.REPORTED, DutyAction.REPORT, REPORTED,
             gettext_lazy("Report completion"), guards=(clock.IS_RUNNING,), effect=_report,
             asks=(TEXT, QUANTITY, FILES), forward=True),
        Move("recall", [State.REPORTED], State.DOING, DutyAction.REPORT, RECALLED,
             gettext_lazy("Take the report back"), guards=(OWN_REPORT,), effect=_recall,
             asks=(NOTE,)),
        Move("accept", [State.REPORTED], State.ACCEPTED, DutyAction.REVIEW, ACCEPTED,
             gettext_lazy("Accept the report"), guards=(ANOTHER_PERSON,), effect=_accept,
             asks=(NOTE,), forward=True),
        Move("return", [State.REPORTED], State.RETURNED, DutyAction.REVIEW, RETURNED,
             gettext_lazy("Return the report"), guards=(ANOTHER_PERSON,), effect=_return,
             asks=(REASON,)),
        Move("reopen", [State.ACCEPTED], State.RETURNED, DutyAction.GUIDE, REOPENED,
             gettext_lazy("Reopen the duty"), effect=_reopen, asks=(REASON,)),
        Move("withdraw", OPEN_STATES, State.WITHDRAWN, DutyAction.AMEND, WITHDRAWN,
             gettext_lazy("Withdraw the duty"), effect=_withdraw, asks=(REASON,)),
        *clock.clock_moves(OPEN_STATES, asks=DutyAction.REPORT, decides=DutyAction.GUIDE),
    ],
    counts=count,
    related=("requirement",),
)  # fmt: skip
